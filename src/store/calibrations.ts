/** How fast the layouts that were tried train on this machine. */
import { z } from 'zod'
import type { Connection } from './connection.ts'

/** How a machine's cores are divided for training: so many workers at once, each with so many threads. */
export interface Layout {
  readonly workers: number
  readonly threads: number
}

/** A layout of which some is not chosen yet. */
export interface LayoutChoice {
  readonly workers: number | null
  readonly threads: number | null
}

export interface MeasuredLayout extends Layout {
  /** Of all workers together. */
  readonly imagesPerSecond: number
}

/** What a measurement holds for; any difference asks for a new one. */
export interface CalibrationSetting {
  readonly processor: string
  readonly cores: number
  readonly engine: string
  /** Version of the lowering's rules. */
  readonly lowering: string
  /** Version of what executes the lowered graphs. */
  readonly runtime: string
  readonly model: string
  /** Side of its images, in pixels. */
  readonly size: number
  readonly batch: number
  /** Images whose gradients are computed at once. */
  readonly microBatch: number
}

const layoutRow = z.object({
  workers: z.int().positive(),
  threads: z.int().positive(),
  imagesPerSecond: z.number().positive(),
})

export class Calibrations {
  readonly #connection: Connection
  readonly #put
  readonly #of
  readonly #fastest

  constructor(connection: Connection) {
    this.#connection = connection
    this.#put = connection.command(
      `INSERT INTO calibrations (setting, workers, threads, images_per_second, created)
       VALUES (:setting, :workers, :threads, :imagesPerSecond, :created)
       ON CONFLICT DO UPDATE SET images_per_second = excluded.images_per_second, created = excluded.created`,
    )
    this.#of = connection.query<MeasuredLayout>(
      { table: 'calibrations', key: ['setting', 'workers', 'threads'] },
      layoutRow,
      `SELECT workers, threads, images_per_second AS imagesPerSecond FROM calibrations WHERE setting = :setting
       ORDER BY workers, threads`,
    )
    this.#fastest = connection.query(
      { table: 'calibrations', key: ['setting'] },
      z.object({ imagesPerSecond: z.number().positive() }),
      `SELECT images_per_second AS imagesPerSecond FROM calibrations
       WHERE setting ->> 'processor' = :processor AND setting ->> 'engine' = :engine AND setting ->> 'model' = :model
         AND setting ->> 'size' = :size AND setting ->> 'batch' = :batch
       ORDER BY created DESC, images_per_second DESC LIMIT 1`,
    )
  }

  /** Images a second that a load was last measured at, of all workers together; null where it never was. */
  speedOf(load: Pick<CalibrationSetting, 'processor' | 'engine' | 'model' | 'size' | 'batch'>): number | null {
    return this.#fastest.get({ ...load })?.imagesPerSecond ?? null
  }

  /** Keeps a measurement; one of the same layout in the same setting is replaced. */
  put(setting: CalibrationSetting, { workers, threads, imagesPerSecond }: MeasuredLayout): void {
    const created = this.#connection.timestamp()
    this.#put.run({ setting: canonical(setting), workers, threads, imagesPerSecond, created })
  }

  /** What was measured in exactly this setting, fewest workers first. */
  of(setting: CalibrationSetting): MeasuredLayout[] {
    return this.#of.all({ setting: canonical(setting) })
  }
}

/** The same text whatever the order of the fields. */
function canonical(setting: CalibrationSetting): string {
  return JSON.stringify(Object.fromEntries(Object.entries(setting).toSorted(([a], [b]) => (a < b ? -1 : 1))))
}
