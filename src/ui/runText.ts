/** One run in lines: its head, history, confusion matrix, classes and provenance. */
import type { Epoch, Run, RunResult, TrainingImages } from '../core/study/run.ts'
import type { Line } from './components/Lines.tsx'
import { columnsOf } from './format/columns.ts'
import { formatDuration } from './format/duration.ts'
import { formatMeasured } from './format/measured.ts'
import { padded } from './format/padded.ts'
import { wrapped } from './format/wrapped.ts'
import type { RunRecord } from './queries/runDetail.ts'
import { SYMBOLS } from './theme.ts'

export function headLines({ id, study, cell, index, status, engine, error, result }: Run): Line[] {
  const lines: Line[] = [
    [
      { text: `  Run ${id}`, bold: true },
      { text: `   ${cell.model} · ${cell.policy} · ${cell.scenario} · number ${index} · ${study}` },
    ],
  ]
  if (result === null) {
    const why = error === null ? '' : `: ${error}`
    const symbol = status === 'failed' ? SYMBOLS.failure : SYMBOLS.unknown
    return [...lines, [{ text: `  ${symbol} ${status}${why}${engine === null ? '' : ` · ${engine}`}` }]]
  }
  const { epochs, bestEpoch, seconds, validationLoss, finalValidationLoss, accuracy, balancedAccuracy, macroF1, auc } =
    result
  const stopped = result.stoppedBy === 'patience' ? 'no lower loss came' : 'all epochs done'
  return [
    ...lines,
    [
      `  ${SYMBOLS.good} ${epochs} epochs in ${formatDuration(seconds)} on ${engine ?? SYMBOLS.unknown}, best epoch ${bestEpoch}; ${stopped}`,
    ],
    [
      `  validation loss ${formatMeasured(validationLoss)}, at the end ${formatMeasured(finalValidationLoss)} · accuracy ${formatMeasured(accuracy)}`,
    ],
    [`  balanced ${formatMeasured(balancedAccuracy)} · macro F1 ${formatMeasured(macroF1)} · AUC ${formatMeasured(auc)}`],
    ...divergenceLines(result),
  ]
}

function divergenceLines({ diverged }: RunResult): Line[] {
  if (diverged === undefined) return []
  return [[`  ${SYMBOLS.failure} diverged at step ${diverged.step}, epoch ${diverged.epoch}: ${diverged.hint}`]]
}

/** What people put on it: pin, tags, and notes with their days; empty where there is nothing. */
export function labelLines({ pinned, tags, notes }: Pick<RunRecord, 'pinned' | 'tags' | 'notes'>, width: number): Line[] {
  const words = [
    ...(pinned ? [`${SYMBOLS.pin} pinned`] : []),
    ...tags
      .split(' ')
      .filter(Boolean)
      .map(tag => `#${tag}`),
  ]
  return [
    ...(words.length === 0 ? [] : [[`  ${words.join('  ')}`]]),
    ...notes.flatMap(({ text, created }) =>
      wrapped(text, width - 16).map((line, i): Line => {
        return [{ text: `  ${padded(i === 0 ? created.slice(0, 10) : '', 12)}`, dim: true }, line]
      }),
    ),
  ]
}

/** The epochs, the best one marked. */
export function historyLines(history: readonly Epoch[], best: number | null): Line[] {
  if (history.length === 0) return [title('Epochs'), [{ text: '  none yet', dim: true }]]
  const widths = [5, 10, 10, 8, 8]
  return [
    title('Epochs'),
    columnHead(['epoch', 'train', 'validation', 'accuracy', 'images/s'], widths),
    ...history.map(epoch => {
      const { trainLoss, validationLoss, validationAccuracy, imagesPerSecond } = epoch
      const numbers = [trainLoss, validationLoss, validationAccuracy].map(value => formatMeasured(value))
      const cells = rightCells([String(epoch.epoch), ...numbers, formatMeasured(imagesPerSecond, 3)], widths)
      return epoch.epoch === best ? [{ text: `  ${cells}`, bold: true }, `  ${SYMBOLS.good} best`] : [`  ${cells}`]
    }),
  ]
}

/** Rows true, columns predicted: the classes by number, their names beside the rows. */
export function confusionLines({ confusion, perClass }: RunResult): Line[] {
  const names = perClass.map(({ class: name }, i) => `${i + 1} ${name}`)
  const width = Math.min(22, Math.max(14, ...names.map(columnsOf)))
  const widths = names.map((_, i) => Math.max(4, ...confusion.map(row => String(row[i] ?? 0).length)))
  return [
    title('Confusion (rows true, columns predicted)'),
    [
      {
        text: `  ${padded('', width)} ${rightCells(
          names.map((_, i) => String(i + 1)),
          widths,
        )}`,
        dim: true,
      },
    ],
    ...confusion.map(
      (row, i): Line => [
        `  ${padded(names[i] ?? '', width)} `,
        ...row.map((count, j) => ({
          text: `${padded(String(count), widths[j] ?? 4, 'right')}  `,
          bold: i === j,
          dim: count === 0,
        })),
      ],
    ),
  ]
}

export function classLines({ perClass }: RunResult, training: TrainingImages | null): Line[] {
  const widths = [9, 9, 9, 7, 9]
  const trained = (name: string): string => {
    const counts = training?.[name]
    if (counts === undefined) return SYMBOLS.unknown
    const { real, synthetic, copies = 0 } = counts
    return [real, synthetic, copies].filter((count, i) => i === 0 || count > 0).join('+')
  }
  return [
    title('Classes'),
    [{ text: `  ${padded('', 20)} ${rightCells(['precision', 'recall', 'F1', 'images', 'trained'], widths)}`, dim: true }],
    ...perClass.map(({ class: name, precision, recall, f1, support }) => {
      const numbers = [precision, recall, f1].map(value => formatMeasured(value))
      return [`  ${padded(name, 20)} ${rightCells([...numbers, String(support), trained(name)], widths)}`]
    }),
  ]
}

/** Every field on a line of its own, those of objects under their name. */
export function provenanceLines(record: object | null): Line[] {
  if (record === null) return [title('Provenance'), [{ text: '  comes when the run is done', dim: true }]]
  const fields = (value: unknown, name: string): (readonly [string, string])[] => {
    if (value === null || typeof value !== 'object') return [[name, String(value)]]
    return Object.entries(value).flatMap(([key, inner]) => fields(inner, name === '' ? key : `${name}.${key}`))
  }
  const all = fields(record, '')
  const width = Math.min(40, Math.max(0, ...all.map(([name]) => columnsOf(name))))
  return [
    title('Provenance'),
    ...all.map(([name, value]): Line => [{ text: `  ${padded(name, width)}  `, dim: true }, value]),
  ]
}

function title(text: string): Line {
  return [{ text: `  ${text}`, bold: true }]
}

function columnHead(titles: readonly string[], widths: readonly number[]): Line {
  return [{ text: `  ${rightCells(titles, widths)}`, dim: true }]
}

function rightCells(cells: readonly string[], widths: readonly number[]): string {
  return cells.map((cell, i) => padded(cell, widths[i] ?? 0, 'right')).join('  ')
}
