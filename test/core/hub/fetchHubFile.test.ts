import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { fetchHubFile, type HubDownload, type HubOptions, hubAccess, hubUrl } from '../../../src/core/hub/index.ts'
import { hubServer } from './hubServer.ts'

const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7919) & 255))
const sha256 = createHash('sha256').update(bytes).digest('hex')
const PATH = 'owner/name/resolve/abc123/model.safetensors'
const files = { [PATH]: bytes }

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'mri-lab-hub-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** A download into a folder of its own, with no waiting between attempts. */
function download(endpoint: string, more: Partial<HubDownload> = {}, env: Record<string, string> = {}) {
  const place = folder()
  const waits: number[] = []
  const progress: [number, number][] = []
  const options: HubOptions = {
    access: hubAccess({ HF_ENDPOINT: endpoint, ...env }),
    fetch,
    wait: async milliseconds => waits.push(milliseconds),
    patience: 5000,
    onProgress: (done, total) => progress.push([done, total]),
  }
  const request: HubDownload = {
    kind: 'model',
    repo: 'owner/name',
    revision: 'abc123',
    file: 'model.safetensors',
    target: name => join(place, 'files', name),
    byHand: "download it by hand and 'add' it",
    ...more,
  }
  const start = (others: Partial<HubOptions> = {}) => fetchHubFile(request, { ...options, ...others })
  return {
    place,
    waits,
    progress,
    start,
    path: join(place, 'files', sha256),
    partial: join(place, 'files', `.${sha256}.partial`),
  }
}

describe('a download', () => {
  it('comes from the redirect, is checked, and leaves one private file', async () => {
    const server = await hubServer({ files })
    const { start, path, place, progress } = download(server.endpoint)
    expect(await start()).toEqual({ path, sha256, size: bytes.length, downloaded: true })
    expect(readFileSync(path).equals(bytes)).toBe(true)
    expect(readdirSync(join(place, 'files'))).toEqual([sha256])
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(progress[0]).toEqual([0, bytes.length])
    expect(progress.at(-1)).toEqual([bytes.length, bytes.length])
    expect(server.seen.map(({ server, method }) => `${server} ${method}`)).toEqual(['hub HEAD', 'hub GET', 'storage GET'])
  })

  it('is not made again where the file is there, and is where it was changed', async () => {
    const server = await hubServer({ files })
    const { start, path } = download(server.endpoint)
    await start()
    expect(await start()).toMatchObject({ downloaded: false })
    expect(server.seen.filter(one => one.server === 'storage').length).toBe(1)
    writeFileSync(path, Buffer.alloc(bytes.length))
    expect(await start()).toMatchObject({ downloaded: true })
    expect(readFileSync(path).equals(bytes)).toBe(true)
  })

  it('follows a renamed repository, and asks for a data set under its own path', async () => {
    const renamed = { 'datasets/old/name/resolve/r 1/data/a.parquet': 'datasets/new/name/resolve/r 1/data/a.parquet' }
    const server = await hubServer({ files: { [Object.values(renamed)[0]!]: bytes }, renamed })
    const { start } = download(server.endpoint, {
      kind: 'dataset',
      repo: 'old/name',
      revision: 'r 1',
      file: 'data/a.parquet',
    })
    expect((await start()).sha256).toBe(sha256)
    expect(server.seen[0]?.path).toBe('/datasets/old/name/resolve/r%201/data/a.parquet')
  })

  it('gives the token to the hub and to nobody else', async () => {
    const server = await hubServer({ files, token: 'secret' })
    const { start } = download(server.endpoint, {}, { HF_TOKEN: 'secret' })
    await start()
    expect(server.seen.map(one => one.authorization)).toEqual(['Bearer secret', 'Bearer secret', undefined])
  })
})

