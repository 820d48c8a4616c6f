/** What the reader meets first: the question, how far the study is, and what it shows in a few sentences. */
import { type Contrasts, conclusion, METRIC_NAMES, probability, type Spec, scenariosOf, usesBank } from '../study/index.ts'
import type { ReportContent } from './content.ts'
import { count, list, type Section } from './layout.ts'
import { type Child, html, type Markup, named, namedList } from './markup.ts'
import { cellsWith } from './trainingSection.ts'

export function questionSection({ spec, splits, contrasts, study }: ReportContent): Section {
  const generators = [
    ...new Set(
      scenariosOf(spec)
        .filter(usesBank)
        .map(one => one.generator),
    ),
  ]
  const added =
    generators.length === 0
      ? html`how does the classification of ${named(spec.dataset)} depend on how much of it is trained on`
      : html`does adding synthetic images (${namedList(generators)}) to the training set help to classify ${named(spec.dataset)}`
  const questions = [...new Set((contrasts[0]?.contrasts ?? []).map(one => one.question))]
  const body = [
    html`<p>Asked of a set of ${count(splits[0]?.images.length ?? 0, 'image')} in ${count(splits[0]?.classes.length ?? 0, 'class', 'classes')}: ${added}, for ${namedList(spec.models)}, under ${count(spec.policies.length, 'policy', 'policies')} of classical augmentation, and is the difference real?</p>\n`,
    questions.length === 0
      ? null
      : html`<p>The comparisons were declared with the study's spec, under ${count(questions.length, 'question')}:</p>\n`,
    list(
      questions.map(
        question => html`${named(question)}${MEANINGS.has(question) ? html`: ${MEANINGS.get(question)!}` : null}`,
      ),
    ),
    study.notes.length === 0 ? null : html`<h3>Notes</h3>\n`,
    list(study.notes.map(named)),
  ]
  return { id: 'question', title: 'Question', body }
}

/** What the default questions ask. */
const MEANINGS: ReadonlyMap<string, string> = new Map([
  ['synthetic added', 'the same real images with and without synthetic ones beside them'],
  ['all classes against chosen', 'synthetic images of every class against those of some classes'],
  ['policy', 'each augmentation policy against none, in each scenario'],
  [
    'against the control',
    'synthetic images against copies of the real images they were made from, count for count: what remains is not the number of images',
  ],
])

export function findingsSection(content: ReportContent): Section {
  const body = [missing(content), ...content.contrasts.map((one, i) => findings(one, i === 0))]
  return { id: 'findings', title: 'What it shows', body }
}

/** @param first what is the same for every measure is said once */
function findings(all: Contrasts, first: boolean): Child {
  const { contrasts, families, metric, on, splits, runsOfCell, marks } = all
  if (contrasts.length === 0) return null
  const scope = { metric, on, splits, runsOfCell, marks }
  const shown = contrasts.filter(({ verdict }) => verdict === 'lower' || verdict === 'higher')
  const open = contrasts.filter(({ verdict }) => verdict === 'open')
  const measure = `${on} ${METRIC_NAMES[metric].word}`
  const unable = families.filter(({ smallestP }) => smallestP >= 0.05)
  return [
    html`<p>Of ${count(contrasts.length, 'declared contrast')} in ${measure}, ${shown.length === 0 ? 'none shows' : count(shown.length, 'shows', 'show')} a difference${open.length === 0 ? null : html`, and ${open.length} ${open.length === 1 ? 'is' : 'are'} open until more runs are done`}.</p>\n`,
    list(shown.map(one => conclusion(one, families.find(({ family }) => family === one.family)!, scope))),
    unable.length === 0 || !first
      ? null
      : html`<p>With ${count(runsOfCell, 'run')} a cell no difference could be shown, only looked at, in ${unable.map(({ family, smallestP, fewestRuns }, i) => html`${i === 0 ? null : '; '}${named(family)} (smallest corrected p ${probability(smallestP)}; ${fewestRuns} runs would do)`)}.</p>\n`,
  ]
}

/** What is still to come, told first. */
function missing(content: ReportContent): Markup {
  const { spec, runs, study, tables } = content
  const cells = cellsWith(content)
  const planned = cells.length * spec.runs
  const done = runs.filter(({ status }) => status === 'done').length
  if (done >= planned) {
    return html`<p>The study is complete: ${count(done, 'run')} in ${count(cells.length, 'cell')}.${tables.some(({ on }) => on === 'test') ? html` Its runs were measured on the test images once, at ${study.evaluated ?? 'an unknown time'}.` : html` Its runs were not measured on test images: every figure stands on validation images, which early stopping has seen.`}</p>\n`
  }
  const short = cells
    .map(({ cell, runs: mine }) => ({ cell, done: mine.filter(({ status }) => status === 'done').length }))
    .filter(({ done: n }) => n < spec.runs)
  return html`<div class="unfinished"><p><b>This study is not finished:</b> ${done} of ${count(planned, 'run')} are done${study.error === null ? null : html`; it was stopped: ${named(study.error)}`}. What stands here may change. Missing:</p>
${list(short.map(({ cell, done: n }) => html`${cell.model}, ${namedList([cell.scenario, cell.policy])}: ${n} of ${spec.runs} runs`))}</div>
`
}

/** The words of a spec's models, for the line under the title. */
export function subject(spec: Spec): Child {
  return html`${namedList(spec.models)} on ${named(spec.dataset)}`
}
