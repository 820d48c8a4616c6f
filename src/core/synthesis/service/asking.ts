/** Some requests at a time, each until its image is there or is of no use: the work that `askAll` hands on image by image. */
import { LabError, messageOf } from '../../shared/errors.ts'
import { randomStream } from '../../shared/random.ts'
import type { Made, Order } from '../order.ts'
import { Circuit } from './circuit.ts'
import { Bell } from './clock.ts'
import { ServiceFault } from './fault.ts'
import { type AskEffects, readAgain, type ServiceJob } from './job.ts'
import type { Claim } from './ledger.ts'
import { delayBefore } from './patience.ts'
import { usdText } from './prices.ts'

/** Attempts at an image that cost nothing, and that count as spent, in one run of the program. */
const FREE_ATTEMPTS = 8
const PAID_ATTEMPTS = 2
/** Milliseconds between two looks at what another process is asking for. */
const LOOK_AGAIN = 1000
/** A service that asks to wait longer than so many milliseconds is left alone. */
const LONGEST_WAIT = 10 * 60_000

/** An image with the id of its request. */
interface Ready {
  readonly id: number
  readonly made: Made
}

/** Begins at once; give the images out by `next`, then `end` it. */
export class Asking {
  private readonly job: ServiceJob
  private readonly effects: AskEffects
  private readonly circuit: Circuit
  private readonly bell = new Bell()
  private readonly waiting: Order[]
  private readonly elsewhere: Order[] = []
  private readonly ready: Ready[] = []
  private readonly work: Promise<void>
  private readonly lost: string[] = []
  private readonly wanted: number
  private done = 0
  private sent = 0
  private ended = false
  private finished = false
  private fatal: unknown = null

  constructor(orders: readonly Order[], job: ServiceJob, effects: AskEffects) {
    this.job = job
    this.effects = effects
    this.circuit = new Circuit(effects.clock)
    this.waiting = [...orders]
    this.wanted = orders.length
    const workers = Array.from({ length: Math.min(job.concurrency, orders.length) }, () => this.worker())
    this.work = Promise.all(workers).then(() => {
      this.finished = true
      this.bell.ring()
    })
  }

  /** The next image; null after the last. */
  async next(): Promise<Ready | null> {
    for (;;) {
      const one = this.ready.shift()
      if (one !== undefined) return one
      if (this.finished) return null
      await this.bell.next()
    }
  }

  /** Sends nothing more, and waits for the answers to what was sent. */
  async end(): Promise<void> {
    this.ended = true
    this.wake()
    await this.work
  }

  /** Why not all was made; null where it was, or the user stopped it. */
  trouble(): unknown {
    const { job, wanted, done, fatal, lost, circuit } = this
    if (fatal !== null && !(fatal instanceof LabError)) return fatal
    if (fatal === null && this.effects.signal.aborted) return null
    if (done === wanted) return null
    const kept = `${job.name}: ${done} of ${wanted} images are there and kept`
    if (fatal !== null) return new LabError(fatal.kind, `${kept}; ${fatal.message}`)
    const last = lost.at(-1) ?? 'the service failed'
    if (circuit.broken)
      return new LabError(
        'unavailable',
        `${kept}; given up after failures in a row: ${last}; the same command goes on from there`,
      )
    return new LabError(
      'failed',
      `${kept}; ${lost.length} could not be made, the last: ${last}; the same command tries them again`,
    )
  }

  private get stopped(): boolean {
    return this.ended || this.fatal !== null || this.circuit.broken || this.effects.signal.aborted
  }

  private wake(): void {
    this.bell.ring()
    this.circuit.stop()
  }

  /** Never rejects. */
  private async worker(): Promise<void> {
    try {
      while (!this.stopped) {
        const order = this.waiting.shift()
        if (order !== undefined) await this.fill(order)
        else if (this.elsewhere.length > 0) {
          this.waiting.push(...this.elsewhere.splice(0))
          await this.effects.clock.wait(LOOK_AGAIN)
        } else if (this.sent > 0)
          await this.bell.next() // one of them may turn out to be elsewhere
        else return
      }
    } catch (thrown) {
      this.fatal ??= thrown
    } finally {
      this.wake()
    }
  }

