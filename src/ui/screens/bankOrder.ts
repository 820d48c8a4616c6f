/** An order of synthetic images: what keys change, and the words of the command line that say it. Pure. */
import type { DatasetView } from '../queries/data.ts'
import { shortClass } from './composeScenario.ts'

export interface Order {
  /** Classes left out. */
  readonly without: readonly string[]
  /** Of each class's own training images, per cent. */
  readonly percent: number
  readonly runs: number
  readonly sources: 'per-run' | 'fixed'
  readonly seed: number
}

export const FIRST_ORDER: Order = { without: [], percent: 20, runs: 20, sources: 'per-run', seed: 1 }

interface OrderPart {
  readonly text: string
  readonly step?: (by: number) => void
  readonly toggle?: () => void
}

interface OrderField {
  readonly label: string
  readonly parts: readonly OrderPart[]
  readonly note: string
}

const MOST_PERCENT = 1000

export function orderFields(order: Order, classes: readonly string[], set: (order: Order) => void): OrderField[] {
  const within = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most)
  const classPart = (name: string): OrderPart => {
    const chosen = !order.without.includes(name)
    const without = chosen ? [...order.without, name] : order.without.filter(one => one !== name)
    return { text: `${chosen ? '[x]' : '[ ]'} ${shortClass(name)}`, toggle: () => set({ ...order, without }) }
  }
  const other = order.sources === 'fixed' ? ('per-run' as const) : ('fixed' as const)
  return [
    { label: 'classes', parts: classes.map(classPart), note: '' },
    {
      label: 'how many',
      parts: [
        {
          text: `${order.percent} %`,
          step: by => set({ ...order, percent: within(order.percent + 5 * by, 5, MOST_PERCENT) }),
        },
      ],
      note: "of each class's own training images",
    },
    {
      label: 'runs',
      parts: [{ text: String(order.runs), step: by => set({ ...order, runs: within(order.runs + by, 1, 10_000) }) }],
      note: 'of each cell that will hold them',
    },
    {
      label: 'sources',
      parts: [{ text: order.sources, step: () => set({ ...order, sources: other }) }],
      note:
        order.sources === 'fixed'
          ? 'one list for all runs: fewer images'
          : 'drawn for each run: nearly every image is varied',
    },
    {
      label: 'seed',
      parts: [
        {
          text: String(order.seed),
          step: by => set({ ...order, seed: within(order.seed + by, 0, Number.MAX_SAFE_INTEGER) }),
        },
      ],
      note: 'that of the study they are for',
    },
  ]
}

/** The words of `synth plan` and `synth run`; null where no class is left. */
export function orderWords(order: Order, { name, classes }: DatasetView, generator: string): string[] | null {
  const chosen = classes.filter(one => !order.without.includes(one))
  if (chosen.length === 0) return null
  return [
    ...['--dataset', name, '--generator', generator, '--fraction', String(order.percent / 100)],
    ...['--classes', chosen.length === classes.length ? 'all' : chosen.join(',')],
    ...['--runs', String(order.runs), '--sources', order.sources, '--seed', String(order.seed)],
  ]
}
