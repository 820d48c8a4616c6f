/** Looking up keys: what a key means where, how it is written, and the user's own keys. */
import { type Action, type ActionEntry, CONTEXTS, type Context, KEY_TABLE } from './keyTable.ts'

export { type Action, CONTEXTS, type Context } from './keyTable.ts'

/** The table as it is used: with the user's own keys, see `takeOwnKeys`. */
export let ACTIONS: Readonly<Record<Action, ActionEntry>> = KEY_TABLE
export type Keymap = Readonly<Record<string, ActionEntry>>

/** A context and all that it includes, its own first. */
function contextsOf(context: Context): readonly Context[] {
  const own: readonly Context[] = CONTEXTS[context].includes
  return [context, ...own.flatMap(contextsOf)]
}

/** The actions of a context, its own and those it includes, in the table's order. */
export function actionsIn(context: Context): Action[] {
  return actionNames().filter(action => contextsOf(context).some(one => ACTIONS[action].contexts.includes(one)))
}

/** Every action's name, in the table's order. */
export function actionNames(): Action[] {
  // The keys of a literal object are exactly its type's.
  return Object.keys(ACTIONS) as Action[]
}

/** The action that a key means in a context, or null. In a context where one types, letters and signs are text, not keys. */
export function actionOf(key: string, context: Context): Action | null {
  return lookup.get(context)?.get(key) ?? null
}

/** Two actions of one context that a key could mean; a table without conflicts has none. One line each, for people. */
export function conflicts(keymap: Keymap = ACTIONS): string[] {
  const found: string[] = []
  for (const context of contextNames()) {
    const within = contextsOf(context)
    const owners = new Map<string, string>()
    for (const [name, { keys, contexts }] of Object.entries(keymap)) {
      if (!contexts.some(one => within.includes(one))) continue
      for (const key of keys) {
        const owner = owners.get(key)
        if (owner === undefined) owners.set(key, name)
        else found.push(`${key} in ${CONTEXTS[context].title} means both ${owner} and ${name}`)
      }
    }
  }
  return found
}

/** How an action's key is written: `↑`, `Ctrl+P`; the first of its keys, or all of them. */
export function keyWords(action: Action, which: 'first' | 'all' = 'first'): string {
  const { keys } = ACTIONS[action]
  return (which === 'first' ? keys.slice(0, 1) : keys).map(written).join(' ')
}

export function contextNames(): Context[] {
  return Object.keys(CONTEXTS) as Context[]
}

const WRITTEN: Readonly<Record<string, string>> = {
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  enter: 'Enter',
  escape: 'Esc',
  space: 'Space',
  tab: 'Tab',
  'shift+tab': 'Shift+Tab',
  pageup: 'PgUp',
  pagedown: 'PgDn',
  home: 'Home',
  end: 'End',
  backspace: 'Backspace',
}

function written(key: string): string {
  if (key.startsWith('ctrl+')) return `Ctrl+${key.slice(5).toUpperCase()}`
  return WRITTEN[key] ?? key
}

let lookup = lookupOf()

function lookupOf(): ReadonlyMap<Context, ReadonlyMap<string, Action>> {
  return new Map(
    contextNames().map(context => {
      // Of two actions that want one key the first in the table has it; `conflicts` says so.
      const keys = actionsIn(context).flatMap(action => ACTIONS[action].keys.map(key => [key, action] as const))
      return [context, new Map(keys.toReversed())]
    }),
  )
}

/**
 * Takes a user's own keys, by action, in place of the table's; an empty list leaves the action to the palette. Called before anything is drawn.
 * Returns what is wrong with them, a line each: no such action, no such key, two actions for one key.
 */
export function takeOwnKeys(own: Readonly<Record<string, readonly string[]>>): string[] {
  const unknown = Object.keys(own).filter(name => !Object.hasOwn(KEY_TABLE, name))
  const wrong = Object.values(own).flatMap(keys => keys.filter(key => !isKey(key)))
  const changed = Object.entries<ActionEntry>(KEY_TABLE).map(([name, entry]) => {
    const keys = own[name]?.filter(isKey)
    return [name, keys === undefined ? entry : { ...entry, keys }]
  })
  ACTIONS = Object.fromEntries(changed) as Record<Action, ActionEntry>
  lookup = lookupOf()
  return [
    ...unknown.map(name => `keys: there is no action '${name}'`),
    ...wrong.map(
      key => `keys: there is no key '${key}'; there are signs, ctrl+x, alt+x, ${Object.keys(WRITTEN).join(', ')}`,
    ),
    ...[...new Set(conflicts().map(line => line.replace(/ in .* means/, ' means')))].map(
      line => `keys: ${line}; the first has it`,
    ),
  ]
}

/** Whether a key of this name can be pressed. */
function isKey(key: string): boolean {
  return Object.hasOwn(WRITTEN, key) || /^((ctrl|alt)\+)?[^\s\p{C}]$/u.test(key)
}
