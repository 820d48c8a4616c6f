import { ensureSample, SAMPLE, withDataset } from '../addDataset.ts'
import { defineCommand } from '../command.ts'
import { changeLab } from '../lab.ts'
import { noDataset } from '../missing.ts'
import { argument, toggle } from '../options.ts'

/** For help. */
const EXAMPLE = `{ "name": "which", "dataset": "sample", "models": ["cnn"], "policies": ["none"], "epochs": 25, "patience": 4, "batch": 8, "size": 64,
    "search": { "classes": "subsets", "real": [1], "synthetic": [0.2, 0.5], "generators": ["morph"],
                "budget": { "runs": 300 }, "confirm": 20, "metric": "loss" } }`

export const search = defineCommand({
  name: 'search',
  summary:
    'which classes should get synthetic images, how many, of which generator: successive halving, confirmed on fresh seeds',
  description:
    'All candidates get a few runs beside 100/0, paired by index; the better half goes on with more, until one is left. It is then compared with 100/0 and with its ' +
    'control on fresh seeds, by the exact statistics of contrasts, and once on test where the split has one. Missing images of the bank are made. Stopped, the ' +
    `same command goes on: each round is a study, whose runs are found again. A budget in hours is turned into runs by the time of two runs of 100/0: an estimate, no deadline.\n\nSPEC.json is a study's spec without scenarios and runs, with "search" (docs/search.md):\n\n  ${EXAMPLE}`,
  arguments: { spec: argument('SPEC', 'a JSON file') },
  options: { plan: toggle('print candidates and rounds, and train nothing') },
  examples: [
    { line: 'mri-lab search which.json', says: 'Search, confirm, report' },
    { line: 'mri-lab search which.json --plan', says: 'What it would train' },
    { line: 'mri-lab search which.json --json > which.result.json', says: 'For a script' },
  ],
  async action(context, { spec: source }, { plan = false }) {
    const { readSpec } = await import('../chosenSpec.ts')
    const { candidatesOf, parseSearch, planSearch } = await import('../../core/study/search/index.ts')
    const { inFile } = await import('../../core/study/index.ts')
    const { json, where } = readSpec(source, context.cwd)
    const asked = parseSearch(json, source, where)
    const { dataset: name, seed } = asked.base
    const { studyEngine } = await import('../runnerOf.ts')
    if (!plan) await studyEngine(context) // an engine that is not here is refused before anything is written
    const found = await withDataset(context, name, async store => store.datasets.list().find(one => one.name === name))
    if (found === undefined) throw noDataset(name)
    const { classes } = found
    const runs = 'runs' in asked.budget ? asked.budget.runs : null
    const { candidates, planned } = inFile(source, where, () => {
      const { candidates, of } = candidatesOf(asked.space, classes, seed)
      const planned = runs === null ? null : planSearch(asked, { candidates: candidates.length, of }, runs)
      return { candidates, planned }
    })
    if (plan) {
      const { planWords } = await import('../searchStudies.ts')
      const record = { search: asked.base.name, candidates, plan: planned }
      context.result(record, () =>
        [
          ...candidates.map(one => one.name),
          planned === null
            ? `${candidates.length} candidates; how many runs the hours are is estimated from the time of two of 100/0, trained first`
            : planWords(planned),
        ].join('\n'),
      )
      return
    }
    if (name === SAMPLE) await ensureSample(context)
    const { searchStudies } = await import('../searchStudies.ts')
    const { describeSearch, searchRecord } = await import('../searchText.ts')
    const end = await changeLab(context, store => searchStudies(context, store, asked, classes))
    context.result(searchRecord(end), () => describeSearch(end))
  },
})
