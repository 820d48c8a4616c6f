/**
 * The door of the screens. It is light: React and Ink are loaded when the lab is opened, so that commands which draw nothing pay
 * nothing for them.
 */
import type { Lab } from './lab.ts'
import type { OpenLabOptions } from './open.tsx'

export { clipboardSequence } from './format/clipboard.ts'
export { formatDuration } from './format/duration.ts'
export { NOTICES, type Notice, notificationSequence } from './format/notification.ts'
export { formatNumber } from './format/number.ts'
export { printable, printableJson, printableLines } from './format/printable.ts'
export type { Ask, AskOptions, ExplainRequest, Explanation, GpuLoad, Lab, MachineLoad } from './lab.ts'

/** Opens the lab; resolves when the user leaves. See `showLab` of `open.tsx`. */
export async function openLab(lab: Lab, options: OpenLabOptions): Promise<void> {
  // React keeps its checks for developers out, which take time and memory.
  process.env.NODE_ENV ??= 'production'
  const { showLab } = await import('./open.tsx')
  await showLab(lab, options)
}

export { PICTURE_CHOICES, type PictureChoice } from './pictures/ways.ts'
export { THEME_NAMES, type ThemeName } from './themes.ts'
