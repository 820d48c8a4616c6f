import { expect, it } from 'vitest'
import { createEngine, idleGpu, nvidiaGpus } from '../../../src/core/engine/index.ts'
import type { MachineView } from '../../../src/core/engine/nvidia.ts'
import { cudaAbsence, cudaUnsupported, missingLibraries } from '../../../src/core/engine/onnx/cudaFiles.ts'

/** A machine with these files, and programs that answer so. */
function machine(files: Record<string, string>, programs: Record<string, string> = {}): MachineView {
  return {
    read: path => files[path] ?? null,
    list: folder => {
      const inside = Object.keys(files).filter(path => path.startsWith(`${folder}/`))
      return [...new Set(inside.map(path => path.slice(folder.length + 1).split('/')[0]!))]
    },
    exists: path => path in files,
    ask: program => programs[program] ?? null,
  }
}

// As a machine with driver 550 shows them.
const VERSION = `NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5 22:23:56 UTC 2024
GCC version:  gcc version 12.3.0 (Ubuntu 12.3.0-1ubuntu1~22.04)
`
const INFORMATION = `Model: 		 NVIDIA A100-SXM4-40GB
IRQ:   		 183
GPU UUID: 	 GPU-11111111-2222-3333-4444-555555555555
Bus Type: 	 PCIe
`

it('finds NVIDIA GPUs by the files of the driver, by nvidia-smi, or by the device file alone', () => {
  expect(
    nvidiaGpus(
      machine({ '/proc/driver/nvidia/version': VERSION, '/proc/driver/nvidia/gpus/0000:07:00.0/information': INFORMATION }),
    ),
  ).toEqual([{ name: 'NVIDIA A100-SXM4-40GB', driver: '550.54.15' }])
  expect(nvidiaGpus(machine({}, { 'nvidia-smi': 'NVIDIA T4, 535.104.05\nNVIDIA T4, 535.104.05\n' }))).toEqual([
    { name: 'NVIDIA T4', driver: '535.104.05' },
    { name: 'NVIDIA T4', driver: '535.104.05' },
  ])
  expect(nvidiaGpus(machine({ '/dev/nvidia0': '' }))).toEqual([{ name: 'its name is not known', driver: null }])
  expect(nvidiaGpus(machine({}))).toEqual([])
  // The open kernel modules word the line otherwise.
  const open = VERSION.replace('x86_64 Kernel Module', 'Open Kernel Module for x86_64')
  expect(nvidiaGpus(machine({ '/proc/driver/nvidia/version': open, '/dev/nvidia0': '' }))[0]?.driver).toBe('550.54.15')
})

it('speaks of a GPU that no engine uses, and names the command', () => {
  const gpus = [{ name: 'NVIDIA T4', driver: null }]
  const engines = (available: boolean) => [
    { name: 'onnx-cpu', available: true } as const,
    { name: 'onnx-webgpu', available } as const,
    { name: 'onnx-cuda', available: false } as const,
  ]
  expect(idleGpu(gpus, engines(false))).toBe(
    "an NVIDIA GPU (NVIDIA T4) is here but no GPU engine works: run 'mri-lab engine install cuda'",
  )
  expect(idleGpu(gpus, engines(true))).toBeNull()
  expect(idleGpu([], engines(false))).toBeNull()
})

// Of the provider of onnxruntime-gpu 1.30.0 on a machine without CUDA, shortened.
const LDD = `	linux-vdso.so.1 (0x00007f92ff6db000)
	libcublasLt.so.13 => not found
	libcudart.so.13 => not found
	libcuda.so.1 => not found
	libstdc++.so.6 => /lib/x86_64-linux-gnu/libstdc++.so.6 (0x00007f92eb000000)
`

it('names the libraries that CUDA lacks, with what brings them', () => {
  expect(missingLibraries('/x', machine({}, { ldd: LDD, ldconfig: 'libc.so.6 (libc6,x86-64) => /lib/libc.so.6' }))).toEqual([
    'libcublasLt.so.13 (the CUDA runtime libraries)',
    'libcudart.so.13 (the CUDA runtime libraries)',
    'libcuda.so.1 (the NVIDIA driver)',
    'libcudnn.so.9 (cuDNN 9)',
  ])
  const whole = { ldd: LDD.replaceAll('not found', '/usr/lib/x'), ldconfig: 'libcudnn.so.9 (libc6,x86-64) => /usr/lib/x' }
  expect(missingLibraries('/x', machine({}, whole))).toEqual([])
})

it('is for Linux on x64', () => {
  expect(cudaUnsupported('linux', 'x64')).toBeNull()
  expect(cudaUnsupported('linux', 'arm64')).toMatch(/Linux on x64 alone, and this is linux arm64/)
  expect(cudaUnsupported('darwin', 'x64')).toMatch(/darwin x64/)
})

it.skipIf(cudaAbsence() === null && nvidiaGpus().length > 0)(
  'does not start where it is not installed, and says so',
  async () => {
    const starting = createEngine({ engine: 'onnx-cuda', threads: 1, device: 'test' })
    await expect(starting).rejects.toMatchObject({ kind: 'unavailable' })
    await expect(starting).rejects.toThrow(/^engine onnx-cuda: .*use --engine onnx-cpu$/)
  },
)
