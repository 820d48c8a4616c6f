import { LabError } from '../../core/shared/errors.ts'
import { defineCommand } from '../command.ts'
import { later, text, whole } from '../options.ts'

export const exportModel = defineCommand({
  name: 'export',
  summary: "a run's model for other programs: ONNX, safetensors",
  description:
    'The ONNX file holds the weights and takes any number of images at once: input `image`, float32 [batch, channels, size, size], grey ' +
    'pixels / 255 in every channel, then (x - mean) / std; output `logits`. Its metadata names the classes and the normalising. The safetensors ' +
    "file is a state dict under torchvision's or timm's names: torch's load_state_dict takes it.",
  arguments: {},
  options: {
    run: whole('ID', 'the run whose model it is', 1),
    onnx: text('FILE.onnx', 'write the model'),
    safetensors: text('FILE.safetensors', 'write the weights'),
    study: later('S'),
    csv: later('FILE'),
  },
  examples: [
    { line: 'mri-lab export --run 7 --onnx model.onnx', says: 'For onnxruntime, in any language' },
    { line: 'mri-lab export --run 7 --safetensors model.safetensors', says: 'For PyTorch' },
  ],
  async action(context, _, { run, onnx, safetensors }) {
    if (run === undefined || (onnx ?? safetensors) === undefined)
      throw new LabError('usage', 'export: give --run ID, and --onnx FILE or --safetensors FILE')
    const { exportRun } = await import('../exportRun.ts')
    const files = await exportRun(context, run, { onnx, safetensors })
    context.result({ run, files }, () =>
      files.map(({ path, bytes }) => `wrote ${path}, ${bytes.toLocaleString('en')} bytes`).join('\n'),
    )
  },
})
