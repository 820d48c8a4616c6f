import { z } from 'zod'
import { LabError } from '../../shared/errors.ts'
import { readHeader } from '../safetensorsHeader.ts'
import { type Colours, LAYOUTS, type Layout, layoutOf, type PretrainedModel } from './layouts.ts'

const colours = z.tuple([z.number(), z.number(), z.number()])
/** As checkpoint.ts writes it. */
const preprocessingSchema = z.object({ mean: colours, std: colours.refine(std => std.every(value => value > 0)) })

/**
 * Which layout a whole safetensors file has, and the normalising that goes with it: the file's own, where its metadata names one for three
 * colours, else the layout's. Reads the header only.
 * @throws LabError `data` where it is no safetensors file, or its tensors are not the model's at full size
 */
export function layoutOfFile(
  model: PretrainedModel,
  bytes: Uint8Array,
  origin: string,
): { readonly layout: Layout['name']; readonly mean: Colours; readonly std: Colours } {
  const { entries, metadata } = readHeader(bytes, origin)
  if (metadata.model !== undefined && metadata.model !== model)
    throw new LabError('data', `${origin}: holds the weights of '${metadata.model}', not of ${model}`)
  const { name, mean, std } = layoutOf(model, LAYOUTS[model], entries, origin)
  return { layout: name, ...(ownNormalising(metadata.preprocessing) ?? { mean, std }) }
}

function ownNormalising(text: string | undefined): { readonly mean: Colours; readonly std: Colours } | null {
  try {
    return text === undefined ? null : preprocessingSchema.parse(JSON.parse(text))
  } catch {
    return null // another program's, in words that are not ours
  }
}
