// Draws docs/screens.md: every screen of the lab as text, captured from the real program in a pseudo-terminal over a lab made by `demo`.
// Needs tmux and a build; takes the demo's two minutes. Usage: npm run build && node test/terminal/captureScreens.ts [existing lab.db's folder]
import { execFileSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { openTerminal, PROMPT } from './tmux.ts'

const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const cwd = process.argv[2] ?? mkdtempSync(join(tmpdir(), 'mri-lab-screens-'))
if (process.argv[2] === undefined) execFileSync(process.execPath, [program, 'demo'], { cwd, stdio: 'inherit' })

/** Title, what the reader sees, and the keys that lead there from a freshly opened lab. */
const SCREENS: readonly (readonly [string, string, readonly string[]])[] = [
  ['Lab', 'What runs, what is done, and the next step.', ['1']],
  [
    'Compose',
    'A study put together by keyboard, with its cost and what it can show while you type.',
    ['2', 'p', 'p', ...downTo(7)],
  ],
  ['Live', 'The grid of cells filling in, and the curve of the run the cursor is on.', ['3']],
  ['Tables', 'Medians with their intervals, beside the published values.', ['4']],
  ['Contrasts', 'Differences, corrected, and the sentence of the one at the cursor.', ['4', 'Tab']],
  ['Runs', 'Every run; `/` filters by words, fields and numbers.', ['5', '/', ...'policy:none loss<1', 'Enter']],
  ['Runs compared', 'Marked with Space, side by side by `c`.', ['5', 'Space', 'Space', 'Space', 'c']],
  ['One run', 'What it measured, class by class and epoch by epoch.', ['5', 'Enter']],
  ['Grad-CAM', 'Where the model looks, wrong predictions first.', ['6']],
  ['Grad-CAM of a pair', 'A real image and its variation.', ['6', 'Tab']],
  ['Data', 'Counts by class and part.', ['7']],
  ['Data: gallery', 'The images of a class.', ['7', 'Tab']],
  ['Data: augmentation', 'An operation at a magnitude, or draws of a policy.', ['7', 'BTab', 'j']],
  ['Bank', 'Generators, and what each made.', ['8']],
  ['Bank: pairs', 'Real images beside their variations.', ['8', 'Tab']],
  ['Bank: make', 'What more images take, before any is made.', ['8', 'BTab']],
  ['Doctor', 'What this machine can train with.', ['9']],
  ['Help', 'From the one key table.', ['?']],
]
/** Those that show what another process answers. */
const ASKING = ['Doctor', 'Bank: make', 'Compose', 'Grad-CAM', 'Grad-CAM of a pair']

function downTo(field: number): string[] {
  return Array.from({ length: field }, () => 'j')
}

const sizes: readonly (readonly [number, number])[] = [
  [100, 30],
  [80, 24],
]

let page = `# The screens

Captured from the real program by \`test/terminal/captureScreens.ts\`, over the lab that \`mri-lab demo\` makes; colours are lost here. Pictures are half blocks whose colours
carry the grey levels.
`
for (const [columns, rows] of sizes) {
  page += `\n## ${columns} x ${rows}\n`
  for (const [title, says, keys] of SCREENS) {
    const terminal = await openTerminal(cwd, columns, rows)
    terminal.keys(`${process.execPath} ${program}`, 'Enter')
    await terminal.until(/\[1 Lab\]/)
    for (const key of keys) {
      terminal.keys(key)
      await wait(400)
    }
    await wait(ASKING.includes(title) ? 8000 : 1500)
    page += `\n### ${title}\n\n${says}\n\n\`\`\`\n${terminal.screen().trimEnd()}\n\`\`\`\n`
    terminal.keys('Escape')
    await wait(300)
    terminal.keys('q')
    await terminal.until(PROMPT)
    terminal.close()
  }
}
writeFileSync(new URL('../../docs/screens.md', import.meta.url), page)
console.log('wrote docs/screens.md')
