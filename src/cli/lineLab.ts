/** The lab where the terminal can only write lines (TERM=dumb, as inside an editor): the program's own commands, one a line. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline/promises'
import type { Context } from './context.ts'
import { PROGRAM } from './ownProgram.ts'

const HELP = `This terminal draws no screens (TERM is dumb), so the lab takes its commands a line at a time:
  status, studies, tables, contrasts, runs, run quick, ... as after 'mri-lab'; 'help' lists all, 'quit' leaves. Studies go on.`

/** Returns when the user leaves, by `quit`, `q`, or the end of the input. */
export async function openLineLab(context: Context): Promise<void> {
  const { database } = context.settings
  const run = (words: readonly string[]): Promise<void> =>
    runProgram([...words, '--db', database, '--no-color'], context.cwd)
  context.print(HELP)
  await run(['status'])
  const lines = createInterface({ input: process.stdin, terminal: false })
  // Not readline's own: the input may have ended while a command ran.
  const prompt = (): void => void process.stdout.write('mri-lab> ')
  try {
    prompt()
    for await (const line of lines) {
      const words = wordsOf(line)
      const [first] = words
      if (first === 'quit' || first === 'q' || first === 'exit') return
      if (first === 'lab') context.print(HELP)
      else if (first !== undefined) await run(first === 'mri-lab' ? words.slice(1) : words)
      prompt()
    }
  } finally {
    lines.close()
  }
}

/** Words as a shell takes them: quotes keep spaces. */
export function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"?|'([^']*)'?|(\S+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? '',
  )
}

/** What it says goes where this program's own goes; its exit code is said by its own words. */
function runProgram(words: readonly string[], cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [PROGRAM, ...words], { cwd, stdio: ['ignore', 'inherit', 'inherit'] })
    child.once('error', reject)
    child.once('close', () => resolve())
  })
}
