/** The composed study as the JSON that `mri-lab run` takes. */
import { Box } from 'ink'
import { type Spec, specJson } from '../../core/study/index.ts'
import { Blank } from '../components/Blank.tsx'
import { Lines } from '../components/Lines.tsx'
import { Row } from '../components/Row.tsx'
import { wrapped } from '../format/wrapped.ts'
import { useKeys } from '../hooks/useKeys.ts'
import { useScroll } from '../hooks/useScroll.ts'
import { keyWords } from '../keymap.ts'

interface SpecViewProps {
  readonly width: number
  readonly height: number
  readonly active: boolean
  readonly spec: Spec
  readonly onClose: () => void
  readonly onSave: () => void
}

export function SpecView({ width, height, active, spec, onClose, onSave }: SpecViewProps) {
  const lines = specLines(spec).flatMap(line => {
    const [first = '', ...rest] = wrapped(line.trimStart(), width - 8)
    const indent = ' '.repeat(2 + line.length - line.trimStart().length)
    return [[indent + first], ...rest.map(more => [`${indent}    ${more}`])]
  })
  const page = Math.max(1, height - 2)
  const scroll = useScroll('compose.spec', lines.length, page)
  useKeys('compose', { ...scroll.handlers, back: onClose, showSpec: onClose, save: onSave }, { active })
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Row
        width={width}
        pieces={[
          { text: `  ${spec.name}`, bold: true },
          { text: `   the spec, as 'mri-lab run' takes it   ${keyWords('back')} back to the form`, dim: true },
        ]}
      />
      <Blank />
      <Lines width={width} height={page} top={scroll.top} lines={lines} />
    </Box>
  )
}

/** JSON with what fits on a line on one. */
function specLines(spec: Spec): string[] {
  const fields = Object.entries(specJson(spec)).map(([name, value], i, all) => {
    const end = i === all.length - 1 ? '' : ','
    const flat = spaced(value)
    if (!Array.isArray(value) || flat.length < 60) return [`  "${name}": ${flat}${end}`]
    const items = value.map((item, at) => `    ${spaced(item)}${at === value.length - 1 ? '' : ','}`)
    return [`  "${name}": [`, ...items, `  ]${end}`]
  })
  return ['{', ...fields.flat(), '}']
}

/** On one line, with spaces where a person would put them. */
function spaced(value: unknown): string {
  return JSON.stringify(value, null, 1).replace(/\n\s*/g, ' ')
}