describe('a download that breaks off', () => {
  it('goes on by itself from where it was, over and over', async () => {
    const server = await hubServer({ files })
    server.faults.cutAfter.push(100_000, 100_000)
    const { start, waits, path } = download(server.endpoint)
    await start()
    expect(readFileSync(path).equals(bytes)).toBe(true)
    // How much of what was sent has arrived when a connection breaks is the system's affair.
    const starts = server.seen.filter(one => one.server === 'storage').map(one => Number(/\d+/.exec(one.range ?? '0')))
    expect(starts.length).toBe(3)
    expect(starts[1]).toBeGreaterThan(0)
    expect(starts[2]).toBeGreaterThan(starts[1]!)
    expect(starts[2]).toBeLessThanOrEqual(200_000)
    expect(waits).toEqual([1000, 1000])
  })

  it('is given up after five attempts that bring nothing, and what is there is kept for the next', async () => {
    const server = await hubServer({ files })
    server.faults.cutAfter.push(70_000, 0, 0, 0, 0)
    const { start, waits, path, partial, progress } = download(server.endpoint)
    await expect(start()).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringMatching(/broken off 5 times.*\d+ of 300000 bytes are kept.*by hand/),
    })
    expect(waits).toEqual([1000, 2000, 4000, 8000])
    const kept = statSync(partial).size
    expect(kept).toBeGreaterThan(0)
    expect(kept).toBeLessThanOrEqual(70_000)
    expect(existsSync(path)).toBe(false)
    progress.length = 0
    await start()
    expect(progress[0]).toEqual([kept, bytes.length])
    expect(server.seen.at(-1)?.range).toBe(`bytes=${kept}-`)
    expect(readFileSync(path).equals(bytes)).toBe(true)
    expect(existsSync(partial)).toBe(false)
  })

  it('starts again where the server knows no ranges', async () => {
    const server = await hubServer({ files })
    server.faults.cutAfter.push(100_000)
    server.faults.ignoreRange = true
    const { start, path } = download(server.endpoint)
    await start()
    expect(readFileSync(path).equals(bytes)).toBe(true)
  })

  it('ends where a server without ranges cuts at the same byte for ever', async () => {
    const server = await hubServer({ files })
    server.faults.cutAfter.push(...Array(20).fill(50_000))
    server.faults.ignoreRange = true
    await expect(download(server.endpoint).start()).rejects.toMatchObject({ kind: 'unavailable' })
  })

  it('notices that nothing comes any more', async () => {
    const server = await hubServer({ files })
    server.faults.stallAfter.push(1000)
    const { start, path } = download(server.endpoint)
    await start({ patience: 300 })
    expect(readFileSync(path).equals(bytes)).toBe(true)
  })

  it('stops when the user does, and keeps what is there', async () => {
    const server = await hubServer({ files })
    server.faults.stallAfter.push(1000)
    const controller = new AbortController()
    const { start, partial } = download(server.endpoint)
    const stopped = start({ signal: controller.signal, onProgress: done => done > 0 && controller.abort() })
    await expect(stopped).rejects.toMatchObject({ kind: 'interrupted', message: expect.stringContaining('1000 of 300000') })
    expect(statSync(partial).size).toBe(1000)
  })

  it('is no trouble for another one at the same time', async () => {
    const server = await hubServer({ files })
    const { start, path } = download(server.endpoint)
    server.faults.cutAfter.push(100_000)
    expect((await Promise.all([start(), start(), start()])).map(one => one.sha256)).toEqual([sha256, sha256, sha256])
    expect(readFileSync(path).equals(bytes)).toBe(true)
  })
})

