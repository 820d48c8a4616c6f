import { LabError } from '../../core/shared/errors.ts'
import { defineCommand } from '../command.ts'
import { laterRelease } from '../errors.ts'
import { maybe, whole } from '../options.ts'
import { alignedTable, type Column } from '../table.ts'

/** With the side of the images each takes when nothing else is said. */
const MODELS = { cnn: 128 } as const
const LATER = ['resnet18', 'vit']

export const models = defineCommand({
  name: 'models',
  summary: 'the models: layers, shapes, parameters, operations',
  arguments: { name: maybe('NAME', 'one model, layer by layer') },
  options: {
    size: whole('N', 'side of the images in pixels (default: 128)', 8, 2048),
    classes: whole('N', 'number of classes (default: 4)', 2, 1000),
  },
  examples: [
    { line: 'mri-lab models', says: 'Every model' },
    { line: 'mri-lab models cnn --size 64', says: 'The layers of the CNN on images of 64 x 64 pixels' },
  ],
  async action(context, { name }, { size, classes = 4 }) {
    const known = Object.entries(MODELS)
    if (name !== undefined && LATER.includes(name)) throw laterRelease(`model '${name}'`)
    if (name !== undefined && !Object.hasOwn(MODELS, name)) {
      throw new LabError('usage', `there is no model '${name}'; there are ${known.map(([model]) => model).join(', ')}`)
    }
    const { modelNamed } = await import('../../core/models/index.ts')
    const records = known
      .filter(([model]) => name === undefined || model === name)
      .map(([model, usual]) => {
        const { layers, explainable } = modelNamed(model, size ?? usual, classes)
        return {
          name: model,
          size: size ?? usual,
          classes,
          parameters: layers.reduce((sum, layer) => sum + layer.parameters, 0),
          multiplyAdds: layers.reduce((sum, layer) => sum + layer.multiplyAdds, 0),
          explainable,
          layers,
        }
      })
    const [first] = records
    context.result(name === undefined ? records : first, () => {
      const rows = records.map(one => [one.name, `${one.size} x ${one.size}`, ...grouped(one)])
      const all = alignedTable([{ title: 'model' }, { title: 'images' }, right('parameters'), right('multiply-adds')], rows)
      if (name === undefined || first === undefined) return `${all}\n\n${LATER.join(' and ')} come with a later release.`
      const columns = [{ title: 'layer' }, { title: 'kind' }, right('output'), right('parameters'), right('multiply-adds')]
      const layers = first.layers.map(layer => [layer.name, layer.kind, layer.output.join(' x '), ...grouped(layer)])
      return `${alignedTable(columns, [...layers, ['all', '', '', ...grouped(first)]])}\n\nGrad-CAM looks at ${first.explainable.join(', ')}.`
    })
  },
})

/** Parameters and operations with thousands apart. */
function grouped(counts: { readonly parameters: number; readonly multiplyAdds: number }): string[] {
  return [counts.parameters, counts.multiplyAdds].map(count => count.toLocaleString('en'))
}

function right(title: string): Column {
  return { title, align: 'right' }
}
