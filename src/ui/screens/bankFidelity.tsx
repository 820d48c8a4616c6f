/** How good a generator's images are, by class, beside what real images reach. */
import { type FidelityLine, measureFidelity, type ShownFidelity } from '../asked/fidelity.ts'
import { Blank } from '../components/Blank.tsx'
import { Lines } from '../components/Lines.tsx'
import { Message } from '../components/Message.tsx'
import { Row } from '../components/Row.tsx'
import { type DataColumn, Table } from '../components/Table.tsx'
import { formatNumber } from '../format/number.ts'
import { wrapped } from '../format/wrapped.ts'
import { useKept } from '../hooks/useKept.ts'
import { useKeys } from '../hooks/useKeys.ts'
import { useScroll } from '../hooks/useScroll.ts'
import { useTask } from '../hooks/useTask.ts'
import { keyWords } from '../keymap.ts'
import { useLab } from '../lab.ts'
import { SYMBOLS } from '../theme.ts'
import type { BankViewProps } from './bankViews.ts'

const MEASURES = ['kid', 'precision', 'recall', 'density', 'coverage', 'detector'] as const
const COLUMNS: readonly DataColumn[] = [
  { title: 'class', width: 20, grow: true },
  { title: 'images', width: 6, align: 'right' },
  ...MEASURES.map((title): DataColumn => {
    const drop = title === 'density' ? { drop: 2 } : title === 'coverage' ? { drop: 1 } : {}
    return { title, width: 9, align: 'right', ...drop }
  }),
]

export function FidelityView({ width, height, active, dataset, shelf }: BankViewProps) {
  const lab = useLab()
  const { busy, error, begin } = useTask()
  const name = `bank.fidelity ${dataset.name} ${shelf.generator} ${shelf.images}`
  const [found, setFound] = useKept<ShownFidelity | null>(name, null)
  const rows =
    found === null
      ? []
      : [...found.synthetic.map(line => rowOf(line, '')), ...found.validation.map(line => rowOf(line, 'real: '))]
  const notes = found === null ? [] : noteLines(found).flatMap(text => wrapped(text, width - 4).map(line => [`  ${line}`]))
  const tableLines = Math.min(rows.length + 1, Math.max(3, height - notes.length - 2))
  const scroll = useScroll(name, rows.length, tableLines - 1)
  const measure = (): void =>
    begin(`Comparing ${shelf.generator} with real images`, async say => {
      setFound(await measureFidelity(lab.ask, dataset.name, shelf.generator, say))
    })
  useKeys('bank', { ...scroll.handlers, measure: shelf.images > 0 && busy === null ? measure : undefined }, { active })
  if (found === null) {
    const says =
      shelf.images === 0
        ? `The bank has no images of ${shelf.generator} for ${dataset.name}.`
        : `${keyWords('measure')} compares the ${shelf.images} images of ${shelf.generator} with the training images: copies, distance, precision and recall, and whether they can be told apart.`
    const state = busy === null ? (error === null ? [] : [`${SYMBOLS.failure} ${error}`]) : [`${SYMBOLS.spinner[0]} ${busy}`]
    return <Message width={width} height={height} text={[says, ...state]} />
  }
  return (
    <>
      <Table
        width={width}
        height={tableLines}
        columns={COLUMNS}
        count={rows.length}
        row={at => rows[at]!}
        top={scroll.top}
      />
      <Blank />
      <Lines width={width} height={Math.max(0, height - tableLines - 2)} lines={notes} />
      {(busy ?? error) !== null && <Row width={width} pieces={[`  ${busy ?? error}`]} />}
    </>
  )
}

function rowOf(line: FidelityLine, lead: string) {
  const value = (measure: (typeof MEASURES)[number]): string => {
    const found = line[measure]
    if (found === null) return SYMBOLS.unknown
    return formatNumber('auc' in found ? found.auc : found.value, 3)
  }
  const name = `${lead}${line.class ?? 'all classes'}`
  return {
    key: name,
    cells: [name, String(line.images), ...MEASURES.map(value)],
    tone: lead === '' ? undefined : ('dim' as const),
  }
}

function noteLines({ nearest, featureSpace }: ShownFidelity): string[] {
  const { images, copiesOfOthers, copiesOfParents, withParents, nearerToValidation } = nearest
  const mark = copiesOfOthers === 0 && nearerToValidation.correlation === 0 ? SYMBOLS.good : SYMBOLS.warning
  return [
    `${mark} ${copiesOfOthers} of ${images} images count as copies of a real one that they were not made from; ${copiesOfParents} are near their own source · ${nearerToValidation.correlation} of ${withParents} are nearer to a validation image than to their parents`,
    `Feature space: ${featureSpace.name}. Lines 'real:' compare validation images in the same way: what images as good as real ones reach.`,
    "KID: 0 is alike. Detector: area under the ROC curve of a regression that tells them from real ones; 0.5 is chance. 'mri-lab synth fidelity' tells intervals and more.",
  ]
}
