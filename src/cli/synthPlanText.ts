/** What a plan of synthetic images says: how many, how long, what it costs, what leaves the machine. */
import type { GeneratorPlan } from '../core/study/index.ts'
import { type Estimate, findGenerator, ofOtherVersions } from '../core/synthesis/index.ts'
import { formatDuration } from '../ui/index.ts'
import type { ServiceRecord } from './serviceImages.ts'
import { alignedTable } from './table.ts'

export interface PlanRecord {
  readonly generator: string
  /** Images that the runs hold; of them in the bank, and to make. */
  readonly images: number
  readonly present: number
  readonly missing: number
  /** Of those in the bank, made by another version of the generator. */
  readonly otherVersion: number
  readonly classes: readonly { readonly name: string; readonly present: number; readonly missing: number }[]
  /** Images of the bank that may not enter the runs, by why. */
  readonly refused: Readonly<Record<string, number>>
  readonly requests: number
  /** USD. */
  readonly price: number
  readonly seconds: number | null
  /** How much of that is training, for a generator that learns. */
  readonly training?: Estimate['training']
  /** What leaves the machine, and what must be there; null for a generator whose images are imported. */
  readonly leaves: string | null
  readonly needs: string | null
  /** Null for a generator that sends nothing. */
  readonly service: ServiceRecord | null
}

export function planRecord(
  plan: GeneratorPlan,
  classes: readonly string[],
  estimate: Estimate,
  service: ServiceRecord | null,
): PlanRecord {
  const facts = findGenerator(plan.generator)
  const ofClass = (list: readonly { readonly class: string }[], name: string): number =>
    list.filter(one => one.class === name).length
  return {
    generator: plan.generator,
    images: plan.present.length + plan.missing.length,
    present: plan.present.length,
    missing: plan.missing.length,
    otherVersion: otherVersionOf(plan),
    classes: classes.map(name => ({ name, present: ofClass(plan.present, name), missing: ofClass(plan.missing, name) })),
    refused: Object.fromEntries(plan.refused),
    ...estimate,
    leaves: facts?.privacy ?? null,
    needs: facts?.needs ?? null,
    service,
  }
}

/** How many of the bank's images that runs hold were made by another version of the generator than would make the others. */
export function otherVersionOf({ generator, present }: GeneratorPlan): number {
  const facts = findGenerator(generator)
  return facts === null ? 0 : ofOtherVersions(facts, present)
}

/** Nothing where all are of this version. */
export function versionLines({
  generator,
  present,
  missing,
  otherVersion,
}: Pick<PlanRecord, 'generator' | 'present' | 'missing' | 'otherVersion'>): string[] {
  if (otherVersion === 0) return []
  const these = otherVersion === present ? `the ${present}` : `${otherVersion} of the ${present}`
  const mixed = missing > 0 || otherVersion < present
  return [
    `versions: ${these} ${generator} images in the bank are of another version of it than it makes now${mixed ? ': the runs hold both' : ''}`,
  ]
}

export function describePlan(record: PlanRecord): string {
  const rows = record.classes.map(one => [
    one.name,
    String(one.present + one.missing),
    String(one.present),
    String(one.missing),
  ])
  const right = (title: string) => ({ title, align: 'right' as const })
  const time = record.seconds === null ? 'not known' : formatDuration(record.seconds)
  return [
    `${record.generator}: ${record.images} images, ${record.present} in the bank, ${record.missing} to make`,
    alignedTable([{ title: 'class' }, right('images'), right('in the bank'), right('to make')], rows),
    `requests ${record.requests} · price ${record.price === 0 ? 0 : `up to ${record.price.toFixed(4)}`} USD · time ${time}`,
    ...(record.training === undefined || record.training.steps === 0
      ? []
      : [
          `of that ${formatDuration(record.training.seconds)} are training, ${record.training.steps} steps; later runs of it use the same model`,
        ]),
    ...(record.leaves === null ? ["its images are imported: 'mri-lab synth import'"] : [record.leaves]),
    ...(record.service === null ? [] : serviceLines(record.service)),
    ...versionLines(record),
    ...Object.entries(record.refused).map(
      ([why, count]) => `${count} more in the bank may enter none of these runs: ${why}`,
    ),
  ].join('\n')
}

function serviceLines({ host, sends, consent, spent, prices }: ServiceRecord): string[] {
  return [
    `to ${host}: ${sends}; consent: ${consent ? 'given' : "not given, see 'mri-lab synth consent'"}`,
    `prices of ${prices}; spent on services so far: ${spent.toFixed(4)} USD`,
  ]
}
