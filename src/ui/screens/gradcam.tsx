/** What a trained model looks at: Grad-CAM of validation images, of real beside synthetic ones, or the mean over a cell's runs. */
import { Box } from 'ink'
import { likeness } from '../../core/explain/index.ts'
import { Message } from '../components/Message.tsx'
import { type Piece, Row } from '../components/Row.tsx'
import { Views } from '../components/Views.tsx'
import { formatNumber } from '../format/number.ts'
import { useKeys } from '../hooks/useKeys.ts'
import { useOutput } from '../hooks/useOutput.tsx'
import { keyWords } from '../keymap.ts'
import type { ScreenProps } from '../screen.ts'
import { SYMBOLS, useTheme } from '../theme.ts'
import { ExplanationPanes, predictedClass, type ShownMap } from './gradcamPanes.tsx'
import { randomisedWords } from './gradcamRandomised.ts'
import { mapFile, saveMaps } from './gradcamSave.ts'
import { GRADCAM_VIEWS, type GradcamState, useGradcam } from './gradcamState.ts'

/** Lines over and under the pictures. */
const AROUND = 4

export function Gradcam({ width, height, active, target, go }: ScreenProps) {
  const { failure } = useTheme()
  const output = useOutput()
  const state = useGradcam(target.run ?? null)
  const { run, view, count, first, second, opacity } = state
  const maps = mapsOf(state)
  const complete = maps.length > 0 && (view !== 'pairs' || maps.length === 2)
  const save = (of: number) => () =>
    output.write(mapFile(process.cwd(), of, nameOf(state)), path => saveMaps(path, maps, opacity / 100))
  useKeys(
    'gradcam',
    {
      ...state.handlers,
      exportIt: run !== null && complete ? save(run.id) : undefined,
      copy: complete ? () => output.copy(answerText(state)) : undefined,
      open: run === null ? undefined : () => go('runDetail', { run: run.id }),
    },
    { active },
  )

  if (run === null) {
    const start = `Start a study on the Lab screen (${keyWords('goLab')}); Grad-CAM shows what its first done run looks at.`
    return <Message width={width} height={height} text={['No run is done yet, so there is nothing to explain.', start]} />
  }
  const { model, policy, scenario } = run.cell
  const where = `${model} · ${policy} · ${scenario} · number ${run.index} · ${run.study}`
  const { explanation } = first
  const error = first.error ?? second.error ?? state.mean.error
  const none =
    view === 'pairs'
      ? [`The bank has no images of ${run.dataset} yet; the Bank screen (${keyWords('goBank')}) makes some.`]
      : ['The split of this study has no validation images to look at.']
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Views width={width} name={`run ${run.id}`} views={GRADCAM_VIEWS} current={view} note={where} />
      {count === 0 ? (
        <Message width={width} height={3} text={none} />
      ) : (
        <Row width={width} pieces={headPieces(state, failure)} />
      )}
      {error !== null && <Message width={width} height={4} tone="failure" text={[error]} />}
      {explanation !== null && count > 0 && (
        <>
          <Row width={width} pieces={[{ text: `  ${aboutWords(state)}`, dim: true }]} />
          <ExplanationPanes
            width={width}
            height={Math.max(2, height - AROUND)}
            maps={maps}
            explanation={explanation}
            opacity={opacity / 100}
            says={saysOf(state)}
          />
        </>
      )}
    </Box>
  )
}

/** What is drawn, one under the other. */
function mapsOf({ view, first, second, mean }: GradcamState): ShownMap[] {
  const { explanation } = first
  if (explanation === null) return []
  if (view === 'mean') {
    return mean.drawn === null ? [] : [{ title: 'image', explanation, drawn: mean.drawn }]
  }
  const made = second.explanation
  return [
    { title: 'image', explanation, drawn: explanation.drawn },
    ...(made === null ? [] : [{ title: 'its variation', explanation: made, drawn: made.drawn }]),
  ]
}

/** What the model answered of the image that is looked at, a line each. */
function answerText(state: GradcamState): string {
  const { explanation } = state.first
  const head = headPieces(state, undefined).map(piece => piece.text)
  const shares = Object.entries(explanation?.probabilities ?? {}).map(([name, share]) => `${name}\t${share}`)
  const says = saysOf(state).map(({ text }) => text)
  return [`run ${state.run?.id} · ${head.join('').trim()}`, aboutWords(state), ...shares, ...says, ''].join('\n')
}

function nameOf({ view, image, pair }: GradcamState): string {
  return pair !== undefined ? `bank${pair.id}` : `${view}${image}`
}

/** `class Mild · layer conv2 · mean of 3 of 20 runs`. */
function aboutWords({ view, first, mean, run, wrong }: GradcamState): string {
  const { explanation } = first
  const about = `class ${explanation?.class} · layer ${explanation?.layer}`
  if (view === 'mean') return `${about} · mean of ${mean.runs} of the ${run?.cellRuns.length} runs of this cell`
  if (view === 'pairs') return about
  return `${about} · ${wrong === null ? 'finding wrong predictions ...' : `${wrong} wrong`}`
}

function saysOf({ view, first, second, randomised }: GradcamState) {
  const { explanation } = first
  if (explanation === null) return []
  const empty = explanation.map.empty && view !== 'mean'
  const text = `${SYMBOLS.warning} Empty map: no place of this layer speaks for ${explanation.class}. It is no fault of the picture.`
  const made = second.explanation
  const same = made !== null && made.drawn.length === explanation.drawn.length
  const alike = same ? likeness(explanation.drawn, made.drawn) : null
  const both =
    alike === null
      ? []
      : [
          {
            text: `maps of real and variation: Spearman ${formatNumber(alike.spearman, 2)}, overlap of the top fifths ${formatNumber(alike.topOverlap, 2)}`,
          },
        ]
  const taken = made === null ? [] : [{ text: `variation predicted ${predictedClass(made)}` }]
  const check = randomised === null ? [] : [{ text: randomisedWords(randomised) }]
  return [...(empty ? [{ text, warning: true }] : []), ...check, ...both, ...taken]
}

/** `validation 37 of 200 · true Mild · predicted VeryMild ✕`. */
function headPieces(state: GradcamState, failure: string | undefined): Piece[] {
  const { run, view, place, count, image, pair, first } = state
  const { explanation, computing } = first
  const what =
    pair === undefined
      ? `${view === 'mean' ? 'validation' : view} ${place + 1} of ${count} · image ${image}`
      : `${run?.generator} ${place + 1} of ${count} · bank:${pair.id}`
  const label = { text: ` · true ${pair?.class ?? run?.labels[image] ?? SYMBOLS.unknown}` }
  const lead = { text: `  ${what}`, bold: true }
  if (computing || explanation === null) {
    return [lead, label, ...(computing ? [{ text: ` · ${SYMBOLS.spinner[0]} computing the map ...`, dim: true }] : [])]
  }
  const predicted = predictedClass(explanation)
  const right = predicted === explanation.label
  return [
    lead,
    label,
    { text: ` · predicted ${predicted} ` },
    { text: right ? SYMBOLS.good : SYMBOLS.failure, color: right ? undefined : failure },
  ]
}
