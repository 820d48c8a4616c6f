/** What a report of a fault needs, in one file of text: the machine, the database in numbers, what failed, the runner's log. */
import { readFileSync } from 'node:fs'
import { arch, freemem, homedir, platform, release, totalmem } from 'node:os'
import { resolve } from 'node:path'
import { messageOf, reasonOf } from '../core/shared/errors.ts'
import { replaceFile } from '../core/shared/replaceFile.ts'
import { runnerLog, runnerStatus } from '../runner/index.ts'
import type { Store } from '../store/index.ts'
import type { Context } from './context.ts'
import { readLab } from './lab.ts'

/** Failed runs and lines of the log that are taken, the newest. */
const MOST_RUNS = 50
const MOST_LINES = 500
/** Variables that decide how the program works; of others not even the names are written. Keys are no part of it. */
const VARIABLES = /^(MRI_LAB_|OMP_|CUDA_VISIBLE|VK_|NODE_OPTIONS$|TERM$|COLORTERM$|NO_COLOR$|LANG$|LC_ALL$|XDG_CACHE_HOME$)/
const SECRETS = ['OPENAI_API_KEY', 'HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN']

/**
 * Writes it as JSON. A database that cannot be read is told of, not thrown: that is what a bundle is for. The home folder is written `~`, and keys that the
 * environment holds are taken out wherever they stand. Throws LabError `failed` where the file cannot be written.
 */
export async function writeBundle(context: Context, report: object, file: string): Promise<void> {
  const { engine, threads, workers, database } = context.settings
  const content = {
    made: context.now().toISOString(),
    doctor: report,
    system: { platform: platform(), release: release(), arch: arch(), memory: totalmem(), free: freemem() },
    settings: { engine, threads, workers },
    environment: Object.fromEntries(Object.entries(context.env).filter(([name]) => VARIABLES.test(name))),
    lab: await labFacts(context),
    runnerLog: lastLines(runnerLog(database)),
  }
  const text = `${JSON.stringify(content, null, 2)}\n`
  await replaceFile(resolve(context.cwd, file), Buffer.from(withoutPrivate(text, context.env)))
}

async function labFacts(context: Context): Promise<object | null> {
  try {
    return await readLab(context, null, factsOf)
  } catch (error) {
    return { error: messageOf(error) }
  }
}

/** Numbers, not names: what studies and datasets are called stays here. */
function factsOf(store: Store): object {
  const failed = store.runs.list({ status: 'failed' }).slice(-MOST_RUNS)
  const { runner, ...status } = runnerStatus(store)
  return {
    problems: store.check({ verify: false }),
    datasets: store.datasets.list().map(({ images, classes }) => ({ images, classes: classes.length })),
    studies: store.studies.list().map(({ spec, engine, state, error, runs, queued, running, done, failed, stopped }) => {
      const { models, size, batch, microBatch, configuration } = spec
      return {
        models,
        size,
        batch,
        microBatch,
        configuration,
        engine,
        state,
        error,
        runs,
        queued,
        running,
        done,
        failed,
        stopped,
      }
    }),
    runner: runner && { ...runner, running: status.running.length },
    failedRuns: failed.map(({ id, cell, engine, error }) => ({ id, model: cell.model, engine, error })),
  }
}

function lastLines(path: string): readonly string[] | string {
  try {
    return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-MOST_LINES)
  } catch (error) {
    return reasonOf(error)
  }
}

function withoutPrivate(text: string, env: Context['env']): string {
  const home = homedir()
  const secrets = SECRETS.flatMap(name => env[name] || [])
  const clean = secrets.reduce((rest, secret) => rest.replaceAll(JSON.stringify(secret).slice(1, -1), '[key]'), text)
  return home.length > 1 ? clean.replaceAll(JSON.stringify(home).slice(1, -1), '~') : clean
}
