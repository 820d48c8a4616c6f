import { LabError } from '../../core/shared/errors.ts'
import type { Reproduction } from '../../runner/reproduce.ts'
import { formatNumber } from '../../ui/index.ts'
import { type ArgumentDefinition, defineCommand } from '../command.ts'
import type { Context } from '../context.ts'
import { readLab } from '../lab.ts'
import { noRun } from '../missing.ts'
import { runArgument } from '../options.ts'

const DESCRIPTION =
  'Trains it from what was kept of it (images, settings, seed, and the engine, threads and lowering of its provenance; --engine and --threads name others) and compares every epoch, every ' +
  'metric and the weights. Says bit-equal; or, on another engine, machine or version, equal within tolerance; or different, and where first, and then exits 1. The stored run stays as it is.'

/** Under its own name and among the commands of runs. */
function reproduceCommand(name: 'reproduce' | 'runs reproduce') {
  return defineCommand({
    name,
    summary: 'train a finished run again, and say whether it gives the same',
    description: DESCRIPTION,
    arguments: { id: runArgument("the run's number in 'mri-lab runs'") as ArgumentDefinition<number> },
    options: {},
    examples: [
      { line: `mri-lab ${name} 7`, says: 'Is run 7 what its provenance says?' },
      { line: `mri-lab ${name} 7 --engine reference`, says: 'On another engine, which is slow' },
    ],
    action: (context, { id }) => reproduceIt(context, id),
  })
}

export const reproduce = reproduceCommand('reproduce')
export const runsReproduce = reproduceCommand('runs reproduce')

async function reproduceIt(context: Context, id: number): Promise<void> {
  const { reproduceRun } = await import('../../runner/reproduce.ts')
  const { reproduceRequest } = await import('../evaluateRequest.ts')
  let progress: ReturnType<typeof context.progress> | undefined
  const found = await readLab(context, null, store => {
    if (store.runs.get(id) === null) throw noRun(id)
    return reproduceRun(store, id, {
      engine: stored => reproduceRequest(context, stored),
      onEpoch: ({ epoch, validationLoss }, total) => {
        progress ??= context.progress({ label: `run ${id} again`, unit: 'epochs', total })
        progress.update(epoch, `validation loss ${formatNumber(validationLoss)}`)
      },
      clock: () => performance.now(),
      signal: context.signal,
    })
  }).finally(() => progress?.end())
  if (found === null) throw noRun(id)
  const { verdict, first, differences, otherwise, setting, epochs, greatest } = found
  const settings = otherwise.map(
    field => `${field}: ${fieldOf(setting.stored, field)} then, ${fieldOf(setting.again, field)} now`,
  )
  const where =
    first === null
      ? ''
      : `${first.epoch === null ? '' : `epoch ${first.epoch}, `}${first.quantity}: ${first.stored} then, ${first.again} now`
  context.result({ ...found, differences: differences.slice(0, MOST_TOLD), differenceCount: differences.length }, () => {
    if (verdict === 'bit-equal') {
      return [
        `run ${id}: bit-equal: ${epochs} epochs, all metrics and the weights are the same to the last bit`,
        ...settings,
      ].join('\n')
    }
    const lead =
      verdict === 'within tolerance'
        ? `run ${id}: equal within tolerance: losses differ by at most ${greatest.toExponential(1)} of themselves`
        : `run ${id}: different in ${differences.length} numbers`
    return [lead, `first at ${where}`, ...driftWords(found), ...settings].join('\n')
  })
  if (verdict === 'different') {
    throw new LabError('failed', `run ${id} trained again is another: first at ${where}`)
  }
}

/** A long run on another engine leaves the stored one's path at some epoch, whatever is right or wrong with it. */
function driftWords({ verdict, otherwise, first }: Reproduction): string[] {
  if (verdict !== 'different' || otherwise.length === 0 || first?.epoch == null || first.epoch === 1) return []
  return [
    `equal within tolerance up to epoch ${first.epoch - 1}; rounding in another setting grows with every step, and this may be all that it is`,
  ]
}

/** Differences that the JSON lists. */
const MOST_TOLD = 100

function fieldOf(setting: object, path: string): string {
  let value: unknown = setting
  for (const field of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[field]
  return value === undefined ? 'none' : String(value)
}
