/**
 * The screens: what they are called, the key of each tab, and what draws it. All but the first are loaded when they are first
 * wanted, or when the first frame has been drawn.
 */
import { type ComponentType, createElement, lazy, useState } from 'react'
import type { Action, Context } from './keymap.ts'
import type { ScreenName, ScreenProps } from './screen.ts'
import { LabScreen } from './screens/lab.tsx'

export interface ScreenEntry {
  readonly title: string
  /** Its tab's action in the key table; a screen that is opened from another has that one's. */
  readonly tab: Action
  /** Of its keys. */
  readonly context: Context
  readonly component: ComponentType<ScreenProps>
}

type Loaded = ComponentType<ScreenProps>

interface Later {
  load(): Promise<unknown>
  readonly component: Loaded
}

/**
 * A screen in a file of its own. Once that is loaded the screen is there with its first drawing: React's `lazy` alone would draw nothing at first,
 * for up to 300 ms, in which keys already typed would go to no one.
 */
function later(load: () => Promise<Loaded>): Later {
  let there: Loaded | null = null
  const known = async (): Promise<Loaded> => {
    there ??= await load()
    return there
  }
  const waiting = lazy(async () => ({ default: await known() }))
  return {
    load: known,
    component: function Later(props: ScreenProps) {
      const [chosen] = useState(() => there ?? waiting)
      return createElement(chosen, props)
    },
  }
}

const LATER = {
  compose: later(async () => (await import('./screens/compose.tsx')).Compose),
  live: later(async () => (await import('./screens/live.tsx')).Live),
  tables: later(async () => (await import('./screens/tables.tsx')).TablesScreen),
  runs: later(async () => (await import('./screens/runs.tsx')).RunsScreen),
  runDetail: later(async () => (await import('./screens/runDetail.tsx')).RunDetailScreen),
  gradcam: later(async () => (await import('./screens/gradcam.tsx')).Gradcam),
  data: later(async () => (await import('./screens/data.tsx')).DataScreen),
  bank: later(async () => (await import('./screens/bank.tsx')).BankScreen),
  doctor: later(async () => (await import('./screens/doctor.tsx')).DoctorScreen),
}

/** In the order of the tabs. */
export const SCREENS: Readonly<Record<ScreenName, ScreenEntry>> = {
  lab: { title: 'Lab', tab: 'goLab', context: 'lab', component: LabScreen },
  compose: { title: 'Compose', tab: 'goCompose', context: 'compose', component: LATER.compose.component },
  live: { title: 'Live', tab: 'goLive', context: 'live', component: LATER.live.component },
  tables: { title: 'Tables', tab: 'goTables', context: 'tables', component: LATER.tables.component },
  runs: { title: 'Runs', tab: 'goRuns', context: 'runs', component: LATER.runs.component },
  runDetail: { title: 'Run', tab: 'goRuns', context: 'runDetail', component: LATER.runDetail.component },
  gradcam: { title: 'Grad-CAM', tab: 'goGradcam', context: 'gradcam', component: LATER.gradcam.component },
  data: { title: 'Data', tab: 'goData', context: 'data', component: LATER.data.component },
  bank: { title: 'Bank', tab: 'goBank', context: 'bank', component: LATER.bank.component },
  doctor: { title: 'Doctor', tab: 'goDoctor', context: 'doctor', component: LATER.doctor.component },
}

export interface Tab {
  readonly screen: ScreenName
  readonly title: string
  readonly action: Action
}

/** The first screen of each tab. */
export const TABS: readonly Tab[] = (Object.keys(SCREENS) as ScreenName[])
  .map(screen => ({ screen, title: SCREENS[screen].title, action: SCREENS[screen].tab }))
  .filter((tab, at, all) => all.findIndex(other => other.action === tab.action) === at)

/** Loads every screen, so that going to one never waits. */
export async function loadScreens(): Promise<void> {
  await Promise.all(Object.values(LATER).map(screen => screen.load()))
}
