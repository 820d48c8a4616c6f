/**
 * Class names: how a raw label becomes a class, and the order of classes.
 *
 * Two spellings are the same name when they are equal once case, spaces, `_` and `-` are ignored.
 */
import { LabError } from '../shared/errors.ts'

/** The default classes in order of severity. */
export const DEFAULT_CLASSES: readonly string[] = ['NonDemented', 'VeryMildDemented', 'MildDemented', 'ModerateDemented']

/** What the user said about classes: `--classes` and `--labels`. */
export interface ClassRequest {
  /** All classes, in severity order. */
  readonly classes?: readonly string[]
  /** Raw label -> class. */
  readonly labels?: Readonly<Record<string, string>>
}

/** A name with everything ignored that does not tell names apart. */
function folded(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, '')
}

/**
 * A function from raw labels to class names. A raw label is first replaced by what `labels` says (its own key, else one that is
 * the same name); then the class of `classes`, else of the default ones, with the same name is taken; else it keeps its spelling.
 *
 * The function throws `data` for a label that is none of `classes`. Throws `usage` if `classes` names one twice, `data` if it is shorter
 * than two.
 */
export function classNamer(request: ClassRequest): (rawLabel: string) => string {
  const known = new Map(DEFAULT_CLASSES.map(name => [folded(name), name]))
  for (const name of checkedClasses(request.classes)) known.set(folded(name), name)
  const mapping = new Map(Object.entries(request.labels ?? {}))
  const foldedMapping = new Map([...mapping].map(([raw, name]) => [folded(raw), name]))
  return rawLabel => {
    const label = mapping.get(rawLabel) ?? foldedMapping.get(folded(rawLabel)) ?? rawLabel
    const name = known.get(folded(label)) ?? label.trim()
    if (request.classes && !request.classes.includes(name)) {
      throw new LabError(
        'data',
        `label '${rawLabel}' is none of the classes ${request.classes.join(', ')}: add it, or map it by --labels`,
      )
    }
    return name
  }
}

function checkedClasses(classes: readonly string[] | undefined): readonly string[] {
  if (!classes) return []
  const seen = new Set<string>()
  for (const name of classes) {
    if (folded(name) === '') throw new LabError('usage', '--classes has an empty name')
    if (seen.has(folded(name))) throw new LabError('usage', `--classes names '${name}' twice`)
    seen.add(folded(name))
  }
  if (classes.length < 2) throw new LabError('data', `--classes needs at least two classes, not ${classes.length}`)
  return classes
}

/**
 * The classes in order: `classes` as given; else the default ones that are present in severity order, then the others sorted by
 * code unit.
 *
 * @param counts readable images of every class that the source names, 0 included.
 * Throws `data` naming a class without a readable image, or if fewer than two classes are left.
 */
export function orderClasses(counts: ReadonlyMap<string, number>, request: ClassRequest): readonly string[] {
  const present = [...counts.keys()]
  const ordered = request.classes ?? [
    ...DEFAULT_CLASSES.filter(name => counts.has(name)),
    ...present.filter(name => !DEFAULT_CLASSES.includes(name)).sort(),
  ]
  for (const name of ordered) {
    if (!counts.get(name)) throw new LabError('data', `class '${name}' has no readable image`)
  }
  if (ordered.length < 2) {
    const found = ordered.length === 0 ? 'none' : `only '${ordered[0]}'`
    throw new LabError(
      'data',
      `at least two classes are needed, found ${found}: give a folder of class folders, or Parquet files`,
    )
  }
  return ordered
}

/** Whether the order of the classes means something: the user gave it, or all are default ones, which stand in order of severity. */
export function hasOrderedClasses(dataset: {
  readonly classes: readonly string[]
  readonly orderedClasses?: boolean
}): boolean {
  return dataset.orderedClasses === true || dataset.classes.every(name => DEFAULT_CLASSES.includes(name))
}

/** Throws `data` if `labels` maps a raw label that the source does not have: most likely a slip of the pen. */
export function checkMappingUsed(request: ClassRequest, rawLabels: Iterable<string>): void {
  const raw = new Set(rawLabels)
  const rawFolded = new Set([...raw].map(folded))
  for (const key of Object.keys(request.labels ?? {})) {
    if (!raw.has(key) && !rawFolded.has(folded(key))) {
      throw new LabError('data', `--labels names '${key}', but the labels are ${[...raw].sort().join(', ')}`)
    }
  }
}
