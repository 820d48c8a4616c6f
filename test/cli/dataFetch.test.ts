import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { FALAH } from '../../src/core/dataset/falah.ts'
import { hubServer } from '../core/hub/hubServer.ts'
import { runLab, workingFolder } from './program.ts'

const shard = (name: string) => readFileSync(new URL(`../../fixtures/dataset/parquet/shards/data/${name}`, import.meta.url))
const resolve = (revision: string, file: string) => `datasets/${FALAH.repo}/resolve/${revision}/${file}`
const files = (revision: string) => ({
  [resolve(revision, FALAH.files.train)]: shard('train-00000-of-00002.parquet'),
  [resolve(revision, FALAH.files.validation)]: shard('test-00000-of-00001.parquet'),
})

it('downloads both parts, over a broken line, and adds them as data add does', async () => {
  const cwd = workingFolder()
  const server = await hubServer({ files: files(FALAH.revision) })
  server.faults.cutAfter.push(1000)
  const fetched = await runLab(['data', 'fetch', 'falah', '--json', '--quiet'], cwd, { HF_ENDPOINT: server.endpoint })
  expect(fetched).toMatchObject({ code: 0, stderr: '' })
  const record = JSON.parse(fetched.stdout)
  expect(record).toMatchObject({ name: 'falah', split: 'parity', rejected: [] })
  const sum = (part: string) => record.classes.reduce((all: number, row: Record<string, number>) => all + row[part]!, 0)
  expect([sum('train') > 0, sum('validation') > 0, sum('test')]).toEqual([true, true, 0])
  expect(server.seen.some(one => one.range !== undefined)).toBe(true)
  // The pixels alone are kept, and a second time nothing is asked of the hub.
  expect(
    readdirSync(join(cwd, 'lab.db.files'), { recursive: true }).filter(name => String(name).endsWith('.parquet')),
  ).toEqual([])
  server.seen.length = 0
  const again = await runLab(['data', 'fetch', 'falah'], cwd, { HF_ENDPOINT: server.endpoint })
  expect(again).toMatchObject({ code: 0, stderr: expect.stringMatching(/falah is here already/) })
  const other = await runLab(['data', 'fetch', 'falah', '--revision', 'x'], cwd, { HF_ENDPOINT: server.endpoint })
  expect(other).toMatchObject({ code: 2, stderr: expect.stringMatching(/a dataset named falah exists/) })
  expect(server.seen).toEqual([])
})

it('takes another revision, and leads nowhere outside its folder', async () => {
  const cwd = workingFolder()
  const server = await hubServer({ files: files('../../up') })
  const args = ['data', 'fetch', 'falah', '--revision', '../../up', '--quiet']
  expect(await runLab(args, cwd, { HF_ENDPOINT: server.endpoint })).toMatchObject({ code: 0, stderr: '' })
  expect(readdirSync(cwd).sort()).toEqual(['lab.db', 'lab.db.files'])
  const other = await runLab(['data', 'fetch', 'falah', '--revision', 'none'], workingFolder(), {
    HF_ENDPOINT: server.endpoint,
  })
  expect(other).toMatchObject({ code: 4, stderr: expect.stringMatching(/resolve\/none\/data\/train.*no such revision/) })
})

it('without a network exits 4 and says what to download by hand, and where to put it', async () => {
  const cwd = workingFolder()
  const { code, stderr } = await runLab(['data', 'fetch', 'falah'], cwd, { HF_ENDPOINT: 'http://127.0.0.1:9' })
  expect(code).toBe(4)
  for (const file of Object.values(FALAH.files))
    expect(stderr).toContain(`http://127.0.0.1:9/${resolve(FALAH.revision, file)}`)
  expect(stderr).toMatch(
    /put both into a folder here, then 'mri-lab data add falah FOLDER\/train\S+ --validation FOLDER\/test\S+'\n$/,
  )
  expect(readdirSync(cwd)).toEqual([])
})

it('knows falah only', async () => {
  expect(await runLab(['data', 'fetch', 'oasis'], workingFolder())).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/there is falah/),
  })
})
