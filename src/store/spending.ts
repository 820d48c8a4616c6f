import { randomUUID } from 'node:crypto'
import * as fs from 'node:fs'
import { z } from 'zod'
import type { Order } from '../core/synthesis/order.ts'
import type { Arrived, Claim, ServiceLedger, Settlement } from '../core/synthesis/service/ledger.ts'
import type { Connection } from './connection.ts'
import { isLocked, lockFile, type Release } from './exclusiveLock.ts'
import { jsonText } from './json.ts'

/** Whose requests a ledger keeps. */
export interface LedgerOwner {
  readonly dataset: string
  readonly generator: string
  readonly host: string
  /** What all requests of this database together may ever cost, in millionths of a USD; null sets no end. */
  readonly budget: number | null
}

/** A ledger of this process, to be closed when its work is done. */
export interface OpenLedger extends ServiceLedger {
  /** No request of this process is under way any more. */
  close(): void
}

/** What a database spent on services, in millionths of a USD. */
export interface Spent {
  /** With what is set aside for requests under way. */
  readonly micros: number
  readonly requests: number
}

const wanted = z.object({
  class: z.string(),
  parents: z.tuple([z.string()], z.string()),
  variation: z.int().positive(),
})

/** Requests to services, a row a request, and the money they cost. */
export class Spending {
  readonly #connection: Connection
  readonly #insert
  readonly #settle
  readonly #stored
  readonly #total
  readonly #inBank
  readonly #consent
  readonly #dearest
  readonly #open
  readonly #take
  readonly #abandon
  readonly #holders
  readonly #arrived

