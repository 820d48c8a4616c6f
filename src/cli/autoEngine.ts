/**
 * What `--engine auto` stands for when a study starts. Every engine is tried once a machine; what was found is kept in a small file, and tried again when the
 * processor, a GPU, its driver, or a version is another.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, homedir } from 'node:os'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import {
  ENGINE_NAMES,
  type EngineName,
  engineParts,
  idleGpu,
  listEngines,
  nvidiaGpus,
  resolveEngine,
} from '../core/engine/index.ts'
import { makeFolders } from '../core/shared/makeFolders.ts'
import { graphFolder } from '../store/index.ts'
import type { Context } from './context.ts'

const choiceSchema = z.object({ engine: z.enum(ENGINE_NAMES), idle: z.string().nullable() })
/** What was found, with a GPU that nothing uses, if there is one; by machine. */
type Choice = z.infer<typeof choiceSchema>
const choicesSchema = z.record(z.string(), choiceSchema)

/** The engine of the settings; for `auto` the one that was found fastest, else the processor's. Tries nothing. */
export function engineNow(context: Context): EngineName {
  const { engine } = context.settings
  return engine === 'auto' ? (keptChoice(context)?.engine ?? resolveEngine('auto')) : resolveEngine(engine)
}

/**
 * The engine of the settings; for `auto` the fastest one, tried in a process of its own where this machine has several and none was chosen yet: a
 * driver that crashes takes nothing with it, and a screen goes on.
 * @throws LabError `unavailable` where an engine was named that cannot be used here
 */
export async function engineForStudy(context: Context): Promise<EngineName> {
  const { engine } = context.settings
  if (engine !== 'auto') return resolveEngine(engine)
  const kept = keptChoice(context)
  if (kept !== null && isHere(kept.engine)) return kept.engine
  const engines = listEngines()
  const worthTrying = engines.filter(each => each.available && !each.software && each.name !== 'reference')
  if (worthTrying.length < 2) {
    const only = worthTrying[0]?.name ?? resolveEngine('auto')
    return keepChoice(context, { engine: only, idle: idleGpu(nvidiaGpus(), engines) })
  }
  context.note(`trying ${worthTrying.map(each => each.name).join(', ')} for the fastest, once on this machine ...`)
  const code = await askDoctor(context)
  if (code === 0) return engineNow(context)
  context.note("trying the engines failed, see 'mri-lab doctor'; onnx-cpu is used")
  return keepChoice(context, { engine: resolveEngine('auto'), idle: null }) // a driver that crashes would crash again
}

/** What is to be said of a GPU here that nothing uses; null where there is none. Looks for other engines only where there is such a GPU. */
export function idleAdvice(context: Context): string | null {
  const kept = keptChoice(context)
  if (kept !== null) return kept.idle
  const gpus = nvidiaGpus()
  return gpus.length === 0 ? null : idleGpu(gpus, listEngines())
}

/** Remembers what `auto` stands for on this machine as it is now. */
export function keepChoice(context: Context, choice: Choice): EngineName {
  const file = choicesFile(context)
  try {
    makeFolders(dirname(file), 0o700)
    const whole = `${file}.${process.pid}`
    writeFileSync(whole, `${JSON.stringify({ ...readChoices(file), [machineKey()]: choice })}\n`, { mode: 0o600 })
    renameSync(whole, file)
  } catch {
    // Without a cache the engines are tried again next time.
  }
  return choice.engine
}

function keptChoice(context: Context): Choice | null {
  const choices = readChoices(choicesFile(context))
  return Object.keys(choices).length === 0 ? null : (choices[machineKey()] ?? null)
}

/** A damaged file is none. */
function readChoices(file: string): Readonly<Record<string, Choice>> {
  try {
    return choicesSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return {}
  }
}

function choicesFile({ env }: Context): string {
  return join(dirname(graphFolder(env, homedir())), 'engines.json')
}

/** Everything that may make another engine the fastest. */
function machineKey(): string {
  const drivers = ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d'].flatMap(folder => {
    try {
      return readdirSync(folder)
    } catch {
      return []
    }
  })
  const facts = [engineParts(), nvidiaGpus(), drivers, cpus()[0]?.model, availableParallelism(), process.versions.node]
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 16)
}

function isHere(engine: EngineName): boolean {
  try {
    return resolveEngine(engine) === engine
  } catch {
    return false
  }
}

/** Has doctor try every engine in a process of its own, which keeps what it finds. Its exit code; null where it did not start or was stopped. */
function askDoctor({ env, cwd, signal }: Context): Promise<number | null> {
  const main = fileURLToPath(new URL(`./main${extname(import.meta.url)}`, import.meta.url))
  const child = spawn(process.execPath, [main, 'doctor', '--json'], { cwd, env, signal, stdio: 'ignore' })
  return new Promise(resolve => child.on('error', () => resolve(null)).on('close', resolve))
}
