/** What there is to do next, and adding images of one's own. */
import { basename } from 'node:path'
import type { RunnerStatus } from '../../runner/index.ts'
import type { StudySummary } from '../../store/index.ts'
import type { Step } from '../components/Steps.tsx'
import { type Action, keyWords } from '../keymap.ts'
import { studyState } from '../studyState.ts'

/** What a folder's images are called: its own name, as the program takes names. */
export function folderName(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
  return name === '' ? 'images' : name
}

interface Situation {
  readonly fresh: boolean
  readonly quickIsNew: boolean
  readonly study: StudySummary | undefined
  readonly alive: boolean
  readonly status: RunnerStatus
  /** Whether a GPU is here that nothing uses. */
  readonly advice: boolean
}

/** What a newcomer, or someone who comes back, would do now. */
export function nextSteps({ fresh, quickIsNew, study, alive, status, advice }: Situation): Step[] {
  const steps: (readonly [Action, string])[] = []
  const state = study === undefined ? null : studyState(study, alive)
  if (fresh) steps.push(['addSample', 'add the sample: brain slices with simulated labels'])
  if (status.running.length > 0) steps.push(['goLive', `watch ${status.study ?? 'the study'} train`])
  if (study !== undefined && state?.resumable) steps.push(['resume', `go on with ${study.name}`])
  if (study !== undefined && study.done > 0) steps.push(['open', `see the medians of ${study.name}`])
  if (quickIsNew) {
    steps.push(['start', `${fresh ? 'add it and start' : 'start'} the quick study: minutes on two cores`])
  }
  if (fresh) {
    steps.push(['addFolder', 'add your own images: a folder with one for each class'])
    steps.push(['fetchData', 'fetch the published dataset of 6400 images (28 MB)'])
  } else steps.push(['newStudy', 'compose a study of your own'])
  if (advice) steps.push(['howToInstall', 'see how an engine for the GPU is installed'])
  return steps.slice(0, 5).map(([action, says]) => ({ key: keyWords(action), says }))
}
