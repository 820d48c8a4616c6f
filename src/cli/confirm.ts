import { createInterface } from 'node:readline/promises'
import { LabError } from '../core/shared/errors.ts'
import type { Context } from './context.ts'

/**
 * Asks on stderr whether to go on; `--yes` answers.
 * @throws LabError `usage` where nobody can be asked, `interrupted` where the answer is no
 */
export async function confirm({ settings, terminal, signal }: Context, question: string): Promise<void> {
  if (settings.yes) return
  if (!terminal.stdin || !terminal.stderr) throw new LabError('usage', `${question} Nobody is there to ask: --yes answers`)
  const asking = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await asking.question(`${question} [y/N] `, { signal })
    if (!/^y(es)?$/i.test(answer.trim())) throw new LabError('interrupted', 'nothing was done')
  } catch (thrown) {
    throw signal.aborted ? signal.reason : thrown
  } finally {
    asking.close()
  }
}
