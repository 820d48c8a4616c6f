/** The filter line: what it understands, what it says of the rest, and typing in it. */
import fc from 'fast-check'
import { useState } from 'react'
import { expect, it } from 'vitest'
import { FilterInput } from '../../src/ui/components/FilterInput.tsx'
import { completions, type FilterField, parseFilter } from '../../src/ui/components/filter.ts'
import { TerminalKeys } from '../../src/ui/hooks/useKeyboard.ts'
import { draw, KEYS } from './terminal.tsx'

interface Item {
  readonly model: string
  readonly scenario: string
  readonly loss: number | null
}

const FIELDS: readonly FilterField<Item>[] = [
  { name: 'model', value: item => item.model, kind: 'text' },
  { name: 'scenario', value: item => item.scenario, kind: 'text' },
  { name: 'loss', value: item => item.loss, kind: 'number' },
]
const ITEMS: readonly Item[] = [
  { model: 'vit', scenario: '80/20 mild', loss: 0.15 },
  { model: 'vit', scenario: '80/0', loss: 0.3 },
  { model: 'cnn', scenario: '80/20 mild', loss: null },
  { model: 'cnn', scenario: '100/0', loss: Number.NaN },
]
const found = (line: string): number[] => ITEMS.flatMap((item, i) => (parseFilter(line, FIELDS).accepts(item) ? [i] : []))

it('takes words, fields, numbers, quotes and not', () => {
  expect(found('')).toEqual([0, 1, 2, 3])
  expect(found('model:vit scenario:80/20 loss<0.2')).toEqual([0])
  expect(found('VIT')).toEqual([0, 1])
  expect(found('80/20 -cnn')).toEqual([0])
  expect(found('scenario:"80/20 mild"')).toEqual([0, 2])
  expect(found('scenario=80/0')).toEqual([1])
  expect(found('-model:vit')).toEqual([2, 3])
  expect(found('loss>=0.3')).toEqual([1])
  expect(found('loss<=0.15')).toEqual([0])
  expect(found('loss>0')).toEqual([0, 1])
})

it('joins groups of words by or', () => {
  expect(found('scenario:80/0 | loss<0.2')).toEqual([0, 1])
  expect(found('vit loss<0.2 | cnn -100/0')).toEqual([0, 2])
  expect(found('loss<0.2|scenario:100/0')).toEqual([0, 3])
  expect(found('"a|b" | cnn')).toEqual([2, 3])
})

it('takes no notice of an or with nothing beside it', () => {
  expect(found('vit |')).toEqual([0, 1])
  expect(found('| vit | |')).toEqual([0, 1])
  expect(found('|')).toEqual([0, 1, 2, 3])
  expect(found('colour:red | vit')).toEqual([0, 1])
})

it('finds by or what either side finds', () => {
  const word = fc.constantFrom('vit', 'cnn', '-vit', '80/20', 'loss<0.2', '-loss>0', 'model:v', 'scenario=80/0')
  const words = fc.array(word, { minLength: 1, maxLength: 3 }).map(some => some.join(' '))
  fc.assert(
    fc.property(words, words, (one, other) => {
      const either = [...new Set([...found(one), ...found(other)])].sort()
      expect(found(`${one} | ${other}`)).toEqual(either)
    }),
  )
})

it('lets what is still being typed pass, and says what makes no sense', () => {
  expect(found('model:')).toEqual([0, 1, 2, 3])
  expect(found('loss<')).toEqual([0, 1, 2, 3])
  expect(parseFilter('colour:red vit', FIELDS).problem).toBe("there is no 'colour'; there are model, scenario, loss")
  expect(found('colour:red vit')).toEqual([0, 1])
  expect(parseFilter('loss<low', FIELDS).problem).toBe("loss< takes a number, not 'low'")
  expect(parseFilter('model<3', FIELDS).problem).toContain('model<')
  expect(parseFilter('model:vit', FIELDS).problem).toBeNull()
})

it('takes any line without a fault', () => {
  fc.assert(
    fc.property(fc.string(), line => {
      expect(parseFilter(line, FIELDS).accepts(ITEMS[0]!)).toBeTypeOf('boolean')
    }),
  )
})

it('finds with a further word some of what it found without, never more', () => {
  const word = fc.constantFrom('vit', 'cnn', '-vit', '80/20', 'loss<0.2', 'loss>0', '-loss>0', 'model:v', 'scenario=80/0')
  fc.assert(
    fc.property(fc.array(word, { maxLength: 4 }), word, (words, next) => {
      const before = found(words.join(' '))
      for (const one of found([...words, next].join(' '))) expect(before).toContain(one)
    }),
  )
})

it('offers the names that a word could become', () => {
  expect(completions('model:vit s', FIELDS)).toEqual(['scenario:'])
  expect(completions('', FIELDS)).toEqual(['model:', 'scenario:', 'loss<'])
  expect(completions('lo', FIELDS)).toEqual(['loss<'])
  expect(completions('model:vit|lo', FIELDS)).toEqual(['loss<'])
  expect(completions('loss<', FIELDS)).toEqual([])
})

function Typing() {
  const [value, setValue] = useState('')
  const { problem } = parseFilter(value, FIELDS)
  const nothing = (): void => {}
  return (
    <>
      <TerminalKeys />
      <FilterInput
        width={80}
        value={value}
        fields={FIELDS}
        problem={problem}
        onChange={setValue}
        onSubmit={nothing}
        onCancel={nothing}
      />
    </>
  )
}

it('completes with Tab and warns beside the line', async () => {
  const drawn = draw(<Typing />, { columns: 80, rows: 3 })
  await drawn.until('model: scenario: loss<')
  await drawn.press('s', KEYS.tab)
  await drawn.until('/ scenario:')
  await drawn.press(...'80 x:1')
  await drawn.until("! there is no 'x'")
})
