import { LabError } from '../../core/shared/errors.ts'
import { defineCommand } from '../command.ts'
import { readLab } from '../lab.ts'
import { toggle } from '../options.ts'

export const dbCheck = defineCommand({
  name: 'db check',
  summary: 'is the database whole, with every file that it names',
  description:
    "Reads all of it: SQLite's own check, links between rows, every content file against its SHA-256, and what the lab promises of its rows (a finished run has its whole " +
    'history, its images and provenance; a spec can be read). Changes nothing. Exits 3 where something is wrong.',
  arguments: {},
  options: { quick: toggle('look whether content files are there, without reading them') },
  examples: [{ line: 'mri-lab db check', says: 'After a full disk, or before a backup' }],
  async action(context, _, { quick = false }) {
    const { parseSpec } = await import('../../core/study/index.ts')
    const found = await readLab(context, null, store => {
      const faults = store.check({ verify: !quick })
      // Rows of a database that is broken itself are not worth reading.
      const problems = faults.length > 0 ? faults : [...store.inconsistencies(), ...unreadableSpecs()]
      const runs = store.runs.ids().length
      return { database: store.path, ok: problems.length === 0, problems, runs, files: store.referencedFiles().length }

      function unreadableSpecs(): string[] {
        return store.studies.list().flatMap(({ name, spec }) => {
          try {
            parseSpec(spec, `study '${name}'`)
            return []
          } catch (thrown) {
            if (thrown instanceof LabError) return [thrown.message]
            throw thrown
          }
        })
      }
    })
    if (found === null) throw new LabError('usage', `there is no database at ${context.settings.database}`)
    const { database, problems, runs, files } = found
    const read = quick ? '' : ', all of them read'
    context.result(found, () =>
      problems.length > 0 ? problems.join('\n') : `${database} is whole: ${runs} runs, ${files} content files${read}`,
    )
    if (problems.length > 0) {
      const count = `${problems.length} ${problems.length === 1 ? 'thing is' : 'things are'} wrong with ${database}`
      throw new LabError('data', `${count}; 'mri-lab db restore FILE' puts a backup in its place`)
    }
  },
})
