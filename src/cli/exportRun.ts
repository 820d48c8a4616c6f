/** A run's model as files for other programs. */
import { resolve } from 'node:path'
import { modelNamed, onnxFile, readCheckpoint, weightsFor } from '../core/models/index.ts'
import { LabError } from '../core/shared/errors.ts'
import { refuseUnwritable, replaceFile } from '../core/shared/replaceFile.ts'
import type { Context } from './context.ts'
import { weightsOfRun } from './trainedModel.ts'

export interface ExportedFile {
  readonly format: 'onnx' | 'safetensors'
  /** As the user gave it. */
  readonly path: string
  readonly bytes: number
}

/** Throws `usage` where the run has no weights, `data` where they are damaged, `failed` where a file cannot be written. */
export async function exportRun(
  context: Context,
  id: number,
  paths: { readonly onnx?: string | undefined; readonly safetensors?: string | undefined },
): Promise<ExportedFile[]> {
  for (const path of [paths.onnx, paths.safetensors]) if (path !== undefined) refuseUnwritable(resolve(context.cwd, path))
  const found = await weightsOfRun(context, id)
  const files: ExportedFile[] = []
  const write = async (format: ExportedFile['format'], path: string, bytes: Uint8Array) => {
    await replaceFile(resolve(context.cwd, path), bytes)
    files.push({ format, path, bytes: bytes.length })
  }
  if (paths.onnx !== undefined) {
    const { name, classes, bytes, origin, key } = found
    const checkpoint = readCheckpoint(bytes, origin)
    if (checkpoint.size === null) throw new LabError('data', `${origin}: does not say its images' size`)
    const model = modelNamed(name, checkpoint.size, classes.length, checkpoint)
    const weights = weightsFor(model, checkpoint, origin)
    await write('onnx', paths.onnx, onnxFile(model, weights, classes, { version: context.version, origin: key }))
  }
  if (paths.safetensors !== undefined) await write('safetensors', paths.safetensors, found.bytes)
  return files
}
