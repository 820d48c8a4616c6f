/** Where a user's things are kept that can be made again at any time. */
import { isAbsolute, join } from 'node:path'

/**
 * The folder of compiled graphs: `graphs` in `$XDG_CACHE_HOME/mri-lab`, by default `~/.cache/mri-lab` (XDG Base Directory Specification 0.8; a
 * relative path there counts for nothing).
 */
export function graphFolder(env: Readonly<Record<string, string | undefined>>, home: string): string {
  const named = env.XDG_CACHE_HOME
  return join(named !== undefined && isAbsolute(named) ? named : join(home, '.cache'), 'mri-lab', 'graphs')
}
