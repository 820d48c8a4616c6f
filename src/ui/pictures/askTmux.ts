/** Asks tmux about the terminal around it: questions to the terminal itself would be answered by tmux. */
import { execFile } from 'node:child_process'
import type { TmuxAnswers } from './ways.ts'

/** Milliseconds. */
const PATIENCE = 2000

/** Null where tmux does not answer. */
export function askTmux(env: Readonly<Record<string, string | undefined>>): Promise<TmuxAnswers | null> {
  const pane = env.TMUX_PANE === undefined ? [] : ['-t', env.TMUX_PANE]
  const asked = ['display-message', '-p', ...pane, '#{client_termtype}\t#{allow-passthrough}']
  return new Promise(resolve => {
    execFile('tmux', asked, { timeout: PATIENCE, env: env as NodeJS.ProcessEnv }, (error, stdout) => {
      const [terminal = '', passthrough = ''] = stdout.trimEnd().split('\t')
      resolve(error === null ? { terminal, passthrough: passthrough === 'on' || passthrough === 'all' } : null)
    })
  })
}
