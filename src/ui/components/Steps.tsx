import { useTheme } from '../theme.ts'
import { Row } from './Row.tsx'

export interface Step {
  readonly key: string
  readonly says: string
}

/** What one could do next, a key and a sentence each. */
export function Steps({
  width,
  title,
  steps,
}: {
  readonly width: number
  readonly title: string
  readonly steps: readonly Step[]
}) {
  const { accent } = useTheme()
  return (
    <>
      <Row width={width} pieces={[{ text: `  ${title}`, bold: true }]} />
      {steps.map(({ key, says }) => (
        <Row key={key} width={width} pieces={[{ text: `    ${key}`, color: accent, bold: true }, `  ${says}`]} />
      ))}
    </>
  )
}
