/**
 * Builds tfjs-node from what the package registries have, since its own install script fetches from elsewhere: the addon from source, against the
 * libtensorflow of pip's tensorflow-cpu, which has the same C interface. 30 s on two cores with a fast network; 1.3 GB in the folder while it works.
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const WHEEL = 'tensorflow-cpu==2.15.1'

/** Into `folder`, as `engine install tensorflow` lays it out, but for the processor. Returns why it cannot be done here; null where it was. */
export function buildTensorflow(folder: string, version: string): string | null {
  if (process.platform !== 'linux' || process.arch !== 'x64') return `tensorflow-cpu's wheel is for linux x64`
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  const wheels = join(folder, 'wheel')
  const download = ['download', '--quiet', '--no-deps', '--only-binary=:all:', '--python-version', '3.11', '-d', wheels]
  const platforms = ['manylinux2014_x86_64', 'manylinux_2_17_x86_64'].flatMap(name => ['--platform', name])
  const fetched =
    trouble('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', `@tensorflow/tfjs-node@${version}`], folder) ??
    trouble('python3', ['-m', 'pip', ...download, ...platforms, WHEEL], folder)
  if (fetched !== null) return fetched
  const wheel = readdirSync(wheels).find(name => name.endsWith('.whl'))!
  const unpacked = trouble('unzip', ['-q', wheel, 'tensorflow/libtensorflow*', 'tensorflow/include/*'], wheels)
  if (unpacked !== null) return unpacked

  const own = join(folder, 'node_modules', '@tensorflow', 'tfjs-node')
  const libraries = join(own, 'deps', 'lib')
  mkdirSync(libraries, { recursive: true })
  cpSync(join(wheels, 'tensorflow', 'include'), join(own, 'deps', 'include'), { recursive: true })
  for (const name of ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2']) {
    copyFileSync(join(wheels, 'tensorflow', name), join(libraries, name))
  }
  symlinkSync('libtensorflow_cc.so.2', join(libraries, 'libtensorflow.so'))
  symlinkSync('libtensorflow_framework.so.2', join(libraries, 'libtensorflow_framework.so'))
  rmSync(wheels, { recursive: true })
  // The addon speaks Node-API, so the headers of any Node do.
  const headers = existsSync('/usr/include/node/node_api.h') ? { npm_config_nodedir: '/usr' } : {}
  return trouble('npm', ['run', 'build-addon-from-source'], own, headers)
}

/** The last words of a program that failed or is not there; null where it did its work. */
function trouble(program: string, words: readonly string[], cwd: string, env: Record<string, string> = {}): string | null {
  const { status, error, stderr } = spawnSync(program, words, {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  if (status === 0) return null
  return `${program} ${words[0]}: ${error?.message ?? lastWords(stderr)}`
}

/** The first line that names an error, else the last one. */
function lastWords(text: string): string {
  const lines = text.trim().split('\n')
  return lines.find(line => /\berror\b|\bERR! (stack|Error)/i.test(line)) ?? lines.at(-1)!
}
