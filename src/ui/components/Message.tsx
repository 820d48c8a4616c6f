import { wrapped } from '../format/wrapped.ts'
import { SYMBOLS, useTheme } from '../theme.ts'
import { Row } from './Row.tsx'

interface MessageProps {
  readonly width: number
  readonly height: number
  readonly tone?: 'plain' | 'warning' | 'failure'
  /** Paragraphs; the first is what there is to say, the others what to do. */
  readonly text: readonly string[]
}

/** A few sentences where there is nothing else to show. */
export function Message({ width, height, tone = 'plain', text }: MessageProps) {
  const theme = useTheme()
  const lead = tone === 'plain' ? '  ' : `${SYMBOLS[tone]} `
  const color = tone === 'plain' ? undefined : theme[tone]
  const lines = text.flatMap((paragraph, at) =>
    wrapped(paragraph, width - 6).map((line, i) => ({ line, start: at + i === 0 ? lead : '  ', dim: at > 0 })),
  )
  const keyed = lines.slice(0, Math.max(0, height - 1)).map((line, key) => ({ key, ...line }))
  return keyed.map(({ key, line, start, dim }) => (
    <Row
      key={key}
      width={width}
      pieces={[
        { text: `  ${start}`, color },
        { text: line, dim },
      ]}
    />
  ))
}
