import { existsSync, statSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import type { Configuration } from '../../core/models/model.ts'
import { MODEL_NAMES, type ModelName, RECIPES } from '../../core/models/recipes.ts' // not by its door: the program starts without an engine
import { formatNumber } from '../../ui/index.ts'
import { defineCommand } from '../command.ts'
import type { StepExplanation } from '../explainStep.ts'
import { choice, configuration, text, whole } from '../options.ts'
import { alignedTable } from '../table.ts'

export const doctor = defineCommand({
  name: 'doctor',
  summary: 'what this machine can train with, and what is missing',
  arguments: {},
  options: {
    explainStep: choice(MODEL_NAMES, 'take a training step apart: its nodes on onnx-cpu, and the time of each'),
    size: whole('N', "of the step's images, with --explain-step (default: the model's own)", 8, 2048),
    batch: whole('N', 'images of the step (default: 32; 8 of resnet18, 4 of vit)', 1, 4096),
    configuration: configuration('MODEL.FIELD=N,...', "of the step's model, where it is not at full size"),
    bundle: text('FILE', 'write what a report of a fault needs: one file of text, to be read before it is passed on'),
  },
  examples: [
    { line: 'mri-lab doctor', says: 'Which engines work here' },
    { line: 'mri-lab doctor --json', says: 'The same for a script' },
    { line: 'mri-lab doctor --bundle report.json', says: 'For a report of a fault; it holds no image, key or weight' },
    { line: 'mri-lab doctor --explain-step cnn', says: 'What a training step is made of, and where its time goes' },
  ],
  async action(context, _, { explainStep: model, bundle, ...asked }) {
    const [{ findEngines }, { keepChoice }] = await Promise.all([import('../engines.ts'), import('../autoEngine.ts')])
    const { engines, chosen, idle } = await findEngines(availableParallelism())
    keepChoice(context, { engine: chosen, idle })
    const step = model === undefined ? null : await explained(model, context.settings.threads, asked)
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
      ...(step === null ? {} : { step }),
      ...(bundle === undefined ? {} : { bundle }),
    }
    if (bundle !== undefined) {
      const { writeBundle } = await import('../writeBundle.ts')
      await writeBundle(context, report, bundle)
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
        ...(step === null ? [] : ['', stepText(step)]),
        ...(bundle === undefined
          ? []
          : ['', `wrote ${bundle}: text, without images, keys or weights; read it before you pass it on`]),
      ].join('\n')
    })
  },
})

/** Images of a step where nothing is said: as docs/performance.md compares. */
const BATCHES: Partial<Record<ModelName, number>> = { resnet18: 8, vit: 4 }

async function explained(
  model: ModelName,
  threads: number | null,
  {
    size = RECIPES[model].size,
    batch = BATCHES[model] ?? RECIPES[model].batch,
    configuration: given = {},
  }: {
    readonly size?: number | undefined
    readonly batch?: number | undefined
    readonly configuration?: Readonly<Record<string, Configuration>> | undefined
  },
): Promise<StepExplanation> {
  const { explainStep } = await import('../explainStep.ts')
  const steps = model === 'cnn' ? 9 : 5
  const asked = { model, configuration: given[model], size, batch, threads: threads ?? availableParallelism(), steps }
  return explainStep(asked, () => performance.now())
}

/** Nodes of one kind a line, the slowest first; those of less than a hundredth of the step together at the end. */
function stepText({ model, size, batch, threads, milliseconds, nodes }: StepExplanation): string {
  const sum = nodes.reduce((total, node) => total + node.milliseconds, 0)
  const shown = nodes.filter(node => node.milliseconds >= sum / 100)
  const rest = nodes.filter(node => node.milliseconds < sum / 100)
  const line = (operator: string, shapes: string, count: number, time: number) => [
    operator,
    String(count),
    time.toFixed(2),
    `${((100 * time) / sum).toFixed(1)} %`,
    shapes,
  ]
  const total = (of: typeof nodes, key: 'count' | 'milliseconds') => of.reduce((all, node) => all + node[key], 0)
  const table = alignedTable(
    [
      { title: 'operator' },
      { title: 'nodes', align: 'right' },
      { title: 'ms', align: 'right' },
      { title: 'share', align: 'right' },
      { title: 'operands' },
    ],
    [
      ...shown.map(node => line(node.operator, node.shapes.join(' '), node.count, node.milliseconds)),
      line('others', `${rest.length} kinds`, total(rest, 'count'), total(rest, 'milliseconds')),
      line('all', '', total(nodes, 'count'), sum),
    ],
  )
  return `A training step of ${model}, batch ${batch}, ${size}x${size}, on onnx-cpu with ${threads} threads: ${milliseconds.toFixed(0)} ms\n\n${table}`
}