  constructor(connection: Connection) {
    const source = { table: 'service_requests', key: ['id'] }
    const count = z.object({ count: z.int() })
    const holderRow = z.object({ holder: z.string() })
    this.#connection = connection
    this.#insert = connection.command(
      `INSERT INTO service_requests (host, generator, dataset, wanted, tariff, reserved, holder, created)
       VALUES (:host, :generator, :dataset, :wanted, :tariff, :reserved, :holder, :created)`,
    )
    this.#settle = connection.command(
      `UPDATE service_requests SET outcome = :outcome, charged = :charged, reason = :reason, answer = :answer, settled = :settled
       WHERE id = :id`,
    )
    this.#stored = connection.command('UPDATE service_requests SET answer = NULL WHERE id = :id')
    this.#total = connection.query(
      source,
      z.object({ micros: z.int(), requests: z.int() }),
      'SELECT coalesce(sum(coalesce(charged, reserved)), 0) AS micros, count(*) AS requests FROM service_requests',
    )
    this.#inBank = connection.query(
      { table: 'bank_images', key: [] },
      count,
      `SELECT count(*) AS count FROM bank_images WHERE dataset = (SELECT id FROM datasets WHERE name = :dataset)
         AND generator = :generator AND source = :source AND class = :class AND variation = :variation AND parents = :parents`,
    )
    this.#consent = connection.query(
      { table: 'consents', key: [] },
      count,
      `SELECT count(*) AS count FROM consents WHERE dataset = (SELECT id FROM datasets WHERE name = :dataset) AND host = :host
         AND withdrawn IS NULL`,
    )
    this.#dearest = connection.query(
      source,
      z.object({ micros: z.int() }),
      'SELECT coalesce(max(charged), 0) AS micros FROM service_requests WHERE tariff = :tariff',
    )
    this.#open = connection.query(
      source,
      z.object({
        id: z.int(),
        holder: z.string(),
        charged: z.int().nullable(),
        answer: z.instanceof(Uint8Array).nullable(),
      }),
      `SELECT id, holder, charged, answer FROM service_requests WHERE dataset = :dataset AND generator = :generator AND wanted = :wanted
         AND (outcome IS NULL OR answer IS NOT NULL)`,
    )
    this.#take = connection.command('UPDATE service_requests SET holder = :holder WHERE id = :id')
    this.#abandon = connection.command(
      `UPDATE service_requests SET outcome = 'unknown', charged = reserved, reason = 'its process ended before the answer', settled = :settled
       WHERE holder = :holder AND outcome IS NULL`,
    )
    this.#holders = connection.query(
      source,
      holderRow,
      'SELECT DISTINCT holder FROM service_requests WHERE outcome IS NULL OR answer IS NOT NULL',
    )
    this.#arrived = connection.query(
      source,
      z.object({
        id: z.int(),
        holder: z.string(),
        wanted: jsonText(wanted),
        charged: z.int(),
        answer: z.instanceof(Uint8Array),
      }),
      `SELECT id, holder, wanted, charged, answer FROM service_requests
       WHERE dataset = :dataset AND generator = :generator AND answer IS NOT NULL ORDER BY id`,
    )
  }

  /** All that was ever spent, whatever for. */
  total(): Spent {
    return this.#total.get()!
  }

  /** Opens the ledger for requests of this process. Throws a LabError as `lockFile`. */
  open(owner: LedgerOwner): OpenLedger {
    const { dataset, generator } = owner
    const holder = randomUUID()
    const path = this.#lockOf(holder)
    let release: Release | null = null
    // Before the first row names it, so that no other process takes it for dead.
    const hold = (): void => {
      release ??= lockFile(path)
    }
    return {
      claim: (order, tariff, micros) => {
        hold()
        return this.#claim(owner, holder, order, tariff, micros)
      },
      settle: (id, settlement) => this.#book(id, settlement),
      stored: id => {
        this.#stored.run({ id })
      },
      recover: () => {
        hold()
        return this.#recover(dataset, generator, holder)
      },
      close: () => {
        release?.()
        fs.rmSync(path, { force: true })
      },
    }
  }

  #claim(
    { dataset, generator, host, budget }: LedgerOwner,
    holder: string,
    order: Order,
    tariff: string,
    micros: number,
  ): Claim {
    return this.#connection.atomically(() => {
      if (this.#isInBank(dataset, generator, order)) return { kind: 'stored' }
      const image = { dataset, generator, wanted: wantedText(order) }
      for (const { id, holder: other, charged, answer } of this.#open.all(image)) {
        if (isLocked(this.#lockOf(other))) return { kind: 'elsewhere' }
        if (answer === null) continue
        this.#take.run({ id, holder })
        return { kind: 'arrived', id, order, micros: charged ?? 0, answer }
      }
      if (this.#consent.get({ dataset, host })?.count !== 1) return { kind: 'no consent' }
      const reserved = Math.max(micros, this.#dearest.get({ tariff })!.micros)
      const spent = this.total().micros
      if (budget !== null && spent + reserved > budget) return { kind: 'over budget', spent, budget, micros: reserved }
      const created = this.#connection.timestamp()
      const { id } = this.#insert.run({ ...image, host, tariff, reserved, holder, created })
      return { kind: 'granted', id, micros: reserved }
    })
  }

  #book(id: number, settlement: Settlement): void {
    const { outcome } = settlement
    this.#settle.run({
      id,
      outcome,
      charged: 'micros' in settlement ? settlement.micros : 0,
      reason: 'reason' in settlement ? settlement.reason : null,
      answer: 'answer' in settlement ? settlement.answer : null,
      settled: this.#connection.timestamp(),
    })
  }

  #recover(dataset: string, generator: string, self: string): Arrived[] {
    const dead = this.#holders
      .all()
      .flatMap(({ holder }) => (holder === self || isLocked(this.#lockOf(holder)) ? [] : holder))
    return this.#connection.atomically(() => {
      for (const holder of dead) {
        this.#abandon.run({ holder, settled: this.#connection.timestamp() })
        fs.rmSync(this.#lockOf(holder), { force: true })
      }
      return this.#arrived
        .all({ dataset, generator })
        .filter(row => dead.includes(row.holder))
        .flatMap(({ id, wanted: order, charged, answer }) => {
          if (this.#isInBank(dataset, generator, order)) {
            this.#stored.run({ id })
            return []
          }
          this.#take.run({ id, holder: self })
          return { id, order, micros: charged, answer }
        })
    })
  }

  #isInBank(dataset: string, generator: string, { class: label, parents, variation }: Order): boolean {
    const place = { dataset, generator, class: label, variation, source: parents[0], parents: JSON.stringify(parents) }
    return this.#inBank.get(place)!.count > 0
  }

  #lockOf(holder: string): string {
    return `${this.#connection.path}.asking-${holder}`
  }
}

function wantedText({ class: label, parents, variation }: Order): string {
  return JSON.stringify({ class: label, parents, variation })
}
