import { resolve } from 'node:path'
import { LabError } from '../../core/shared/errors.ts'
import { defineCommand } from '../command.ts'
import { readLab } from '../lab.ts'
import { argument } from '../options.ts'

export const dbBackup = defineCommand({
  name: 'db backup',
  summary: 'a copy of the database and its content files',
  description:
    'Writes a snapshot to FILE, and the images and weights that it names to FILE.files, each compared with its SHA-256. Studies may go on meanwhile. A backup is a ' +
    'database: --db FILE opens it.',
  arguments: { file: argument('FILE', 'the backup; it must not exist') },
  options: {},
  examples: [{ line: 'mri-lab db backup /mnt/disk/lab-monday.db', says: 'Before an upgrade, or a risky disk' }],
  async action(context, { file }) {
    const path = resolve(context.cwd, file)
    let progress: ReturnType<typeof context.progress> | undefined
    const files = await readLab(context, null, store =>
      store.backup(path, (done, total) => {
        progress ??= context.progress({ label: 'copying', unit: 'files', total })
        progress.update(done)
      }),
    ).finally(() => progress?.end())
    if (files === null) throw new LabError('usage', `there is no database at ${context.settings.database}`)
    context.result(
      { database: context.settings.database, backup: path, files },
      () => `wrote ${file} and ${file}.files (${files} content files)`,
    )
  },
})
