/** The key table as footer, help and palette show it. */
import type { KeyWord } from './components/Footer.tsx'
import type { HelpSection } from './components/Help.tsx'
import type { Command } from './components/Palette.tsx'
import type { LiveAction } from './keyboard.ts'
import { ACTIONS, type Action, actionNames, CONTEXTS, type Context, contextNames, keyWords } from './keymap.ts'

/** At the end of every footer, where they act. */
const ALWAYS: readonly Action[] = ['palette', 'help', 'leave']

/** The footer's keys: those that would act now, in the table's order. */
export function footerKeys(live: readonly LiveAction[]): { readonly keys: KeyWord[]; readonly always: KeyWord[] } {
  const possible = new Set(live.map(({ action }) => action))
  const words = (wanted: (action: Action) => boolean): KeyWord[] =>
    actionNames().flatMap(action => {
      const { short } = ACTIONS[action]
      const shown = possible.has(action) && wanted(action) && short !== undefined
      return shown ? [{ key: keyWords(action), word: short }] : []
    })
  const moves = possible.has('up') && possible.has('down') ? [{ key: '↑↓', word: 'choose' }] : []
  return {
    keys: [...moves, ...words(action => !ALWAYS.includes(action))],
    always: words(action => ALWAYS.includes(action)),
  }
}

/** Every action of the table by where it acts: first the screen's own, then what acts there too, then the others. Those of the screen can be done that are `live`. */
export function helpSections(here: Context, live: readonly LiveAction[] = []): HelpSection[] {
  const first: readonly Context[] = [here, 'list', 'global']
  const order = [...first, ...contextNames().filter(context => !first.includes(context))]
  return order.map(context => ({
    title: CONTEXTS[context].title,
    keys: actionNames()
      .filter(action => ACTIONS[action].contexts.includes(context))
      .map(action => ({
        name: action,
        key: keyWords(action, 'all'),
        says: ACTIONS[action].says,
        act: first.includes(context) ? live.find(one => one.action === action)?.act : undefined,
      })),
  }))
}

/** Not worth finding by words: moving about, and the palette itself. */
const UNSAID: readonly Action[] = ['up', 'down', 'left', 'right', 'pageUp', 'pageDown', 'first', 'last', 'palette']

interface Place {
  readonly study?: string
  readonly dataset?: string
}

/** For the palette: the screens of each study and dataset, by name. */
export function placeCommands(
  studies: readonly string[],
  datasets: readonly string[],
  go: (screen: 'tables' | 'live' | 'runs' | 'data' | 'bank', place: Place) => void,
): Command[] {
  const ofStudy = studies.flatMap(study =>
    (['tables', 'live', 'runs'] as const).map(screen => {
      return {
        name: `${screen} ${study}`,
        key: '',
        says: `${screen} of the study ${study}`,
        act: () => go(screen, { study }),
      }
    }),
  )
  const ofData = datasets.flatMap(dataset =>
    (['data', 'bank'] as const).map(screen => {
      const says = `${screen === 'data' ? 'images' : 'synthetic images'} of the dataset ${dataset}`
      return { name: `${screen} ${dataset}`, key: '', says, act: () => go(screen, { dataset }) }
    }),
  )
  return [...ofStudy, ...ofData]
}

/** The palette's commands: what can be done now. */
export function commandsOf(live: readonly LiveAction[]): Command[] {
  return actionNames().flatMap(action => {
    const found = live.find(one => one.action === action)
    if (found === undefined || UNSAID.includes(action)) return []
    return [{ name: action, key: keyWords(action), says: ACTIONS[action].says, act: found.act }]
  })
}
