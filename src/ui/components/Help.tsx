import { useState } from 'react'
import { padded } from '../format/padded.ts'
import { useKeys } from '../hooks/useKeys.ts'
import { type Piece, Row } from './Row.tsx'
import { TextInput } from './TextInput.tsx'

export interface HelpSection {
  readonly title: string
  readonly keys: readonly { readonly name: string; readonly key: string; readonly says: string }[]
}

interface HelpProps {
  readonly width: number
  readonly height: number
  readonly sections: readonly HelpSection[]
  readonly onClose: () => void
}

/** Every key and what it does, searched with `/`. */
export function Help({ width, height, sections, onClose }: HelpProps) {
  const [top, setTop] = useState(0)
  const [wanted, setWanted] = useState('')
  const [typing, setTyping] = useState(false)
  const lines = linesOf(sections, wanted)
  const page = Math.max(1, height - 3)
  const last = Math.max(0, lines.length - page)
  const to = (line: number): void => setTop(Math.min(Math.max(0, line), last))
  useKeys('help', {
    up: () => to(top - 1),
    down: () => to(top + 1),
    pageUp: () => to(top - page),
    pageDown: () => to(top + page),
    first: () => to(0),
    last: () => to(last),
    filter: () => setTyping(true),
    close: onClose,
  })
  const change = (text: string): void => {
    setWanted(text)
    setTop(0)
  }
  const cancel = (): void => {
    change('')
    setTyping(false)
  }
  const below = lines.length - top - page
  return (
    <>
      {typing ? (
        <TextInput
          width={width}
          label="  / "
          value={wanted}
          onChange={change}
          onSubmit={() => setTyping(false)}
          onCancel={cancel}
        />
      ) : (
        <Row
          width={width}
          pieces={[
            { text: '  Help', bold: true },
            { text: wanted === '' ? '   / searches' : `   /${wanted}`, dim: true },
          ]}
        />
      )}
      <Row width={width} pieces={[' ']} />
      {lines.length === 0 && <Row width={width} pieces={['    Nothing is called that.']} />}
      {lines.slice(top, top + page).map(({ id, pieces }) => (
        <Row key={id} width={width} pieces={pieces} />
      ))}
      {below > 0 && <Row width={width} pieces={[{ text: `    ${below} more below`, dim: true }]} />}
    </>
  )
}

interface Line {
  readonly id: string
  readonly pieces: readonly Piece[]
}

/** The sections as lines: of those keys whose words hold all that is wanted. */
function linesOf(sections: readonly HelpSection[], wanted: string): Line[] {
  const words = wanted.toLowerCase().split(' ')
  return sections.flatMap(({ title, keys }) => {
    const found = keys.filter(({ key, says }) => words.every(word => `${title} ${key} ${says}`.toLowerCase().includes(word)))
    if (found.length === 0) return []
    return [
      { id: title, pieces: [{ text: `  ${title}`, bold: true }] },
      ...found.map(({ name, key, says }) => ({
        id: `${title} ${name}`,
        pieces: [{ text: `    ${padded(key, 14)}` }, { text: says, dim: true }],
      })),
    ]
  })
}
