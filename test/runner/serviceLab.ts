/** A lab with a small dataset of smooth heads, and what asks a local server for images of it. */
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Dataset } from '../../src/core/dataset/index.ts'
import {
  findGenerator,
  type Order,
  type Parameters,
  priceTable,
  type ServiceContext,
} from '../../src/core/synthesis/index.ts'
import { makeImages } from '../../src/runner/index.ts'
import { openStore, type Store } from '../../src/store/index.ts'
import { type ImageServer, imageServer } from '../core/synthesis/service/imageServer.ts'
import { temporaryFolder } from '../store/laboratory.ts'
import { addHeads, missing, ordersOf } from './heads.ts'

export const KEY = 'sk-test-0123456789abcdef'
export interface Asked {
  readonly generator?: string
  readonly settings?: Parameters
  /** In millionths of a USD. */
  readonly budget?: number | null
  readonly orders?: readonly Order[]
  readonly signal?: AbortSignal
  readonly prices?: unknown
  readonly host?: string
}

export interface ServiceLab {
  readonly store: Store
  readonly path: string
  readonly dataset: Dataset
  readonly server: ImageServer
  /** Milliseconds that were waited, in order; they pass at once. */
  readonly waits: number[]
  /** Makes the images that the bank lacks. */
  make(asked?: Asked): Promise<number>
}

export async function serviceLab(): Promise<ServiceLab> {
  const path = join(temporaryFolder(), 'lab.db')
  const store = openStore(path, { now: () => new Date(), mode: 'write' })
  const server = await imageServer()
  onTestFinished(async () => {
    store.close()
    await server.close()
  })
  const dataset = addHeads(store)
  store.consents.give({ dataset: 'heads', host: server.host, sends: 'images' })
  const waits: number[] = []
  let now = Date.UTC(2026, 0, 1)
  const clock = {
    now: () => now,
    wait: async (milliseconds: number) => {
      waits.push(milliseconds)
      now += milliseconds
      await new Promise(resolve => setTimeout(resolve, 1))
    },
  }
  return {
    ...{ store, path, dataset, server, waits },
    async make(asked = {}) {
      const { generator: name = 'openai-edit', settings = {}, budget = null, host = server.host } = asked
      const ledger = store.spending.open({ dataset: 'heads', generator: name, host, budget })
      const access = { host, baseUrl: `http://${host}/v1`, key: KEY }
      const service: ServiceContext = { access, ledger, clock, fetch: globalThis.fetch }
      const request = {
        generator: findGenerator(name)!,
        splits: [dataset],
        orders: asked.orders ?? missing(store, name, ordersOf(dataset)),
        seed: 1,
        // Small ones are made fast.
        settings: { concurrency: 1, seconds: 10, ...(name === 'openai-edit' && { size: '64x64' }), ...settings },
        service,
        prices: priceTable(asked.prices),
        clock: () => performance.now(),
        signal: asked.signal ?? new AbortController().signal,
      }
      try {
        return await makeImages(store, request, () => {})
      } finally {
        ledger.close()
      }
    },
  }
}
