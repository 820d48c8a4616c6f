/** How a command is described: one file under commands/ defines each, program.ts builds the parser and help from them. */
import type { Context } from './context.ts'

/** A flag with what it is read as. Made by the functions of options.ts. */
export interface OptionDefinition<T> {
  readonly summary: string
  /** The name of its value in help; null for a switch. */
  readonly placeholder: string | null
  /** A switch that can also be given as `--no-...`. */
  readonly negatable?: boolean
  /** Not in help. */
  readonly hidden?: boolean
  /** Reads the value; a switch is given `true` or `false`. Throws `usage` naming `flag`. */
  readonly parse: (text: string, flag: string) => T
}

/** A word without a flag. */
export interface ArgumentDefinition<T> {
  /** As help writes it. */
  readonly name: string
  readonly summary: string
  readonly required: boolean
  readonly variadic: boolean
  readonly parse: (words: readonly string[], name: string) => T
}

export type OptionTable = Readonly<Record<string, OptionDefinition<unknown>>>
export type ArgumentTable = Readonly<Record<string, ArgumentDefinition<unknown>>>

/** What the user gave; undefined where nothing. */
export type OptionValues<O extends OptionTable> = {
  readonly [K in keyof O]: O[K] extends OptionDefinition<infer T> ? T | undefined : never
}
export type ArgumentValues<A extends ArgumentTable> = {
  readonly [K in keyof A]: A[K] extends ArgumentDefinition<infer T> ? T : never
}

export interface Example {
  /** A whole command line. */
  readonly line: string
  readonly says: string
}

export interface CommandDefinition<A extends ArgumentTable = ArgumentTable, O extends OptionTable = OptionTable> {
  /** `run`, or `data add` for a command of a group. */
  readonly name: string
  /** One line, for lists. */
  readonly summary: string
  /** More about it, for its own help. */
  readonly description?: string
  /** In the order in which they are given. */
  readonly arguments: A
  /** By name in camel case: `fineTune` is `--fine-tune`. */
  readonly options: O
  /** What is said at the first Ctrl+C, where that is not to stop the work. */
  readonly onInterrupt?: string
  /** At least one. */
  readonly examples: readonly [Example, ...Example[]]
  /** Loads what it needs by `await import(...)`, so that other commands start without it. */
  action(context: Context, args: ArgumentValues<A>, options: OptionValues<O>): Promise<void>
}

/** Gives the action the types of the arguments and options it declares. */
export function defineCommand<const A extends ArgumentTable, const O extends OptionTable>(
  definition: CommandDefinition<A, O>,
): CommandDefinition<A, O> {
  return definition
}

/** `fineTune` -> `--fine-tune`. */
export function flagOf(key: string): string {
  return `--${key.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`
}