  /** Asks for one image until it is there, or it is of no use. */
  private async fill(order: Order): Promise<void> {
    const { job, effects } = this
    const { name, micros } = job.tariff(order)
    const random = randomStream(job.seed, 'service', name, ...order.parents, order.variation)
    let free = 0
    let paid = 0
    while (await this.circuit.enter(() => this.stopped)) {
      const claim = effects.ledger.claim(order, name, micros)
      if (claim.kind !== 'granted') {
        this.circuit.released()
        if (await this.settled(claim, order)) return
        continue
      }
      const fault = await this.request(order, claim)
      if (fault === null) return
      if (fault.kind === 'refused') return this.lose(fault)
      if (fault.kind === 'gone') throw new LabError('unavailable', job.gone(fault.message))
      if (fault.kind === 'fatal') throw new LabError('unavailable', fault.message)
      if (fault.kind === 'unknown' || fault.kind === 'unusable') paid += 1
      else free += 1
      if (paid >= PAID_ATTEMPTS || free >= FREE_ATTEMPTS || this.circuit.broken) return this.lose(fault)
      if (fault.delay !== null && fault.delay > LONGEST_WAIT)
        throw new LabError(
          'unavailable',
          `${fault.message}, and asks to wait ${Math.ceil(fault.delay / 60_000)} minutes; the same command goes on from there`,
        )
      const delay = delayBefore(free + paid, fault.delay, random)
      if (fault.delay !== null) this.circuit.pause(delay)
      await effects.clock.wait(delay)
    }
  }

  private lose(fault: ServiceFault): void {
    this.lost.push(fault.message)
  }

  /** Whether an order that was not granted is done with, for now. */
  private async settled(claim: Exclude<Claim, { kind: 'granted' }>, order: Order): Promise<boolean> {
    const { job } = this
    if (claim.kind === 'stored') this.done += 1
    else if (claim.kind === 'arrived') {
      const made = await readAgain(claim, job, this.effects.ledger)
      if (made === null) return false
      this.done += 1
      this.ready.push({ id: claim.id, made })
      this.bell.ring()
    } else if (claim.kind === 'elsewhere') this.elsewhere.push(order)
    else if (claim.kind === 'no consent')
      throw new LabError(
        'usage',
        `nothing is sent to ${job.host} without consent: 'mri-lab synth consent --dataset D --generator ${job.name}' shows what would be sent and asks`,
      )
    else if (this.sent > 0) {
      await this.bell.next() // they may cost less than was set aside
      return false
    } else {
      const { spent, budget, micros } = claim
      throw new LabError(
        'failed',
        `the budget of ${usdText(budget)} is used up: ${usdText(spent)} are spent or set aside, and an image costs up to ${usdText(micros)}; give more with --budget`,
      )
    }
    return true
  }

  /** Sends a request that was granted, and settles it: null where the image is there. */
  private async request(order: Order, { id, micros }: { id: number; micros: number }): Promise<ServiceFault | null> {
    const { job, effects, circuit } = this
    this.sent += 1
    try {
      const answer = await job.ask(order)
      const cost = job.charge(answer) ?? micros
      effects.ledger.settle(id, { outcome: 'arrived', micros: cost, answer: answer.image })
      try {
        const made = { order, cost: cost / 1e6, ...(await job.read(order, answer.image)) }
        circuit.succeeded()
        this.done += 1
        this.ready.push({ id, made })
        return null
      } catch (thrown) {
        if (!(thrown instanceof LabError)) throw thrown
        throw new ServiceFault('unusable', `the answer's image cannot be used: ${messageOf(thrown)}`, { micros: cost })
      }
    } catch (thrown) {
      if (!(thrown instanceof ServiceFault)) {
        circuit.released()
        throw thrown
      }
      this.book(id, thrown, micros)
      return thrown
    } finally {
      this.sent -= 1
      this.bell.ring()
    }
  }

  private book(id: number, { kind, message: reason, micros: counted }: ServiceFault, micros: number): void {
    const { effects, circuit } = this
    if (kind === 'unknown') effects.ledger.settle(id, { outcome: 'unknown', micros, reason })
    else if (kind === 'unusable') effects.ledger.settle(id, { outcome: 'unusable', micros: counted ?? micros, reason })
    else effects.ledger.settle(id, { outcome: kind === 'refused' ? 'refused' : 'failed', reason })
    if (kind === 'refused') circuit.succeeded()
    else if (kind === 'gone' || kind === 'fatal') circuit.released()
    else circuit.failed(kind !== 'unreachable')
  }
}
