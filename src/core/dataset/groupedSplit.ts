/** Divides groups of images over the parts: no group in two of them, each class's shares as near as whole groups allow. */
import { LabError } from '../shared/errors.ts'
import { hashOf } from '../shared/random.ts'
import { type DatasetImage, PARTS, type Part } from './dataset.ts'
import { shareOf } from './share.ts'

type Grouped = Pick<DatasetImage, 'id' | 'sha256' | 'label' | 'group'>

export interface GroupedRequest {
  readonly validationFraction: number
  readonly testFraction: number
  /** What the order of groups is drawn from. */
  readonly name: readonly (string | number)[]
}

/** One group: how many images of each class it has. */
interface Group {
  readonly counts: Int32Array
  part: number
}

/** What an image's group is called; an image whose group nothing tells is one with its own copies. */
export function groupOf({ group, sha256 }: Pick<DatasetImage, 'group' | 'sha256'>): string {
  return group === undefined ? `image ${sha256}` : `group ${group}`
}

/**
 * The part of every image, by position.
 *
 * Of each class's n images, round(validationFraction n) are wanted in validation, round(testFraction n) in test, the others in train. Groups are
 * taken in the order of hash(name, group), each put where it lowers the cost most; then moved, one by one in that order, as long as that
 * lowers it further. The cost is the sum over parts and classes of ((images - wanted) / n)^2, and more for a class that a part lacks: first
 * train, then validation, then test get a group of it. A part that is asked for gets a group in any case. The result depends on seed and
 * groups, not on the order of images. In the manner of Sechidis et al. 2011 (doi 10.1007/978-3-642-23808-6_10), who fill the part in greatest need.
 *
 * Throws `usage` where there are fewer groups than parts asked for.
 */
export function groupedParts(images: readonly Grouped[], request: GroupedRequest): readonly Part[] {
  const classes = Math.max(0, ...images.map(({ label }) => label + 1))
  const groups = new Map<string, Group>()
  const totals = new Int32Array(classes)
  for (const image of images) {
    const key = groupOf(image)
    const group = groups.get(key) ?? { counts: new Int32Array(classes), part: 0 }
    groups.set(key, group)
    group.counts[image.label]!++
    totals[image.label]!++
  }
  const division = new Division(totals, request)
  if (groups.size < division.asked) {
    throw new LabError(
      'usage',
      `a grouped split into ${division.asked} parts needs as many groups, and the images have ${groups.size}: give other groups, or --split random`,
    )
  }
  const place = new Map([...groups.keys()].map(key => [key, hashOf(...request.name, key)]))
  const ordered = [...groups].sort(([a], [b]) => (place.get(a)! < place.get(b)! ? -1 : 1)).map(([, group]) => group)
  division.divide(ordered)
  return images.map(image => PARTS[groups.get(groupOf(image))!.part]!)
}

/** No more rounds of moves than this; a few suffice. */
const ROUNDS = 50

/** What the first group of a class is worth to a part, in `PARTS`' order; shares are worth less than 1. */
const FIRST = [4, 2, 1]

/** The parts while groups are put into them; a part is its index in `PARTS`. */
class Division {
  /** How many parts are to have images. */
  readonly asked: number
  readonly #totals: Int32Array
  /** By part and class: wanted images less those there. */
  readonly #needs: readonly Float64Array[]
  /** By part and class: groups there. */
  readonly #held: readonly Int32Array[]
  readonly #sizes = [0, 0, 0]
  readonly #open: readonly boolean[]

  constructor(totals: Int32Array, { validationFraction, testFraction }: GroupedRequest) {
    this.#totals = totals
    this.#held = PARTS.map(() => new Int32Array(totals.length))
    const validation = Float64Array.from(totals, n => shareOf(validationFraction, n))
    const test = Float64Array.from(totals, n => shareOf(testFraction, n))
    this.#needs = [Float64Array.from(totals, (n, c) => n - validation[c]! - test[c]!), validation, test]
    this.#open = [true, validationFraction > 0, testFraction > 0]
    this.asked = this.#open.filter(Boolean).length
  }

  divide(groups: readonly Group[]): void {
    for (const group of groups) this.#put(group, this.#best(group, 0))
    for (let round = 0, moved = true; moved && round < ROUNDS; round++) {
      moved = false
      for (const group of groups) {
        const before = group.part
        this.#take(group)
        const after = this.#best(group, before)
        this.#put(group, after)
        moved ||= after !== before
      }
    }
    for (const part of [1, 2, 0]) if (this.#open[part] && this.#sizes[part] === 0) this.#fill(part, groups)
  }

  /** The part that gains most by the group; `home` where none gains more. */
  #best(group: Group, home: number): number {
    let best = home
    for (const part of [0, 1, 2]) {
      if (this.#open[part] && this.#gain(group, part) > this.#gain(group, best) + 1e-9) best = part
    }
    return best
  }

  /** How much the cost falls when the group is put into the part. */
  #gain({ counts }: Group, part: number): number {
    let gain = 0
    for (const [c, count] of counts.entries()) {
      if (count === 0) continue
      gain += (count * (2 * this.#needs[part]![c]! - count)) / this.#totals[c]! ** 2
      if (this.#held[part]![c] === 0) gain += FIRST[part]!
    }
    return gain
  }

  #put(group: Group, part: number): void {
    group.part = part
    this.#sizes[part]!++
    for (const [c, count] of group.counts.entries()) {
      this.#needs[part]![c]! -= count
      if (count > 0) this.#held[part]![c]!++
    }
  }

  #take(group: Group): void {
    this.#sizes[group.part]!--
    for (const [c, count] of group.counts.entries()) {
      this.#needs[group.part]![c]! += count
      if (count > 0) this.#held[group.part]![c]!--
    }
  }

  /** Moves the group that costs least into an empty part, from a part that has others. */
  #fill(part: number, groups: readonly Group[]): void {
    let chosen: Group | undefined
    let most = Number.NEGATIVE_INFINITY
    for (const group of groups) {
      if (this.#sizes[group.part]! < 2) continue
      const home = group.part
      this.#take(group)
      const gain = this.#gain(group, part) - this.#gain(group, home)
      this.#put(group, home)
      if (gain > most) {
        most = gain
        chosen = group
      }
    }
    if (chosen === undefined) return
    this.#take(chosen)
    this.#put(chosen, part)
  }
}
