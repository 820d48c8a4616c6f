/** Where `mri-lab engine install` puts what is too big for npm, and where engines look for it. */
import { homedir } from 'node:os'
import { join } from 'node:path'

/** By the XDG base directory specification: `$XDG_DATA_HOME/mri-lab`, usually `~/.local/share/mri-lab`. */
export function engineHome(env: Readonly<Record<string, string | undefined>> = process.env, home = homedir()): string {
  return join(env.XDG_DATA_HOME || join(home, '.local', 'share'), 'mri-lab')
}
