import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { LabError, messageOf, reasonOf } from '../shared/errors.ts'

/** `dataset.json` beside the images: what a data set's maker says about it. Further fields are left alone. */
const noteSchema = z.object({
  /** The labels were made by a simulation. */
  simulatedLabels: z.boolean().default(false),
  origin: z.string().optional(),
  licence: z.string().optional(),
})

export type DatasetNote = z.infer<typeof noteSchema>

/** Reads `dataset.json` in `folder`; null if there is none. Throws `data` if it does not say what it should. */
export async function readNote(folder: string): Promise<DatasetNote | null> {
  const path = join(folder, 'dataset.json')
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null
    throw new LabError('data', `cannot read ${path}: ${reasonOf(cause)}`, { cause })
  }
  try {
    return noteSchema.parse(JSON.parse(text))
  } catch (cause) {
    const what = cause instanceof z.ZodError ? z.prettifyError(cause) : messageOf(cause)
    throw new LabError('data', `${path} is not a note about a data set: ${what.replace(/\s+/g, ' ')}`, { cause })
  }
}
