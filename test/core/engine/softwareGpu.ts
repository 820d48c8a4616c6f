/** Vulkan drivers that need no GPU, for tests: Chromium's SwiftShader, and one over it that loses its device. */
import { spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** SwiftShader's manifest from Debian's chromium package or another Chromium; null where there is none. */
export function swiftShader(): string | null {
  const folders = ['/usr/lib/chromium', '/usr/lib64/chromium-browser', '/opt/google/chrome']
  return folders.map(folder => join(folder, 'vk_swiftshader_icd.json')).find(existsSync) ?? null
}

/**
 * The environment in which the driver of `manifest` loses its device at the `at`-th piece of work a process gives it, counted from 0; so many times,
 * over all processes. A small driver that forwards to it is compiled into `folder`; null where there is no C compiler.
 */
export function losingDriver(folder: string, manifest: string, at: number, times: number): Record<string, string> | null {
  const library = join(folder, 'liblosing.so')
  const source = fileURLToPath(new URL('./losingDriver.c', import.meta.url))
  if (spawnSync('cc', ['-shared', '-fPIC', '-o', library, source, '-ldl'], { stdio: 'inherit' }).status !== 0) return null
  for (let n = 0; n < times; n++) writeFileSync(join(folder, String(n)), '')
  const own = join(folder, 'losing_icd.json')
  writeFileSync(own, JSON.stringify({ file_format_version: '1.0.0', ICD: { library_path: library, api_version: '1.0.5' } }))
  return {
    VK_ICD_FILENAMES: own,
    LOSING_DRIVER: join(dirname(manifest), 'libvk_swiftshader.so'),
    LOSING_TICKETS: folder,
    LOSE_AT: String(at),
  }
}
