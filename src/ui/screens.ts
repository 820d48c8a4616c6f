/**
 * The screens: what they are called, the key of each tab, and what draws it. All but the first are loaded when they are first
 * wanted, or when the first frame has been drawn.
 */
import { type ComponentType, lazy } from 'react'
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

const LOADERS = {
  compose: () => import('./screens/compose.tsx').then(file => ({ default: file.Compose })),
  live: () => import('./screens/live.tsx').then(file => ({ default: file.Live })),
  tables: () => import('./screens/tables.tsx').then(file => ({ default: file.TablesScreen })),
  runs: () => import('./screens/runs.tsx').then(file => ({ default: file.RunsScreen })),
  runDetail: () => import('./screens/runDetail.tsx').then(file => ({ default: file.RunDetailScreen })),
  gradcam: () => import('./screens/gradcam.tsx').then(file => ({ default: file.Gradcam })),
  data: () => import('./screens/data.tsx').then(file => ({ default: file.DataScreen })),
  bank: () => import('./screens/bank.tsx').then(file => ({ default: file.BankScreen })),
  doctor: () => import('./screens/doctor.tsx').then(file => ({ default: file.DoctorScreen })),
}

/** In the order of the tabs. */
export const SCREENS: Readonly<Record<ScreenName, ScreenEntry>> = {
  lab: { title: 'Lab', tab: 'goLab', context: 'lab', component: LabScreen },
  compose: { title: 'Compose', tab: 'goCompose', context: 'compose', component: lazy(LOADERS.compose) },
  live: { title: 'Live', tab: 'goLive', context: 'live', component: lazy(LOADERS.live) },
  tables: { title: 'Tables', tab: 'goTables', context: 'tables', component: lazy(LOADERS.tables) },
  runs: { title: 'Runs', tab: 'goRuns', context: 'runs', component: lazy(LOADERS.runs) },
  runDetail: { title: 'Run', tab: 'goRuns', context: 'runDetail', component: lazy(LOADERS.runDetail) },
  gradcam: { title: 'Grad-CAM', tab: 'goGradcam', context: 'gradcam', component: lazy(LOADERS.gradcam) },
  data: { title: 'Data', tab: 'goData', context: 'data', component: lazy(LOADERS.data) },
  bank: { title: 'Bank', tab: 'goBank', context: 'bank', component: lazy(LOADERS.bank) },
  doctor: { title: 'Doctor', tab: 'goDoctor', context: 'doctor', component: lazy(LOADERS.doctor) },
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
  await Promise.all(Object.values(LOADERS).map(load => load()))
}
