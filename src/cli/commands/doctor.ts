import { existsSync, statSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { formatNumber } from '../../ui/index.ts'
import { defineCommand } from '../command.ts'
import { later } from '../options.ts'
import { alignedTable } from '../table.ts'

export const doctor = defineCommand({
  name: 'doctor',
  summary: 'what this machine can train with, and what is missing',
  arguments: {},
  options: { explainStep: later('MODEL'), bundle: later('FILE') },
  examples: [
    { line: 'mri-lab doctor', says: 'Which engines work here' },
    { line: 'mri-lab doctor --json', says: 'The same for a script' },
  ],
  async action(context) {
    const [{ findEngines }, { keepChoice }] = await Promise.all([import('../engines.ts'), import('../autoEngine.ts')])
    const { engines, chosen, idle } = await findEngines(availableParallelism())
    keepChoice(context, chosen)
    const processors = cpus()
    const path = context.settings.database
    const exists = existsSync(path)
    const { stdin, stdout, columns, rows } = context.terminal
    const report = {
      version: context.version,
      node: process.versions.node,
      engines,
      default: chosen,
      cpu: { model: processors[0]?.model.trim() ?? null, cores: processors.length },
      terminal: {
        stdin,
        stdout,
        columns,
        rows,
        type: context.env.TERM ?? null,
        colors: stdout && context.settings.color ? 2 ** process.stdout.getColorDepth() : 0,
      },
      database: { path, exists, bytes: exists ? statSync(path).size : null },
    }
    context.result(report, () => {
      const table = alignedTable(
        [
          { title: 'engine' },
          { title: 'here' },
          { title: 'device' },
          { title: 'ms a step', align: 'right' },
          { title: 'remark' },
        ],
        engines.map(({ name, available, device, stepMilliseconds, reason }) => [
          name,
          available ? '✓' : '✕',
          device ?? '',
          formatNumber(stepMilliseconds),
          name === chosen ? (reason ?? 'chosen by --engine auto') : (reason ?? ''),
        ]),
      )
      return [
        `MRI Lab ${report.version} on Node ${report.node}, ${process.platform} ${process.arch}`,
        `${report.cpu.model ?? 'unknown processor'}, ${report.cpu.cores} cores`,
        `database ${path}${exists ? '' : ' (none yet)'}`,
        '',
        table,
        ...(idle === null ? [] : ['', idle]),
      ].join('\n')
    })
  },
})
