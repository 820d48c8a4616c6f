/** asker.ts DATABASE ADDRESS BUDGET VARIATIONS: makes what the bank lacks of dataset `heads` by openai-edit, four at a time; says `asking` first, and in the end how many it made, or why not all. */
import { findGenerator } from '../../../src/core/synthesis/index.ts'
import { makeImages, openService } from '../../../src/runner/index.ts'
import { openStore } from '../../../src/store/index.ts'
import { missing, ordersOf } from '../heads.ts'

const [path = '', address = '', budget = '0', variations = '1'] = process.argv.slice(2)
const store = openStore(path, { now: () => new Date(), mode: 'write' })
const dataset = store.datasets.get('heads')!
const generator = findGenerator('openai-edit')!
const signal = new AbortController().signal
const env = { OPENAI_BASE_URL: address, OPENAI_API_KEY: 'sk-test-0123456789abcdef' }
const { service, close } = openService(store, { generator, dataset: 'heads', env, budget: Number(budget), signal })
const orders = missing(store, 'openai-edit', ordersOf(dataset, Number(variations)))
console.log('asking')
const request = { generator, splits: [dataset], orders, seed: 1, service, clock: () => performance.now(), signal }
try {
  console.log(await makeImages(store, { ...request, settings: { size: '64x64', seconds: 20 } }, () => {}))
} catch (thrown) {
  console.log(thrown instanceof Error ? thrown.message : thrown)
}
close()
store.close()
