/** What a field of the form is made of: parts that keys change. Pure. */
import type { Draft } from './composeValues.ts'

/** A part of a field that the cursor can be on. What is left out cannot be done to it. */
export interface FieldPart {
  readonly text: string
  /** One step on or back. */
  readonly step?: (by: number) => Draft
  readonly toggle?: () => Draft
  /** Typing it anew. */
  readonly typed?: { readonly value: string; readonly set: (text: string) => Draft }
}

/** A bar of the panel under a scenario; its places among the field's parts. */
export interface MixRow {
  readonly name: string
  readonly real: number
  readonly synthetic: number
  /** Places of the parts. */
  readonly parts: readonly [real: number, synthetic: number]
  /** Images that come of it. */
  readonly images: string
}

/** The line under a scenario's bars: how its classes are evened out, and whose steps it takes. */
export interface EvenRow {
  readonly parts: readonly [balance: number, steps: number]
  /** What comes of it. */
  readonly note: string
}

/** What only a scenario shows. */
export interface ScenarioView {
  readonly name: string
  /** By class, `108+22`. */
  readonly images: readonly string[]
  readonly generator: string
  /** All classes together, then each. */
  readonly rows: readonly MixRow[]
  readonly even: EvenRow
}

export interface Field {
  /** Of the spec; with the scenario's place for scenarios. */
  readonly id: string
  readonly scenario: number | null
  readonly label: string
  readonly parts: readonly FieldPart[]
  /** Dim after it. */
  readonly note: string
  readonly view?: ScenarioView
}

export interface NumberRule {
  readonly step: number
  readonly least: number
  readonly most: number
  readonly unit?: string
}

export function numberPart(
  value: number,
  { step, least, most, unit = '' }: NumberRule,
  set: (value: number) => Draft,
): FieldPart {
  const within = (wanted: number): number => Math.min(Math.max(wanted, least), most)
  return {
    text: `${Number.isNaN(value) ? '·' : value}${unit}`,
    step: by => set(within((Number.isNaN(value) ? least : value) + by * step)),
    typed: {
      value: Number.isNaN(value) ? '' : String(value),
      set: text => set(text.trim() === '' ? Number.NaN : Number(text.trim().replace(',', '.'))),
    },
  }
}

export function cycled<T extends string>(items: readonly T[], item: T, by: number): T {
  const at = items.indexOf(item)
  return items[(Math.max(at, 0) + by + items.length) % Math.max(1, items.length)] ?? item
}
