import { LabError } from '../../core/shared/errors.ts'
import { defineCommand } from '../command.ts'
import { text, whole } from '../options.ts'

export const exportModel = defineCommand({
  name: 'export',
  summary: "for other programs: a run's model (ONNX, safetensors), or a study's runs (CSV)",
  description:
    'The ONNX file holds the weights and takes any number of images at once: input `image`, float32 [batch, channels, size, size], grey ' +
    'pixels / 255 in every channel, then (x - mean) / std; output `logits`. Its metadata names the classes and the normalising. The safetensors ' +
    "file is a state dict under torchvision's or timm's names: torch's load_state_dict takes it. The CSV file has a row for each run of the study, of " +
    'whatever status, with all its numbers; beside it (runs.dictionary.csv for runs.csv) a table says what its columns mean.',
  arguments: {},
  options: {
    run: whole('ID', 'the run whose model it is', 1),
    onnx: text('FILE.onnx', 'write the model'),
    safetensors: text('FILE.safetensors', 'write the weights'),
    study: text('S', 'the study whose runs they are'),
    csv: text('FILE.csv', 'write the runs'),
  },
  examples: [
    { line: 'mri-lab export --run 7 --onnx model.onnx', says: 'For onnxruntime, in any language' },
    { line: 'mri-lab export --run 7 --safetensors model.safetensors', says: 'For PyTorch' },
    { line: 'mri-lab export --study main --csv runs.csv', says: 'For R, pandas or a spreadsheet' },
  ],
  async action(context, _, { run, onnx, safetensors, study, csv }) {
    const ofRun = run !== undefined && (onnx ?? safetensors) !== undefined && study === undefined && csv === undefined
    const ofStudy = study !== undefined && csv !== undefined && run === undefined && (onnx ?? safetensors) === undefined
    if (ofStudy) {
      const { exportStudy } = await import('../exportStudy.ts')
      const exported = await exportStudy(context, study, csv)
      context.result(exported, () => `${exported.rows} runs\n${written(exported.files)}`)
      return
    }
    if (!ofRun)
      throw new LabError(
        'usage',
        'export: give --run ID, and --onnx FILE or --safetensors FILE; or --study S and --csv FILE',
      )
    const { exportRun } = await import('../exportRun.ts')
    const files = await exportRun(context, run, { onnx, safetensors })
    context.result({ run, files }, () => written(files))
  },
})

function written(files: readonly { readonly path: string; readonly bytes: number }[]): string {
  return files.map(({ path, bytes }) => `wrote ${path}, ${bytes.toLocaleString('en')} bytes`).join('\n')
}
