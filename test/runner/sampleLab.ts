/** A database that holds the sample. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { importDataset } from '../../src/core/dataset/index.ts'
import { openStore, type Store } from '../../src/store/index.ts'
import { temporaryFolder } from '../store/laboratory.ts'

const folder = fileURLToPath(new URL('../../fixtures/sample', import.meta.url))
/** Read once for the tests of a file. */
export const sample = await importDataset({ name: 'sample', paths: [folder], seed: 1 })

/** A new one for this test. */
export function sampleLab(): Store {
  const store = openStore(join(temporaryFolder(), 'lab.db'), { now: () => new Date(0), mode: 'write' })
  onTestFinished(() => store.close())
  store.files.write(sample.pixels)
  store.datasets.add(sample.dataset)
  return store
}
