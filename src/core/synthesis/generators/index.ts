/** The generators. Adding one is a file and a line here. */
import { LabError } from '../../shared/errors.ts'
import type { Generator } from '../generator.ts'
import { diffusion } from './diffusion.ts'
import { duplicate } from './duplicate.ts'
import { morph } from './morph.ts'
import { openaiEdit } from './openaiEdit.ts'
import { openaiVariation } from './openaiVariation.ts'

/** In the order in which they are listed. */
export const GENERATORS: readonly Generator[] = [morph, diffusion, openaiEdit, openaiVariation, duplicate]

/** The generator of this name, or null: images of another name can only be imported. */
export function findGenerator(name: string): Generator | null {
  return GENERATORS.find(generator => generator.name === name) ?? null
}

/** @throws LabError `usage` where there is none of this name */
export function generatorNamed(name: string): Generator {
  const generator = findGenerator(name)
  if (generator !== null) return generator
  const names = GENERATORS.map(one => one.name).join(', ')
  throw new LabError(
    'usage',
    `there is no generator '${name}'; there are ${names} (images made elsewhere: 'mri-lab synth import')`,
  )
}
