import { LabError } from '../../core/shared/errors.ts'
import { defineCommand } from '../command.ts'
import { argument } from '../options.ts'

const PARTS = ['cuda', 'tensorflow'] as const

export const engineInstall = defineCommand({
  name: 'engine install',
  summary: 'fetch what npm does not bring: the CUDA part of onnxruntime, or TensorFlow for Node',
  description:
    'cuda: for NVIDIA GPUs on Linux x64, some 300 MB, put beside onnxruntime. tensorflow: @tensorflow/tfjs-node-gpu, some 400 MB, for machines with CUDA 11 and cuDNN 8, put under ~/.local/share/mri-lab. Both need internet access.',
  arguments: {
    part: {
      ...argument('PART', 'cuda or tensorflow'),
      parse: ([word = '']: readonly string[], name: string) => {
        const known = PARTS.find(part => part === word)
        if (known === undefined) throw new LabError('usage', `${name}: '${word}' is none of ${PARTS.join(', ')}`)
        return known
      },
    },
  },
  options: {},
  examples: [
    { line: 'mri-lab engine install cuda', says: 'Train on an NVIDIA GPU; then: mri-lab doctor' },
    { line: 'mri-lab engine install tensorflow', says: 'Train with TensorFlow' },
  ],
  async action(context, { part }) {
    const { installCuda, installTensorflow } = await import('../installEngine.ts')
    await (part === 'cuda' ? installCuda(context) : installTensorflow(context))
  },
})
