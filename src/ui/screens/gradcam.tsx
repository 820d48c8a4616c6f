/** What a trained model looks at: Grad-CAM of one validation image of a done run. */
import { Box } from 'ink'
import { useState } from 'react'
import { Blank } from '../components/Blank.tsx'
import { Message } from '../components/Message.tsx'
import { type Piece, Row } from '../components/Row.tsx'
import { useKept } from '../hooks/useKept.ts'
import { useKeys } from '../hooks/useKeys.ts'
import { useQuery } from '../hooks/useQuery.ts'
import { keyWords } from '../keymap.ts'
import { type Explanation, useLab } from '../lab.ts'
import { type ExplainedRun, explainedRun } from '../queries/gradcam.ts'
import type { ScreenProps } from '../screen.ts'
import { SYMBOLS, useTheme } from '../theme.ts'
import { useExplanation } from './gradcamExplanation.ts'
import { ExplanationPanes, predictedClass } from './gradcamPanes.tsx'

const OPACITY = { least: 0, step: 10, first: 60, most: 100 }
const PAGE = 10

export function Gradcam({ width, height, active, target, go }: ScreenProps) {
  const lab = useLab()
  const { failure } = useTheme()
  const [chosenRun, setChosenRun] = useKept<number | null>(`gradcam.run ${target.run ?? ''}`, target.run ?? null)
  const run = useQuery<ExplainedRun | null, [number | null]>(explainedRun, null, chosenRun)
  const [imageAt, setImageAt] = useKept('gradcam.image', 0)
  const [chosenClass, setChosenClass] = useState<string | null>(null)
  const [kept, setKept] = useKept<{ readonly model: string; readonly layer: string } | null>('gradcam.layer', null)
  const [opacity, setOpacity] = useKept('gradcam.opacity', OPACITY.first)

  const chosenLayer = run !== null && kept?.model === run.cell.model ? kept.layer : null // another model has other layers
  const count = run?.labels.length ?? 0
  const image = Math.min(imageAt, Math.max(0, count - 1))
  const request =
    run === null || count === 0
      ? null
      : {
          run: run.id,
          image,
          ...(chosenClass === null ? {} : { class: chosenClass }),
          ...(chosenLayer === null ? {} : { layer: chosenLayer }),
        }
  const { explanation, computing, error } = useExplanation(lab, request)

  const goTo = (at: number) => {
    setChosenClass(null)
    setImageAt(Math.min(Math.max(0, at), count - 1))
  }
  const by = (images: number) => (count > 1 ? () => goTo(image + images) : undefined)
  const toRun = (id: number | null | undefined) =>
    id === null || id === undefined
      ? undefined
      : () => {
          setChosenClass(null)
          setChosenRun(id)
        }
  const classes = run?.classes ?? []
  const layers = explanation?.layers ?? []
  useKeys(
    'gradcam',
    {
      nextImage: by(1),
      previousImage: by(-1),
      right: by(1),
      left: by(-1),
      down: by(1),
      up: by(-1),
      pageDown: by(PAGE),
      pageUp: by(-PAGE),
      first: by(-count),
      last: by(count),
      nextRun: toRun(run?.after),
      previousRun: toRun(run?.before),
      nextClass:
        explanation !== null && classes.length > 1
          ? () => setChosenClass(before => after(classes, before ?? explanation.class))
          : undefined,
      nextLayer:
        run !== null && explanation !== null && layers.length > 1
          ? () => setKept({ model: run.cell.model, layer: after(layers, explanation.layer) })
          : undefined,
      more: opacity < OPACITY.most ? () => setOpacity(opacity + OPACITY.step) : undefined,
      less: opacity > OPACITY.least ? () => setOpacity(opacity - OPACITY.step) : undefined,
      open: run === null ? undefined : () => go('runDetail', { run: run.id }),
    },
    { active },
  )

  if (run === null) {
    const start = `Start a study on the Lab screen (${keyWords('goLab')}); Grad-CAM shows what its first done run looks at.`
    return <Message width={width} height={height} text={['No run is done yet, so there is nothing to explain.', start]} />
  }
  const { model, policy, scenario } = run.cell
  const where = ` ${model} · ${policy} · ${scenario} · number ${run.index} · ${run.study}`
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Row width={width} pieces={[{ text: `  run ${run.id}`, bold: true }, where]} />
      {count === 0 ? (
        <Message width={width} height={3} text={['The split of this study has no validation images to look at.']} />
      ) : (
        <Row width={width} pieces={headPieces({ run, image, explanation, computing, failure })} />
      )}
      {error !== null && <Message width={width} height={4} tone="failure" text={[error]} />}
      {explanation !== null && (
        <>
          <Row width={width} pieces={[{ text: `  class ${explanation.class} · layer ${explanation.layer}`, dim: true }]} />
          <Blank />
          <ExplanationPanes width={width} height={height - 4} explanation={explanation} opacity={opacity / 100} />
        </>
      )}
    </Box>
  )
}

interface Head {
  readonly run: ExplainedRun
  readonly image: number
  readonly explanation: Explanation | null
  readonly computing: boolean
  readonly failure: string | undefined
}

/** `validation 37 of 200 · true Mild · predicted VeryMild ✕`. */
function headPieces({ run, image, explanation, computing, failure }: Head): Piece[] {
  const place = { text: `  validation ${image + 1} of ${run.labels.length}`, bold: true }
  const label = { text: ` · true ${run.labels[image] ?? SYMBOLS.unknown}` }
  if (computing || explanation === null) {
    return [place, label, ...(computing ? [{ text: ` · ${SYMBOLS.spinner[0]} computing the map ...`, dim: true }] : [])]
  }
  const predicted = predictedClass(explanation)
  const right = predicted === explanation.label
  return [
    place,
    label,
    { text: ` · predicted ${predicted} ` },
    { text: right ? SYMBOLS.good : SYMBOLS.failure, color: right ? undefined : failure },
  ]
}

/** The one after `item`, the first after the last. */
function after(items: readonly string[], item: string): string {
  return items[(items.indexOf(item) + 1) % items.length] ?? item
}
