/** What is said where there is no GPU, and what is read from the logs of those who look for one; the engine itself is in webgpu.long.test.ts. */
import { describe, expect, it } from 'vitest'
import { createEngine, probeEngine, resolveEngine } from '../../../src/core/engine/index.ts'
import { DeviceLostError, gpuFault } from '../../../src/core/engine/onnx/webgpuFault.ts'
import { placedOnCpu } from '../../../src/core/engine/onnx/webgpuPlacement.ts'
import { absence, adapterOf } from '../../../src/core/engine/onnx/webgpuProbe.ts'

describe.runIf(process.platform === 'linux')('where no Vulkan driver is installed', () => {
  process.env.VK_DRIVER_FILES = process.env.VK_ICD_FILENAMES = '/nowhere.json'
  it('the probe says so and what to do, and no engine starts', async () => {
    const status = probeEngine('onnx-webgpu')
    expect(status).toMatchObject({ name: 'onnx-webgpu', available: false, device: null, software: false })
    expect(status.reason).toMatch(/^no Vulkan (loader|driver): install /)
    expect(() => resolveEngine('onnx-webgpu')).toThrow(`engine onnx-webgpu: ${status.reason}; use --engine onnx-cpu`)
    await expect(createEngine({ engine: 'onnx-webgpu', threads: 1, device: 'test' })).rejects.toMatchObject({
      kind: 'unavailable',
    })
    expect(resolveEngine('auto')).toBe('onnx-cpu')
  })
})

/** Dawn's and the Vulkan loader's own words, as onnxruntime-node 1.30.0 and Debian's libvulkan1 1.3.239 printed them. */
describe('why there is no adapter', () => {
  const error =
    '/onnxruntime_src/onnxruntime/core/providers/webgpu/webgpu_context.cc:136 onnxruntime::webgpu::WebGpuContext::Initialize(const onnxruntime::webgpu::WebGpuContextConfig&)::<lambda()> adapter_result.status == wgpu::RequestAdapterStatus::Success was false. Failed to get a WebGPU adapter: No supported adapters'
  it.each([
    [
      "Warning: Couldn't load Vulkan: libvulkan.so.1: cannot open shared object file: No such file or directory\n    at operator() (BackendVk.cpp:368)\n",
      /^no Vulkan loader: install libvulkan1/,
    ],
    [
      'Warning: vkCreateInstance: Found no drivers!\nWarning: vkCreateInstance failed with VK_ERROR_INCOMPATIBLE_DRIVER\n',
      /^no Vulkan driver: install/,
    ],
    [
      'INFO | DRIVER: [0] llvmpipe\nWarning: Vulkan shaderUniform*ArrayDynamicIndexing required.\n - While initializing adapter (backend=BackendType::Vulkan)\n',
      /^no adapter that will do: Vulkan shaderUniform\*ArrayDynamicIndexing required\.$/,
    ],
    ['', /^no adapter: Failed to get a WebGPU adapter: No supported adapters$/],
  ])('%#', (log, reason) => {
    expect(absence(error, log)).toMatch(reason)
  })
})

it.each([
  ['SwiftShader Device (Subzero)', true],
  ['llvmpipe (LLVM 15.0.6, 256 bits)', true],
  ['NVIDIA H200', false],
  ['AMD Radeon RX 7900 XTX (RADV NAVI31)', false],
])('knows the adapter %s, and whether it is software', (device, software) => {
  const log = `INFO | DRIVER:  [0] another one\nDRIVER:    Using "${device}" with driver: "/usr/lib/driver.so"\n`
  expect(adapterOf(log)).toEqual({ device, software })
})

describe('placements in the log', () => {
  const line = (text: string) =>
    `2026-11-23 14:15:22.497068412 [V:onnxruntime:, session_state.cc:1383 VerifyEachNodeIsAssignedToAnEp] ${text}\n`
  it('names the nodes on the processor, and no others', () => {
    const log = [
      'Node placements',
      ' Node(s) placed on [CPUExecutionProvider]. Number of nodes: 2',
      '  Cast (cast_29)',
      '  FusedMatMul (fusedmatmul_101)',
      ' Node(s) placed on [WebGpuExecutionProvider]. Number of nodes: 1',
      '  Div (div_0)',
    ]
    expect(placedOnCpu(log.map(line).join('some other line\n'))).toEqual(['Cast (cast_29)', 'FusedMatMul (fusedmatmul_101)'])
    expect(placedOnCpu(line(' All nodes placed on [WebGpuExecutionProvider]. Number of nodes: 296'))).toEqual([])
  })
  it('that are not there are an error, not an empty list', () => {
    expect(() => placedOnCpu(line('other words'))).toThrow(/names no placements/)
  })
})

/** Errors as onnxruntime-node 1.30.0 threw them over SwiftShader. */
describe('what a GPU does in mid-step', () => {
  it('a lost device is an error of its own', () => {
    const thrown = new Error(
      '/onnxruntime_src/onnxruntime/core/providers/webgpu/buffer_manager.cc:641 void onnxruntime::webgpu::BufferManager::Download(WGPUBuffer, void*, size_t) const map_async_result.status == wgpu::MapAsyncStatus::Success was false. Failed to download data from buffer. wgpu::MapAsyncStatus value: 4, message: [Device] is lost.\n',
    )
    const error = gpuFault('a step', thrown)
    expect(error).toBeInstanceOf(DeviceLostError)
    expect(error).toMatchObject({ kind: 'failed', cause: thrown })
    expect(error.message).toMatch(
      /^the GPU was lost in 'a step' \(Failed to download .*\): start it again, or use --engine onnx-cpu$/,
    )
  })
  it('too little memory says what to do', () => {
    const thrown = new Error(
      'WebGPU validation failed. [Invalid Buffer (unlabeled)] is invalid due to a previous error.\n - While validating entries[2] against { binding: 2 }.',
    )
    const error = gpuFault('a step', thrown)
    expect(error).not.toBeInstanceOf(DeviceLostError)
    expect(error.message).toMatch(/^the GPU has too little memory for 'a step': use a smaller --batch/)
  })
  it('all else is told as it was said', () => {
    expect(gpuFault('a step', new Error('no\n luck')).message).toBe("the GPU failed in 'a step': no luck")
  })
})
