/** Pictures as iTerm2 takes them (OSC 1337; iterm2.com/documentation-images.html). */
import type { Cells } from '../components/pictureCells.ts'

/** A PNG over exactly so many cells from the cursor on, which stays where it is. */
export function iterm2Of(png: Buffer, { columns, rows }: Cells): string {
  const how = `inline=1;size=${png.length};width=${columns};height=${rows};preserveAspectRatio=0;doNotMoveCursor=1`
  return `\u001b]1337;File=${how}:${png.toString('base64')}\u0007`
}
