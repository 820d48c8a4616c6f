import { defineCommand } from '../command.ts'
import { alignedTable } from '../table.ts'

export const synthGenerators = defineCommand({
  name: 'synth generators',
  summary: 'what makes synthetic images: cost, speed, privacy and needs of each',
  arguments: {},
  options: {},
  examples: [{ line: 'mri-lab synth generators', says: 'What there is to choose from' }],
  async action(context) {
    const { GENERATORS } = await import('../../core/synthesis/index.ts')
    const rows = GENERATORS.map(({ name, summary, paid, learns = false, cost, speed, privacy, needs }) => {
      return { name, summary, paid, learns, cost, speed, privacy, needs }
    })
    context.result(rows, () =>
      [
        ...rows.map(one =>
          alignedTable(
            [{ title: one.name }, { title: one.summary }],
            (['cost', 'speed', 'privacy', 'needs'] as const).map(field => [`  ${field}`, one[field]]),
          ),
        ),
        "Images made elsewhere come by 'mri-lab synth import'; specs name them by their --generator-name.",
      ].join('\n\n'),
    )
  },
})
