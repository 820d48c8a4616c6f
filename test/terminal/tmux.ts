/** The real program in a real pseudo-terminal: tmux runs it, types, and reads the screen. */
import { execFileSync } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'

/** Whether tmux is here (Debian package tmux). */
export function hasTmux(): boolean {
  try {
    execFileSync('tmux', ['-V'])
    return true
  } catch {
    return false
  }
}

export interface Session {
  /** Sends keys as tmux names them: `5`, `Enter`, `Escape`, `C-c`. */
  keys(...names: string[]): void
  /** Sends bytes as they are: halves of characters, cut escape sequences. */
  bytes(sent: Uint8Array): void
  /** Lines that have scrolled out at the top of the normal screen. */
  scrolled(): number
  /** The line to the terminal dies: its other end is gone without a word, as when an SSH connection breaks. */
  cut(): void
  /** The screen's lines, as a person reads them; `coloured` with its SGR sequences. */
  screen(coloured?: boolean): string
  /** Waits until the screen matches, and returns it. Throws with the last screen after `seconds`. */
  until(pattern: RegExp, seconds?: number): Promise<string>
  /** Whether the cursor is seen, and whether the alternate screen is on. */
  modes(): { cursor: boolean; alternateScreen: boolean }
  resize(columns: number, rows: number): void
  /** Process id of the shell that runs in the terminal. */
  readonly pid: number
  close(): void
}

/** The shell waits for a line. */
export const PROMPT = /^ready>$/m

let sessions = 0

/** A terminal of this size with `bash` in `cwd`, its prompt `ready>`. Each has a tmux server of its own. */
export async function openTerminal(
  cwd: string,
  columns: number,
  rows: number,
  env: Record<string, string> = {},
): Promise<Session> {
  const socket = `mri-lab-test-${process.pid}-${sessions++}`
  const colours = { ...process.env, NO_COLOR: undefined, FORCE_COLOR: undefined, CI: undefined } // a terminal as people have it, whatever runs the tests
  const tmux = (...args: string[]) =>
    execFileSync('tmux', ['-L', socket, '-f', '/dev/null', ...args], { encoding: 'utf8', env: colours })
  const shell = 'env PS1="ready> " bash --norc --noprofile'
  const variables = Object.entries(env).flatMap(([name, value]) => ['-e', `${name}=${value}`])
  tmux('new-session', '-d', '-s', 't', '-x', String(columns), '-y', String(rows), '-c', cwd, ...variables, shell)
  tmux('set-option', '-g', 'default-terminal', 'tmux-256color')
  const session: Session = {
    keys: (...names) => void tmux('send-keys', '-t', 't', ...names),
    bytes: sent => {
      // One argument each; a terminal reads them as one piece.
      if (sent.length > 0) tmux('send-keys', '-t', 't', '-H', ...Array.from(sent, byte => byte.toString(16)))
    },
    scrolled: () => Number(tmux('display-message', '-p', '-t', 't', '#{history_size}')),
    cut: () => void process.kill(Number(tmux('display-message', '-p', '-t', 't', '#{pid}')), 'SIGKILL'),
    screen: coloured => tmux('capture-pane', '-p', ...(coloured ? ['-e'] : []), '-t', 't'),
    async until(pattern, seconds = 20) {
      const deadline = performance.now() + seconds * 1000
      for (;;) {
        const screen = session.screen()
        if (pattern.test(screen)) return screen
        if (performance.now() > deadline) throw new Error(`no ${pattern} within ${seconds} s; the screen:\n${screen}`)
        await wait(100)
      }
    },
    modes() {
      const [cursor, alternate] = tmux('display-message', '-p', '-t', 't', '#{cursor_flag} #{alternate_on}')
        .trim()
        .split(' ')
      return { cursor: cursor === '1', alternateScreen: alternate === '1' }
    },
    resize: (x, y) => void tmux('resize-window', '-t', 't', '-x', String(x), '-y', String(y)),
    get pid() {
      return Number(tmux('display-message', '-p', '-t', 't', '#{pane_pid}'))
    },
    close() {
      try {
        tmux('kill-server')
      } catch {
        // it has ended already
      }
    },
  }
  await session.until(PROMPT)
  return session
}
