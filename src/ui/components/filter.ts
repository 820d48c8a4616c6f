/**
 * A line that says which items are wanted, such as `model:vit scenario:"80/20 mild" loss<0.2 -flip`. Words are joined by and, groups of words by `|`. Pure, and
 * of any kind of item: the fields say what there is to ask.
 *
 * - `word`: any text of the item holds it
 * - `field:word`: that field holds it; with `=` it is the whole
 * - `field<1`, `<=`, `>`, `>=`, `=`: that number compares so; what has no number does not
 * - `-` before any of them: not
 * - quotes keep spaces
 * - `vit loss<0.2 | cnn loss<0.3`: the one or the other; what stands between two `|` holds together
 */

export interface FilterField<Item> {
  readonly name: string
  readonly value: (item: Item) => string | number | null
  /** Whether words without a field look here too. Default: texts, yes; numbers, no. */
  readonly searched?: boolean
  readonly kind: 'text' | 'number'
}

export interface Filter<Item> {
  readonly accepts: (item: Item) => boolean
  /** What of the line makes no sense, in a few words; null where all does. The rest of it filters all the same. */
  readonly problem: string | null
}

const TERM = /\||(-?)(?:([\p{L}\d]+)(<=|>=|:|<|>|=))?(?:"([^"]*)"?|([^\s"|]+))?/gu

export function parseFilter<Item>(line: string, fields: readonly FilterField<Item>[]): Filter<Item> {
  const searched = fields.filter(field => field.searched ?? field.kind === 'text')
  const groups: ((item: Item) => boolean)[][] = [[]]
  let problem: string | null = null
  for (const [whole, not, name, operator, quoted, word] of line.matchAll(TERM)) {
    if (whole === '|') {
      groups.push([])
      continue
    }
    const wanted = (quoted ?? word ?? '').toLowerCase()
    if (whole === '' || (name === undefined && wanted === '')) continue
    const field = fields.find(one => one.name === name?.toLowerCase())
    if (name !== undefined && operator !== undefined && field === undefined) {
      problem ??= `there is no '${name}'; there are ${fields.map(one => one.name).join(', ')}`
      continue
    }
    if (wanted === '') continue // still being typed
    const test =
      field === undefined
        ? (item: Item) =>
            searched.some(one =>
              String(one.value(item) ?? '')
                .toLowerCase()
                .includes(wanted),
            )
        : comparison(field, operator ?? ':', wanted)
    if (test === null) {
      problem ??= `${name}${operator} takes a number, not '${wanted}'`
      continue
    }
    groups.at(-1)!.push(not === '-' ? item => !test(item) : test)
  }
  // One with nothing in it is still being typed.
  const asked = groups.filter(tests => tests.length > 0)
  return { accepts: item => asked.length === 0 || asked.some(tests => tests.every(test => test(item))), problem }
}

function comparison<Item>(
  { kind, value }: FilterField<Item>,
  operator: string,
  wanted: string,
): ((item: Item) => boolean) | null {
  if (kind === 'text') {
    if (operator === '=') return item => String(value(item) ?? '').toLowerCase() === wanted
    return operator === ':'
      ? item =>
          String(value(item) ?? '')
            .toLowerCase()
            .includes(wanted)
      : null
  }
  const bound = Number(wanted)
  if (Number.isNaN(bound)) return null
  return item => {
    const found = value(item)
    if (typeof found !== 'number' || Number.isNaN(found)) return false
    if (operator === '<') return found < bound
    if (operator === '<=') return found <= bound
    if (operator === '>') return found > bound
    return operator === '>=' ? found >= bound : found === bound
  }
}

/** What the word being typed could become: names of fields with their sign. */
export function completions<Item>(line: string, fields: readonly FilterField<Item>[]): string[] {
  const word = /(?:^|[\s|])-?([\p{L}\d]*)$/u.exec(line)?.[1]?.toLowerCase()
  if (word === undefined) return []
  return fields.filter(({ name }) => name.startsWith(word)).map(({ name, kind }) => `${name}${kind === 'text' ? ':' : '<'}`)
}
