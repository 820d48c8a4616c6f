/** The lab on the terminal: what its screens may look at and ask for, made of this process's settings. */
import { existsSync } from 'node:fs'
import { LabError } from '../core/shared/errors.ts'
import { createExplainer, type Explainer, NO_STATUS, type RunnerControl } from '../runner/index.ts'
import { openStore, type Store } from '../store/index.ts'
import { type Ask, clipboardSequence, type Lab, notificationSequence, openLab } from '../ui/index.ts'
import { ensureSample } from './addDataset.ts'
import { engineNow, idleAdvice } from './autoEngine.ts'
import type { Context } from './context.ts'
import { openLineLab } from './lineLab.ts'
import { createMachineLoad } from './machineLoad.ts'
import { askProgram } from './ownProgram.ts'
import { runnerOf, runnerSettings } from './runnerOf.ts'

/** Opens the lab; returns when the user leaves. Browsing starts nothing and makes no file. */
export async function openTheLab(context: Context): Promise<void> {
  if (context.env.TERM === 'dumb') return await openLineLab(context)
  const lab = new OpenedLab(context)
  const { keys, theme, pictures } = context.settings
  const screens = { keys, theme, pictures }
  try {
    await openLab(lab, { stdin: process.stdin, stdout: process.stdout, colours: context.settings.color, ...screens })
  } finally {
    await lab.close()
  }
}

class OpenedLab implements Lab {
  readonly database: string
  readonly version: string
  readonly engine: Lab['engine']
  readonly advice: string | null
  readonly colours: number
  readonly control: RunnerControl
  readonly ask: Ask
  readonly notify: Lab['notify']
  readonly machine: Lab['machine']
  private readonly context: Context
  private readonly closing = new AbortController()
  private opened: Store | null = null
  private explainer: Explainer | null = null
  private runner: RunnerControl | null = null

  constructor(context: Context) {
    const { threads, workers } = context.settings
    const { cores, device } = runnerSettings(context)
    this.context = context
    this.database = context.settings.database
    this.version = context.version
    this.engine = {
      name: engineNow(context),
      processor: device,
      threads: threads ?? 1,
      workers: workers ?? Math.max(1, Math.floor(cores / (threads ?? 1))),
    }
    this.colours = context.settings.color ? 2 ** process.stdout.getColorDepth() : 1
    this.advice = idleAdvice(context)
    this.machine = createMachineLoad(context.env, this.closing.signal)
    const { notify } = context.settings
    const inTmux = Boolean(context.env.TMUX)
    this.notify = notify === 'off' ? null : text => void process.stdout.write(notificationSequence(text, notify, inTmux))
    this.ask = askProgram(['--db', this.database], context.cwd)
    this.control = {
      start: spec => this.existing().start(spec),
      pause: study => this.existing().pause(study),
      resume: study => this.existing().resume(study),
      stop: study => this.existing().stop(study),
      retry: runs => this.existing().retry(runs),
      status: () => this.running()?.status() ?? NO_STATUS,
    }
  }

  get store(): Store | null {
    if (this.opened === null && existsSync(this.database)) {
      this.opened = openStore(this.database, { now: () => this.now(), mode: 'write' })
    }
    return this.opened
  }

  now(): Date {
    return this.context.now()
  }

  copy(text: string): void {
    process.stdout.write(clipboardSequence(text))
  }

  async addSample(): Promise<void> {
    await ensureSample({ ...this.context, note: () => {}, progress: () => ({ update: () => {}, end: () => {} }) })
  }

  async explain(request: Parameters<Lab['explain']>[0]): ReturnType<Lab['explain']> {
    return this.explaining().explain(request)
  }

  async randomised(...asked: Parameters<Lab['randomised']>): ReturnType<Lab['randomised']> {
    return this.explaining().randomised(...asked)
  }

  async predictions(run: number, from: number, count: number): Promise<readonly string[]> {
    return this.explaining().predictions(run, from, count)
  }

  async close(): Promise<void> {
    this.closing.abort()
    await this.explainer?.close()
    this.opened?.close()
  }

  private explaining(): Explainer {
    const { store } = this
    if (store === null) throw new LabError('usage', 'there are no runs yet')
    this.explainer ??= createExplainer(store, runnerSettings(this.context).device)
    return this.explainer
  }

  private running(): RunnerControl | null {
    const { store } = this
    if (store !== null) this.runner ??= runnerOf({ ...this.context, note: () => {} }, store)
    return this.runner
  }

  private existing(): RunnerControl {
    const runner = this.running()
    if (runner === null) throw new LabError('usage', 'there is no database yet: add a dataset first')
    return runner
  }
}