describe('what is not what was promised', () => {
  it('is told by its checksum and not kept', async () => {
    const server = await hubServer({ files })
    server.faults.content = Buffer.alloc(bytes.length)
    const { start, place } = download(server.endpoint)
    await expect(start()).rejects.toMatchObject({ kind: 'data', message: expect.stringContaining(sha256) })
    expect(readdirSync(join(place, 'files'))).toEqual([])
    server.faults.content = null
    expect(await start()).toMatchObject({ downloaded: true })
  })

  it('an earlier attempt that was damaged is told too, and the next one starts anew', async () => {
    const server = await hubServer({ files })
    const { start, partial, path } = download(server.endpoint)
    await start()
    rmSync(path)
    writeFileSync(partial, Buffer.alloc(1000))
    await expect(start()).rejects.toMatchObject({ kind: 'data' })
    await start()
    expect(readFileSync(path).equals(bytes)).toBe(true)
    rmSync(path)
    writeFileSync(partial, Buffer.alloc(bytes.length + 1)) // longer than the file can be
    await start()
    expect(readFileSync(path).equals(bytes)).toBe(true)
  })

  it('more bytes, another range and another size are refused', async () => {
    const server = await hubServer({ files })
    server.faults.content = Buffer.alloc(bytes.length + 1)
    await expect(download(server.endpoint).start()).rejects.toMatchObject({
      kind: 'data',
      message: expect.stringMatching(/more came/),
    })
    server.faults.content = null
    const { start, partial, place } = download(server.endpoint)
    mkdirSync(join(place, 'files'))
    writeFileSync(partial, bytes.subarray(0, 1000))
    server.faults.shiftRange = 1
    await expect(start()).rejects.toMatchObject({ kind: 'data', message: expect.stringMatching(/another range/) })
    const pinned = download(server.endpoint, { bytes: 5 })
    await expect(pinned.start()).rejects.toMatchObject({ kind: 'data', message: expect.stringMatching(/pinned file has 5/) })
  })

  it('a file without a promise is refused', async () => {
    const server = await hubServer({ files })
    server.faults.plain = true
    await expect(download(server.endpoint).start()).rejects.toMatchObject({
      kind: 'data',
      message: expect.stringMatching(/SHA-256/),
    })
  })
})

describe('what is not available says how to go on by hand', () => {
  it.each([
    [{ repo: 'owner/other' }, /answered 404/],
    [{ revision: 'zzz' }, /no such revision/],
    [{ file: 'other.bin' }, /no such file/],
  ])('%j', async (more, message) => {
    const server = await hubServer({ files })
    const error = await download(server.endpoint, more)
      .start()
      .catch(thrown => thrown)
    expect(error).toMatchObject({ kind: 'unavailable', message: expect.stringMatching(message) })
    expect(error.message).toMatch(/; download it by hand and 'add' it$/)
  })

  it('a repository that needs a token, or another one', async () => {
    const server = await hubServer({ files, token: 'secret' })
    await expect(download(server.endpoint).start()).rejects.toThrow(/needs a token: set HF_TOKEN; download it by hand/)
    const wrong = download(server.endpoint, {}, { HF_TOKEN: 'wrong' }).start()
    await expect(wrong).rejects.toThrow(/the token in HF_TOKEN does not open it/)
    await expect(wrong).rejects.not.toThrow(/wrong/)
  })

  it('no server, and the wish for no network', async () => {
    await expect(download('http://127.0.0.1:9').start()).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringMatching(/^http:\/\/127\.0\.0\.1:9 cannot be reached \(.*\); download it by hand/),
    })
    const server = await hubServer({ files })
    await expect(download(server.endpoint, {}, { HF_HUB_OFFLINE: '1' }).start()).rejects.toThrow(/HF_HUB_OFFLINE is set/)
    expect(server.seen).toEqual([])
  })

  it('a busy hub is asked again', async () => {
    const server = await hubServer({ files })
    server.faults.statuses.push(503, 429)
    const { start, waits } = download(server.endpoint)
    expect(await start()).toMatchObject({ downloaded: true })
    expect(waits).toEqual([1000, 2000])
    server.faults.statuses.push(500, 500, 500, 500)
    await expect(download(server.endpoint).start()).rejects.toMatchObject({ kind: 'unavailable' })
  })
})

it('a folder that cannot be written to is named', async () => {
  const server = await hubServer({ files })
  const place = folder()
  writeFileSync(join(place, 'file'), '')
  const { start } = download(server.endpoint, { target: name => join(place, 'file', name) })
  await expect(start()).rejects.toMatchObject({ kind: 'failed', message: expect.stringContaining(place) })
})

it('HF_ENDPOINT must be an address, and may end with a slash', () => {
  expect(() => hubAccess({ HF_ENDPOINT: 'mirror' })).toThrow(/HF_ENDPOINT: 'mirror'/)
  expect(hubAccess({})).toEqual({ endpoint: 'https://huggingface.co', token: null, offline: false })
  const file = { kind: 'model', repo: 'a/b', revision: 'r', file: 'c d.bin' } as const
  expect(hubUrl(file, hubAccess({ HF_ENDPOINT: 'http://m/' }).endpoint)).toBe('http://m/a/b/resolve/r/c%20d.bin')
})
