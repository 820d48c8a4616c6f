/**
 * `engine install`: runs the packages' own install scripts, which know what to fetch and from where, shows how far they are, and checks what arrived. They
 * fetch from outside the npm registry, so npm's own installation must work without them.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CUDA_FILES,
  CUDA_PACKAGE,
  cudaAbsence,
  cudaFolder,
  cudaUnsupported,
  findTensorflow,
  GPU_PACKAGE,
  missingLibraries,
  nvidiaGpus,
  onnxruntimePackage,
  TENSORFLOW_VERSION,
  tensorflowAbsence,
  tensorflowHome,
} from '../core/engine/install.ts'
import { LabError } from '../core/shared/errors.ts'
import { makeFolders } from '../core/shared/makeFolders.ts'
import type { Context } from './context.ts'

/** @throws LabError `unavailable` on another kind of machine or without internet access, `failed` where the script fails otherwise */
export async function installCuda(context: Context): Promise<void> {
  const unsupported = cudaUnsupported()
  if (unsupported !== null) throw new LabError('unavailable', `engine install cuda: ${unsupported}`)
  const { folder, version } = onnxruntimePackage()
  const already = cudaAbsence() === null
  if (!already) {
    const byHand = `on a machine with it, fetch the NuGet package ${CUDA_PACKAGE} ${version} and put ${CUDA_FILES.join(' and ')} of its runtimes/linux-x64/native into ${cudaFolder()}`
    await runScript(context, {
      part: 'cuda',
      words: [join(folder, 'script', 'install.js')],
      cwd: folder,
      env: { ONNXRUNTIME_NODE_INSTALL: 'cuda12' },
      byHand,
    })
    const absent = cudaAbsence()
    if (absent !== null) throw new LabError('failed', `engine install cuda: the install script ended, but ${absent}`)
  }
  const missing = missingLibraries()
  const gpu = nvidiaGpus()[0]?.name ?? null
  context.result({ installed: cudaFolder(), already, gpu, missing }, () => {
    const lines = [`the CUDA part of onnxruntime ${version} is ${already ? 'already ' : ''}in ${cudaFolder()}`]
    if (gpu === null) lines.push('no NVIDIA GPU is seen here: its driver is missing, or there is none')
    if (missing.length > 0) lines.push(`it cannot start yet, missing: ${missing.join(', ')}`)
    return [...lines, missing.length > 0 || gpu === null ? 'then: mri-lab doctor' : 'next: mri-lab doctor'].join('\n')
  })
}

/** @throws LabError `unavailable` without internet access, `failed` where npm or the package's script fails otherwise */
export async function installTensorflow(context: Context): Promise<void> {
  const home = tensorflowHome()
  const already = findTensorflow()?.complete === true
  if (!already) {
    const what = `${GPU_PACKAGE}@${TENSORFLOW_VERSION}`
    const byHand = `on a machine with it, run 'npm install --prefix tensorflow ${what}' with the same Node, and copy that folder to ${home}`
    const before = existsSync(home)
    makeFolders(home, 0o700)
    try {
      await fetchTensorflow(context, home, what, byHand)
    } catch (error) {
      if (!before) rmSync(home, { recursive: true, force: true }) // half of it is of no use
      throw error
    }
    const absent = tensorflowAbsence()
    if (absent !== null) throw new LabError('failed', `engine install tensorflow: the install script ended, but ${absent}`)
  }
  const gpu = nvidiaGpus()[0]?.name ?? null
  context.result({ installed: findTensorflow()?.folder ?? home, already, gpu }, () => {
    const line = `${GPU_PACKAGE} is ${already ? 'already ' : ''}in ${findTensorflow()?.folder ?? home}`
    return `${line}\nit needs an NVIDIA GPU, CUDA 11.2 to 11.8 and cuDNN 8; next: mri-lab doctor`
  })
}

async function fetchTensorflow(context: Context, home: string, what: string, byHand: string): Promise<void> {
  const part = 'tensorflow'
  // Without its scripts, which npm 12 does not run: its own comes next, by name.
  const npm = ['install', '--prefix', home, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'error', what]
  await runScript(context, { part, program: 'npm', words: npm, cwd: home, env: {}, byHand })
  const folder = join(home, 'node_modules', ...GPU_PACKAGE.split('/'))
  // As npm's own installation would run it, which also gives it the means to build what is not there ready-made.
  await runScript(context, { part, program: 'npm', words: ['run', 'install'], cwd: folder, env: {}, byHand })
}

interface Script {
  readonly part: 'cuda' | 'tensorflow'
  /** Default: this Node. */
  readonly program?: string
  readonly words: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** What to do without internet access. */
  readonly byHand: string
}

/** What Node, npm and proxies say where a host cannot be reached. */
const OFFLINE =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET|network|fetch failed/i

/** Runs a script with a temporary folder of its own, whose growth is the progress: the scripts say nothing of it. */
async function runScript(
  context: Context,
  { part, program = process.execPath, words, cwd, env, byHand }: Script,
): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'mri-lab-install-'))
  const progress = context.progress({ label: `fetching ${part}`, unit: 'MB', total: null })
  const before = bytesIn([cwd])
  const timer = setInterval(() => progress.update(Math.round((bytesIn([scratch, cwd]) - before) / 1e6)), 500)
  try {
    const child = spawn(program, words, {
      cwd,
      // An npm that runs this program hands its own settings down, some of which skip the download.
      env: { ...withoutNpm(context.env), TMPDIR: scratch, ...env },
      signal: context.signal,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32' && program === 'npm',
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said = `${said}${text}`.slice(-20_000)
      })
    }
    const end = await new Promise<number | string | null>(resolve => {
      child.on('error', error => resolve(error.message)).on('close', code => resolve(code))
    })
    if (context.signal.aborted) throw context.signal.reason
    if (end === 0) return
    const line = said.split('\n').find(text => /\bError\b|npm error (?!code)/.test(text)) ?? String(end)
    const cause = new Error(said)
    if (OFFLINE.test(said)) {
      throw new LabError('unavailable', `engine install ${part}: no internet access here (${line.trim()}); ${byHand}`, {
        cause,
      })
    }
    throw new LabError('failed', `engine install ${part}: ${line.trim()}; --verbose shows what was said`, { cause })
  } finally {
    clearInterval(timer)
    progress.end()
    rmSync(scratch, { recursive: true, force: true })
  }
}

/**
 * Without what an npm above says of itself: told to skip, or that it runs in the package's own folder (npm_package_json beside npm_config_local_prefix),
 * onnxruntime's script ends at once, without a word and without an error.
 */
function withoutNpm(env: Context['env']): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^npm_(config_(onnxruntime|ignore|local_prefix)|package_json)/i.test(name)),
  )
}

/** Bytes of the files in some folders, as far as they can be read. */
function bytesIn(folders: readonly string[]): number {
  let sum = 0
  for (const folder of folders) {
    try {
      for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
        if (entry.isFile()) sum += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0
      }
    } catch {
      // It comes and goes while the script works.
    }
  }
  return sum
}
