import { Text } from 'ink'
import { columnsOf } from '../format/columns.ts'
import { truncated } from '../format/padded.ts'

/** A piece of a row in one style. */
export interface Piece {
  readonly text: string
  readonly color?: string | undefined
  readonly background?: string | undefined
  readonly bold?: boolean
  readonly dim?: boolean
  readonly inverse?: boolean
}

/** One line of the screen: pieces beside each other, cut at `width`. Control characters in them are made visible. */
export function Row({ pieces, width }: { readonly pieces: readonly (Piece | string)[]; readonly width: number }) {
  let room = width
  const shown = pieces.map((given, key) => {
    const piece = typeof given === 'string' ? { text: given } : given
    const text = truncated(piece.text, room)
    room -= columnsOf(text)
    return { ...piece, text, key }
  })
  return (
    <Text wrap="truncate">
      {shown.map(({ key, text, color, background, bold, dim, inverse }) => (
        <Text
          key={key}
          bold={bold === true}
          dimColor={dim === true}
          inverse={inverse === true}
          {...(color === undefined ? {} : { color })}
          {...(background === undefined ? {} : { backgroundColor: background })}
        >
          {text}
        </Text>
      ))}
    </Text>
  )
}
