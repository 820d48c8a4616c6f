/** Who listens to keys now, and the way of a key from the terminal to the one handler it is for. */
import { createContext } from 'react'
import { type Action, actionOf, CONTEXTS, type Context } from './keymap.ts'
import { typedText } from './keyPress.ts'

/** Handlers by action. One that returns false lets the key go on to who listens further out. */
export type KeyHandlers = { readonly [action in Action]?: (() => unknown) | undefined }

/** One `useKeys`. */
export interface Listener {
  readonly context: Context
  /** Those of its last drawing. */
  handlers(): KeyHandlers
  /** Text typed or pasted, where its context takes text. */
  text?(typed: string): void
}

/** An action that someone would act on now. */
export interface LiveAction {
  readonly action: Action
  readonly act: () => void
}

export class Keyboard {
  readonly #listeners: Listener[] = []
  readonly #watchers = new Set<() => void>()
  #version = 0
  #holds = 0

  /** Begins to listen; returns how to end it. */
  listen(listener: Listener): () => void {
    this.#listeners.push(listener)
    this.changed()
    return () => {
      this.#listeners.splice(this.#listeners.indexOf(listener), 1)
      this.changed()
    }
  }

  /** Tells the footer that other actions are possible now. */
  changed(): void {
    this.#version++
    for (const watcher of [...this.#watchers]) watcher()
  }

  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  readonly version = (): number => this.#version

  /** Keys wait for a screen that is not there yet, until the returned function is called. */
  hold(): () => void {
    this.#holds++
    return () => {
      this.#holds--
      this.changed()
    }
  }

  get held(): boolean {
    return this.#holds > 0
  }

  /** Gives one key to the innermost listener that acts on it; where one types, a key without an action is text. */
  press(key: string): void {
    for (const listener of this.#inOrder()) {
      const text = typedText(key)
      const typing = listener.text !== undefined && text !== null
      const action = typing ? null : actionOf(key, listener.context)
      if (typing) {
        listener.text?.(text)
        return
      }
      const handler = action === null ? undefined : listener.handlers()[action]
      if (handler !== undefined && handler() !== false) return
    }
  }

  /** Whether the key is someone's now, or could be a slip in a line of text. */
  knows(key: string): boolean {
    return this.#inOrder().some(({ context, text }) => text !== undefined || actionOf(key, context) !== null)
  }

  /** Text that was pasted: for who takes text, else for nobody, so that it is never read as keys. */
  paste(text: string): void {
    this.#inOrder()
      .find(listener => listener.text !== undefined)
      ?.text?.(text.replace(/\s+/g, ' ').replace(/\p{Cc}/gu, ''))
  }

  /** What can be done now, innermost listener first, each action once. */
  live(): LiveAction[] {
    const live = new Map<Action, LiveAction>()
    for (const listener of this.#inOrder()) {
      for (const [name, handler] of Object.entries(listener.handlers())) {
        const action = name as Action
        if (handler !== undefined && !live.has(action)) live.set(action, { action, act: () => void handler() })
      }
    }
    return [...live.values()]
  }

  /** The last modal listener alone; else screens before the shell. */
  #inOrder(): Listener[] {
    const modal = this.#listeners.findLast(({ context }) => CONTEXTS[context].modal)
    if (modal !== undefined) return [modal]
    const newestFirst = this.#listeners.toReversed()
    return [
      ...newestFirst.filter(({ context }) => context !== 'global'),
      ...newestFirst.filter(({ context }) => context === 'global'),
    ]
  }
}

export const KeyboardContext = createContext(new Keyboard())
