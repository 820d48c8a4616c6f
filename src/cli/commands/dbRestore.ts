import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { LabError } from '../../core/shared/errors.ts'
import { defineCommand } from '../command.ts'
import { confirm } from '../confirm.ts'
import { argument } from '../options.ts'

export const dbRestore = defineCommand({
  name: 'db restore',
  summary: 'put a backup in the place of the database',
  description:
    'Checks the backup first, all of it. A database that is there is replaced at once, only after a yes, and while no runner and no other program has it open; else ' +
    'it stays as it is. Content files are only added.',
  arguments: { file: argument('FILE', "what 'db backup' wrote, with FILE.files beside it") },
  options: {},
  examples: [
    { line: 'mri-lab db restore /mnt/disk/lab-monday.db', says: 'Go back to Monday' },
    { line: 'mri-lab db restore lab-monday.db --db other.db', says: 'Look at it elsewhere' },
  ],
  async action(context, { file }) {
    const { restoreFrom } = await import('../../store/index.ts')
    const { database } = context.settings
    const path = resolve(context.cwd, file)
    if (!existsSync(path)) throw new LabError('usage', `there is no file ${file} to restore`)
    const replaced = existsSync(database)
    if (replaced) await confirm(context, `${database} is there: put ${file} in its place, and lose what it holds beyond it?`)
    let progress: ReturnType<typeof context.progress> | undefined
    let files: number
    try {
      files = restoreFrom(path, database, (done, total) => {
        progress ??= context.progress({ label: 'copying', unit: 'files', total })
        progress.update(done)
      }).files
    } finally {
      progress?.end()
    }
    context.result(
      { database, backup: path, files, replaced },
      () => `restored ${database} from ${file} (${files} content files)`,
    )
  },
})
