/**
 * A circuit breaker: after some failures in a row nothing is sent for a while, then one request tries; where that fails too, the pause doubles, and in the
 * end it is given up. Nygard, Release It! (2007), chapter 5.
 */
import { Bell, type ServiceClock } from './clock.ts'

/** Failures in a row that open it. */
const LIMIT = 5
/** Milliseconds of the first pause. */
const PAUSE = 30_000
/** Pauses in a row before it is given up. */
const PAUSES = 3

export class Circuit {
  private readonly clock: ServiceClock
  private readonly bell = new Bell()
  private failures = 0
  private pauses = 0
  private until = 0
  private trying = false
  private hopeless = false
  private answered = false

  constructor(clock: ServiceClock) {
    this.clock = clock
  }

  /** Whether it was given up. */
  get broken(): boolean {
    return this.hopeless
  }

  /** Waits until a request may go. False where none may any more, or `stopped` says so. Every true is followed by one of the three below. */
  async enter(stopped: () => boolean): Promise<boolean> {
    for (;;) {
      if (this.hopeless || stopped()) return false
      const rest = this.until - this.clock.now()
      if (rest > 0) await this.clock.wait(rest)
      else if (this.pauses === 0) return true
      else if (!this.trying) {
        this.trying = true
        return true
      } else await this.bell.next()
    }
  }

  /** The service works. */
  succeeded(): void {
    this.failures = 0
    this.pauses = 0
    this.answered = true
    this.released()
  }

  /** Nothing was sent after all. */
  released(): void {
    this.trying = false
    this.bell.ring()
  }

  /** @param reached whether anything was there: a service that never was is given up at once */
  failed(reached: boolean): void {
    this.answered ||= reached
    this.failures += 1
    const again = this.pauses === 0 ? this.failures >= LIMIT : this.trying
    if (again) {
      this.pauses += 1
      if (this.pauses > PAUSES || !this.answered) this.hopeless = true
      this.until = Math.max(this.until, this.clock.now() + PAUSE * 2 ** (this.pauses - 1))
    }
    this.released()
  }

  /** Nothing goes before so many milliseconds: the service asked for it. */
  pause(milliseconds: number): void {
    this.until = Math.max(this.until, this.clock.now() + milliseconds)
  }

  /** Wakes who waits here, to see that it is over. */
  stop(): void {
    this.bell.ring()
  }
}
