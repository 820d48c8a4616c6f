/** Kills processes that ask a service in the middle of it, and looks at what is left. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { expect } from 'vitest'
import { ordersOf } from './heads.ts'
import type { ServiceLab } from './serviceLab.ts'

/** Ample for all that is asked for. */
const AMPLE = 1_000_000_000

/** Starts a process that makes `variations` of each image; resolves when it has begun. `ended` gives its last line. */
export async function asker(
  { path, server }: ServiceLab,
  variations: number,
  budget = AMPLE,
): Promise<{ child: ChildProcess; ended: Promise<string> }> {
  const program = fileURLToPath(new URL('children/asker.ts', import.meta.url))
  const args = [program, path, server.address, String(budget), String(variations)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const ended = once(child, 'close').then(() => said.trim().split('\n').at(-1)!)
  await Promise.race([once(child.stdout, 'data'), ended])
  return { child, ended }
}

/**
 * `kills` processes, each killed after a time of its own, then one that lives. In the end every image is there, each arrived once, and all that is counted twice was
 * under way when a process died.
 */
export async function surviveKills(lab: ServiceLab, kills: number, variations: number): Promise<void> {
  const { server, store, path, dataset } = lab
  const wanted = ordersOf(dataset, variations).length
  server.pace = 30
  for (let life = 1; life <= kills; life++) {
    const { child, ended } = await asker(lab, variations)
    const before = server.seen.length
    while (server.seen.length <= before + ((life * 5) % 13)) await new Promise(resolve => setTimeout(resolve, 1))
    await new Promise(resolve => setTimeout(resolve, (life * 7) % 40))
    child.kill('SIGKILL')
    await ended
    expect(store.check({ verify: true })).toEqual([])
  }
  const { ended } = await asker(lab, variations)
  expect(await ended).toMatch(/^\d+$/)

  const bank = store.bank.list()
  expect(bank.length).toBe(wanted)
  expect(new Set(bank.map(one => `${one.parents}/${one.variation}`)).size).toBe(wanted)
  const raw = new Database(path, { readonly: true })
  const rows = raw
    .prepare<[], { wanted: string; outcome: string | null; answer: Buffer | null }>(
      'SELECT wanted, outcome, answer FROM service_requests ORDER BY id',
    )
    .all()
  raw.close()
  // What arrived was stored: no image arrived twice, and every one that arrived is in the bank.
  const arrived = rows.filter(one => one.outcome === 'arrived')
  expect(new Set(arrived.map(one => one.wanted)).size).toBe(arrived.length)
  expect(arrived.length).toBe(wanted)
  expect(rows.filter(one => one.answer !== null)).toEqual([])
  // The rest was under way when a process died: four at a time.
  const unknown = rows.filter(one => one.outcome === 'unknown').length
  expect(unknown).toBe(rows.length - wanted)
  expect(unknown).toBeGreaterThan(0)
  expect(unknown).toBeLessThanOrEqual(4 * kills)
  expect(server.seen.length).toBeLessThanOrEqual(rows.length)
  expect(store.spending.total().requests).toBe(rows.length)
}
