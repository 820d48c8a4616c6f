/** writer.ts DATABASE: finishes run after run, an epoch at a time, as fast as it can; says `writing` after the first. */
import { openStore } from '../../../src/store/index.ts'

const store = openStore(process.argv[2]!, { now: () => new Date(), mode: 'write' })
const epochs = Array.from({ length: 20 }, (_, index) => ({
  epoch: index + 1,
  trainLoss: 1 / (index + 1),
  validationLoss: 2 / (index + 1),
  validationAccuracy: 0.5,
  imagesPerSecond: 100,
  seconds: 1,
}))

for (let index = 0; ; index++) {
  const plan = { key: `run ${index}`, cell: { model: 'cnn', policy: 'none', scenario: '100/0' }, index, seed: 1 }
  const id = store.atomically(() => {
    const ids = store.runs.queue('first', [plan])
    store.studies.grow('first', ids)
    return ids[0]!
  })
  store.runs.markRunning(id, 'reference')
  for (const epoch of epochs) store.epochs.append(id, epoch)
  const weights = store.files.write(Buffer.from(`weights of run ${index}`))
  store.runs.finish(id, {
    result: {
      epochs: 20,
      bestEpoch: 20,
      stoppedBy: 'epochs',
      validationLoss: 0.1,
      finalValidationLoss: 0.1,
      accuracy: 1,
      balancedAccuracy: 1,
      macroF1: 1,
      auc: 1,
      brier: 0,
      ece: 0,
      quadraticWeightedKappa: 1,
      confusion: [[10]],
      perClass: [{ class: 'NonDemented', support: 10, precision: 1, recall: 1, f1: 1 }],
      seconds: 20,
      weights,
    },
    epochs,
    training: { NonDemented: { real: 1, synthetic: 0, images: [`image ${index}`] } },
    provenance: { index },
  })
  if (index === 0) console.log('writing')
}
