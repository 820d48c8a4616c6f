/** Following the database: one timer a lab looks whether it changed, and tells whoever reads from it. */
import type { Lab } from './lab.ts'

/** Milliseconds between two looks. */
const PERIOD = 250

export class Follower {
  readonly #lab: Lab
  readonly #watchers = new Set<() => void>()
  #timer: NodeJS.Timeout | undefined
  #seen = ''
  #version = 0

  constructor(lab: Lab) {
    this.#lab = lab
    this.#seen = this.#look()
  }

  /** Counts the changes seen. */
  readonly version = (): number => this.#version

  /** Tells `watcher` of every change until the returned function is called. */
  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher)
    this.#timer ??= setInterval(() => this.#tick(), PERIOD).unref()
    return () => {
      this.#watchers.delete(watcher)
      if (this.#watchers.size > 0) return
      clearInterval(this.#timer)
      this.#timer = undefined
    }
  }

  /** Looks now: after something was asked that changes what is stored. */
  refresh(): void {
    this.#seen = this.#look()
    this.#version++
    for (const watcher of [...this.#watchers]) watcher()
  }

  #tick(): void {
    if (this.#look() !== this.#seen) this.refresh()
  }

  #look(): string {
    const { store } = this.#lab
    return store === null ? 'none' : String(store.dataVersion())
  }
}

const followers = new WeakMap<Lab, Follower>()

/** The lab's one follower. */
export function followerOf(lab: Lab): Follower {
  const existing = followers.get(lab)
  if (existing !== undefined) return existing
  const made = new Follower(lab)
  followers.set(lab, made)
  return made
}
