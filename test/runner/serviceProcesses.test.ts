import { readdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, it } from 'vitest'
import { asker, surviveKills } from './askerLives.ts'
import { ordersOf } from './heads.ts'
import { serviceLab } from './serviceLab.ts'

it('kill -9 in the middle of requests loses nothing that arrived', async () => {
  await surviveKills(await serviceLab(), 2, 4)
})

it('processes side by side ask for each image once, and share one budget', async () => {
  const lab = await serviceLab()
  lab.server.pace = 60
  const both = await Promise.all([asker(lab, 3), asker(lab, 3)])
  const said = await Promise.all(both.map(one => one.ended))
  expect(said.map(Number).reduce((a, b) => a + b)).toBe(18)
  expect(lab.server.seen.length).toBe(18)
  expect(lab.store.bank.list().length).toBe(18)

  const spent = lab.store.spending.total().micros
  const each = spent / 18
  const budget = spent + 30_000 // two images' worth, one and a bit of what is set aside
  const wanted = ordersOf(lab.dataset, 6).length
  const poor = await Promise.all([asker(lab, 6, budget), asker(lab, 6, budget)])
  for (const line of await Promise.all(poor.map(one => one.ended))) expect(line).toContain('budget')
  expect(lab.store.spending.total().micros).toBeLessThanOrEqual(budget)
  expect(lab.store.bank.list().length).toBeLessThan(wanted)
  expect(lab.store.bank.list().length).toBeLessThanOrEqual(18 + Math.floor(30_000 / each))
})

it('what a killed process had under way counts as spent at once, and its lock goes', async () => {
  const lab = await serviceLab()
  lab.server.pace = 5000
  const { child, ended } = await asker(lab, 1)
  while (lab.server.seen.length < 4) await new Promise(resolve => setTimeout(resolve, 5))
  const spent = lab.store.spending.total()
  expect(spent).toMatchObject({ requests: 4 })
  child.kill('SIGKILL')
  await ended
  expect(lab.store.spending.total()).toEqual(spent)
  lab.server.pace = 0
  expect(await (await asker(lab, 1)).ended).toBe('6')
  expect(lab.store.bank.list().length).toBe(6)
  expect(lab.store.spending.total().requests).toBe(10)
  expect(readdirSync(dirname(lab.path)).filter(name => name.includes('asking'))).toEqual([])
})
