/** The composed study as the JSON that `mri-lab run` takes. */
import { Box } from 'ink'
import { type Spec, specJson } from '../../core/study/index.ts'
import { Blank } from '../components/Blank.tsx'
import { Lines } from '../components/Lines.tsx'
import { Row } from '../components/Row.tsx'
import { useKeys } from '../hooks/useKeys.ts'
import { useScroll } from '../hooks/useScroll.ts'
import { keyWords } from '../keymap.ts'
import { specLines } from '../specText.ts'

interface SpecViewProps {
  readonly width: number
  readonly height: number
  readonly active: boolean
  readonly spec: Spec
  readonly onClose: () => void
  readonly onSave: () => void
}

export function SpecView({ width, height, active, spec, onClose, onSave }: SpecViewProps) {
  const lines = specLines(specJson(spec), width)
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
