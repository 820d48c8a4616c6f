/**
 * The settings that every command has, from three places: flag, environment, `mri-lab.config.json` in the working
 * directory; the nearest wins. Pure: what the places hold is given, nothing is read here.
 */
import { resolve } from 'node:path'
import { z } from 'zod'
import { LabError, messageOf } from '../core/shared/errors.ts'
import { NOTICES, type Notice, PICTURE_CHOICES, type PictureChoice, THEME_NAMES, type ThemeName } from '../ui/index.ts'

/** Whether one can be used here is for who starts it to say (exit 4). */
export const ENGINES = ['auto', 'onnx-cpu', 'onnx-webgpu', 'onnx-cuda', 'tensorflow', 'reference'] as const
export type EngineChoice = (typeof ENGINES)[number]

export const CONFIG_FILE = 'mri-lab.config.json'

export interface Settings {
  /** Absolute path of the database. */
  readonly database: string
  readonly engine: EngineChoice
  /** Threads of each worker; null leaves it to the engine. */
  readonly threads: number | null
  /** Training threads of a trainer; null leaves it to the runner. */
  readonly workers: number | null
  readonly json: boolean
  readonly quiet: boolean
  readonly verbose: boolean
  readonly yes: boolean
  readonly color: boolean
  /** Settings of generators by name, and own prices by model, for the synthesis room to check. */
  readonly generators: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly prices: Readonly<Record<string, unknown>>
  /** Of the screens: own keys by action, and the colours. */
  readonly keys: Readonly<Record<string, readonly string[]>>
  readonly theme: ThemeName
  /** How the screens draw pictures. */
  readonly pictures: PictureChoice
  /** How the lab tells that a study has ended. */
  readonly notify: Notice
}

/** The global flags as they were typed. `color` is false for `--no-color`. */
export interface GlobalFlags {
  readonly db?: string
  readonly engine?: string
  readonly threads?: string
  readonly workers?: string
  readonly json?: boolean
  readonly quiet?: boolean
  readonly verbose?: boolean
  readonly yes?: boolean
  readonly color?: boolean
}

export interface Places {
  readonly flags: GlobalFlags
  readonly env: Readonly<Record<string, string | undefined>>
  /** The config file's text; null where there is no such file. */
  readonly file: string | null
  readonly cwd: string
}

const count = z.int().min(1).max(4096)
const fileSchema = z.strictObject({
  db: z.string().min(1).optional(),
  engine: z.string().optional(),
  threads: count.optional(),
  workers: count.optional(),
  json: z.boolean().optional(),
  quiet: z.boolean().optional(),
  verbose: z.boolean().optional(),
  yes: z.boolean().optional(),
  color: z.boolean().optional(),
  generators: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
  prices: z.record(z.string(), z.unknown()).optional(),
  keys: z.record(z.string(), z.array(z.string())).optional(),
  theme: z.enum(THEME_NAMES).optional(),
  pictures: z.enum(PICTURE_CHOICES).optional(),
  notify: z.enum(NOTICES).optional(),
})

/** Throws `usage` that names the flag, the variable, or the file and its field. */
export function resolveSettings({ flags, env, file, cwd }: Places): Settings {
  const config = file === null ? {} : parseFile(file)
  const variable = (name: string): string | undefined => env[name] || undefined
  const database = flags.db ?? variable('MRI_LAB_DB') ?? config.db ?? 'lab.db'
  if (database === '') throw new LabError('usage', '--db: the path is empty')
  return {
    database: resolve(cwd, database),
    engine:
      engineNamed(flags.engine, '--engine') ??
      engineNamed(variable('MRI_LAB_ENGINE'), 'MRI_LAB_ENGINE') ??
      engineNamed(config.engine, `${CONFIG_FILE}: engine`) ??
      'auto',
    threads:
      countGiven(flags.threads, '--threads') ??
      countGiven(variable('MRI_LAB_THREADS'), 'MRI_LAB_THREADS') ??
      config.threads ??
      null,
    workers: countGiven(flags.workers, '--workers') ?? config.workers ?? null,
    json: flags.json ?? config.json ?? false,
    quiet: flags.quiet ?? config.quiet ?? false,
    verbose: flags.verbose ?? config.verbose ?? false,
    yes: flags.yes ?? config.yes ?? false,
    color: flags.color === false || variable('NO_COLOR') !== undefined ? false : (config.color ?? true),
    generators: config.generators ?? {},
    prices: config.prices ?? {},
    keys: config.keys ?? {},
    theme: config.theme ?? 'terminal',
    pictures: config.pictures ?? 'auto',
    notify: config.notify ?? 'off',
  }
}

function engineNamed(name: string | undefined, origin: string): EngineChoice | undefined {
  if (name === undefined) return undefined
  const known = ENGINES.find(engine => engine === name)
  if (known !== undefined) return known
  throw new LabError('usage', `${origin}: no engine '${name}'; give one of ${ENGINES.join(', ')}`)
}

function countGiven(text: string | undefined, origin: string): number | undefined {
  if (text === undefined) return undefined
  const parsed = count.safeParse(/^\d+$/.test(text) ? Number(text) : Number.NaN)
  if (!parsed.success) throw new LabError('usage', `${origin}: '${text}' is no whole number from 1 to 4096`)
  return parsed.data
}

function parseFile(text: string): z.infer<typeof fileSchema> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new LabError('usage', `${CONFIG_FILE}: not JSON: ${messageOf(error)}`, { cause: error })
  }
  const parsed = fileSchema.safeParse(json)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  if (issue?.code === 'unrecognized_keys') {
    const known = Object.keys(fileSchema.shape).join(', ')
    throw new LabError('usage', `${CONFIG_FILE}: unknown field '${issue.keys.join("', '")}'; there are ${known}`)
  }
  throw new LabError('usage', `${CONFIG_FILE}: ${issue?.path.join('.') || 'the whole'}: ${issue?.message}`)
}
