import { useState } from 'react'
import { padded } from '../format/padded.ts'
import { useKeys } from '../hooks/useKeys.ts'
import { SYMBOLS, useTheme } from '../theme.ts'
import { Row } from './Row.tsx'
import { TextInput } from './TextInput.tsx'

export interface HelpSection {
  readonly title: string
  readonly keys: readonly HelpKey[]
}

interface HelpKey {
  readonly name: string
  readonly key: string
  readonly says: string
  /** Does it; left out: it is not possible now. */
  readonly act?: (() => void) | undefined
}

interface HelpProps {
  readonly width: number
  readonly height: number
  readonly sections: readonly HelpSection[]
  /** Called before what is chosen is done, and when nothing is. */
  readonly onClose: () => void
}

/** Every key and what it does, searched with `/`; Enter does what the cursor is on. Keys that can do nothing now are dim. */
export function Help({ width, height, sections, onClose }: HelpProps) {
  const { accent } = useTheme()
  const [at, setAt] = useState(0)
  const [top, setTop] = useState(0)
  const [wanted, setWanted] = useState('')
  const [typing, setTyping] = useState(false)
  const [idle, setIdle] = useState<HelpKey | null>(null)
  const lines = linesOf(sections, wanted)
  const places = lines.flatMap(({ key }, line) => (key === undefined ? [] : [line]))
  const page = Math.max(1, height - 3)
  const cursor = Math.min(at, Math.max(0, places.length - 1))
  const to = (place: number): void => {
    const next = Math.min(Math.max(0, place), Math.max(0, places.length - 1))
    const line = places[next] ?? 0
    // The first key takes its section's title with it.
    const above = next === 0 ? 0 : line
    setAt(next)
    setTop(Math.min(Math.max(Math.min(top, above), line - page + 1), Math.max(0, lines.length - page)))
    setIdle(null)
  }
  const chosen = lines[places[cursor] ?? -1]?.key
  useKeys('help', {
    up: () => to(cursor - 1),
    down: () => to(cursor + 1),
    pageUp: () => to(cursor - page),
    pageDown: () => to(cursor + page),
    first: () => to(0),
    last: () => to(places.length - 1),
    filter: () => setTyping(true),
    doIt: () => {
      if (chosen?.act === undefined) return setIdle(chosen ?? null)
      onClose()
      chosen.act()
    },
    close: onClose,
  })
  const change = (text: string): void => {
    setWanted(text)
    setAt(0)
    setTop(0)
    setIdle(null)
  }
  const cancel = (): void => {
    change('')
    setTyping(false)
  }
  const below = lines.length - top - page
  const note = wanted === '' ? '   / searches' : `   /${wanted}`
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
            idle === null
              ? { text: note, dim: true }
              : { text: `   ${SYMBOLS.warning} ${idle.key}: there is nothing here now to ${idle.says}` },
          ]}
        />
      )}
      <Row width={width} pieces={[' ']} />
      {lines.length === 0 && <Row width={width} pieces={['    Nothing is called that.']} />}
      {lines.slice(top, top + page).map(({ id, title, key }, i) => {
        if (key === undefined) return <Row key={id} width={width} pieces={[{ text: `  ${title}`, bold: true }]} />
        const here = top + i === places[cursor]
        const lead = `  ${here ? SYMBOLS.cursor : ' '} ${padded(key.key, 14)}`
        const dim = key.act === undefined
        return (
          <Row
            key={id}
            width={width}
            pieces={[here ? { text: lead, bold: true, color: accent } : { text: lead, dim }, { text: key.says, dim }]}
          />
        )
      })}
      {below > 0 && <Row width={width} pieces={[{ text: `    ${below} more below`, dim: true }]} />}
    </>
  )
}

interface Line {
  readonly id: string
  readonly title: string
  /** Left out: the title alone. */
  readonly key?: HelpKey
}

/** The sections as lines: of those keys whose words hold all that is wanted. */
function linesOf(sections: readonly HelpSection[], wanted: string): Line[] {
  const words = wanted.toLowerCase().split(' ')
  return sections.flatMap(({ title, keys }): Line[] => {
    const found = keys.filter(({ key, says }) => words.every(word => `${title} ${key} ${says}`.toLowerCase().includes(word)))
    if (found.length === 0) return []
    return [{ id: title, title }, ...found.map(key => ({ id: `${title} ${key.name}`, title, key }))]
  })
}
