/** Writes what the Grad-CAM screen shows as a PNG file. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { inColumn, panel, writePng } from '../../core/explain/index.ts'
import type { ShownMap } from './gradcamPanes.tsx'

const GAP = 8

/** `gradcam-run12-validation37.png` in that folder, and whether something lies there that would be replaced. */
export function mapFile(folder: string, run: number, what: string): { readonly path: string; readonly exists: boolean } {
  const path = join(folder, `gradcam-run${run}-${what}.png`)
  return { path, exists: existsSync(path) }
}

/** Image, map, and map on image, of each a row. Throws LabError `failed` where the file cannot be written. */
export async function saveMaps(path: string, maps: readonly ShownMap[], opacity: number): Promise<void> {
  const rows = maps.map(({ explanation: { size, pixels }, drawn }) =>
    panel(pixels, drawn, { width: size, height: size }, { opacity }),
  )
  await writePng(path, rows.length === 1 ? rows[0]! : inColumn(rows, GAP))
}
