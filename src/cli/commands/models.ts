import { LabError } from '../../core/shared/errors.ts'
import { defineCommand } from '../command.ts'
import { configuration, maybe, whole } from '../options.ts'
import { alignedTable, type Column } from '../table.ts'

export const models = defineCommand({
  name: 'models',
  summary: 'the models: layers, shapes, parameters, operations',
  arguments: { name: maybe('NAME', 'one model, layer by layer') },
  options: {
    size: whole('N', "side of the images in pixels (default: the model's own)", 8, 2048),
    classes: whole('N', 'number of classes (default: 4)', 2, 1000),
    configuration: configuration('MODEL.FIELD=N,...', 'narrower models: vit.depth, width, heads, patch; resnet18.width'),
  },
  examples: [
    { line: 'mri-lab models', says: 'Every model' },
    { line: 'mri-lab models cnn --size 64', says: 'The layers of the CNN on images of 64 x 64 pixels' },
    {
      line: 'mri-lab models vit --configuration vit.depth=2,vit.width=64,vit.heads=4',
      says: 'A vision transformer for a laptop',
    },
  ],
  async action(context, { name }, { size, classes = 4, configuration: given = {} }) {
    const { modelNamed, MODEL_NAMES, RECIPES } = await import('../../core/models/index.ts')
    const asked: readonly string[] = [...(name === undefined ? [] : [name]), ...Object.keys(given)]
    for (const model of asked) {
      if (!MODEL_NAMES.some(known => known === model))
        throw new LabError('usage', `there is no model '${model}'; there are ${MODEL_NAMES.join(', ')}`)
    }
    const records = MODEL_NAMES.filter(model => name === undefined || model === name).map(model => {
      const side = size ?? RECIPES[model].size
      const { layers, explainable, configuration } = modelNamed(model, side, classes, { configuration: given[model] })
      return {
        name: model,
        size: side,
        classes,
        configuration,
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
      if (name === undefined || first === undefined) return all
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
