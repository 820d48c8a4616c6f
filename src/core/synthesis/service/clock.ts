/** Time as those who wait for a service see it. */
export interface ServiceClock {
  /** Milliseconds since 1970. */
  now(): number
  /** Resolves after so many milliseconds, or earlier, when the program is to stop. */
  wait(milliseconds: number): Promise<void>
}

/** Wakes all who wait for something to have changed. */
export class Bell {
  private waiting: (() => void)[] = []

  ring(): void {
    const woken = this.waiting
    this.waiting = []
    for (const wake of woken) wake()
  }

  next(): Promise<void> {
    return new Promise(resolve => this.waiting.push(resolve))
  }
}
