import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { decodeGreyFile } from '../../src/core/synthesis/index.ts'
import { labError } from '../store/laboratory.ts'
import { ordersOf } from './heads.ts'
import { KEY, type ServiceLab, serviceLab } from './serviceLab.ts'

/** What an image costs by the usage that the server tells: 100 x 5 + 1024 x 8 + 171 x 30, in millionths. */
const CHARGED = 13_822
/** The most that one may cost by the table, as the ledger set aside for it. */
const reserved = (lab: ServiceLab): number => rows(lab)[0]!.reserved

interface Row {
  readonly reserved: number
  readonly charged: number | null
  readonly outcome: string | null
  readonly reason: string | null
  readonly answer: Buffer | null
}

function rows({ path }: ServiceLab): Row[] {
  const raw = new Database(path, { readonly: true })
  const all = raw.prepare<[], Row>('SELECT * FROM service_requests ORDER BY id').all()
  raw.close()
  return all
}

/** All bytes that lie in the lab's folder. */
function everythingWritten({ path }: ServiceLab): string {
  return readdirSync(dirname(path), { recursive: true, withFileTypes: true })
    .filter(one => one.isFile())
    .map(one => readFileSync(join(one.parentPath, one.name), 'latin1'))
    .join('\n')
}

describe('openai-edit', () => {
  it('sends the pixels, enlarged, with the prompt of the class, and stores the answer at the size of its source', async () => {
    const lab = await serviceLab()
    expect(await lab.make({ settings: { size: 'smallest' } })).toBe(6)
    const { seen } = lab.server
    expect(seen.map(one => one.path)).toEqual(Array(6).fill('/v1/images/edits'))
    const [first] = seen
    expect(first?.fields).toEqual({
      model: 'gpt-image-2',
      prompt: expect.stringContaining('label NonDemented.'),
      n: '1',
      size: '816x816',
      quality: 'low',
    })
    expect([first?.fileName, first?.fileType]).toEqual(['image.png', 'image/png'])
    const sent = await sharp(first?.file).metadata()
    expect(sent).toMatchObject({ format: 'png', width: 816, height: 816, channels: 1, depth: 'uchar' })
    const bank = lab.store.bank.list()
    expect(bank.map(one => one.parents)).toEqual(ordersOf(lab.dataset).map(one => one.parents))
    for (const [place, one] of bank.entries()) {
      expect(one).toMatchObject({ generator: 'openai-edit', width: 32, height: 32, trainedOn: [], cost: CHARGED / 1e6 })
      expect(one.parameters).toMatchObject({
        service: lab.server.host,
        model: 'gpt-image-2',
        quality: 'low',
        size: '816x816',
      })
      const { pixels } = decodeGreyFile(lab.store.files.read(one.sha256))
      const source = lab.store.files.read(lab.dataset.pixels).subarray(place * 1024, (place + 1) * 1024)
      // The server darkens by a quarter; enlarging and shrinking blurs edges only.
      const inside = 16 * 32 + 16
      expect(Math.abs(pixels[inside]! - 0.75 * source[inside]!)).toBeLessThanOrEqual(2)
      expect(pixels[0]).toBeLessThanOrEqual(2)
    }
  })

  it('sends no metadata, no names, and nothing of this machine', async () => {
    const lab = await serviceLab()
    await lab.make({ orders: ordersOf(lab.dataset).slice(0, 1) })
    const [{ file, headers } = { file: Buffer.alloc(0), headers: {} }] = lab.server.seen
    const chunks = []
    for (let at = 8; at < file.length; at += 12 + file.readUInt32BE(at)) chunks.push(file.toString('latin1', at + 4, at + 8))
    expect([...new Set(chunks)]).toEqual(['IHDR', 'IDAT', 'IEND'])
    expect(Object.keys(headers).filter(name => name.startsWith('x-stainless'))).toEqual([])
    expect(headers.authorization).toBe(`Bearer ${KEY}`)
  })

  it('takes model, quality, size and prompts from the settings', async () => {
    const lab = await serviceLab()
    const settings = {
      model: 'gpt-image-2.6-flare',
      quality: 'medium',
      size: '1024x1024',
      prompts: { MildDemented: 'another of {class}' },
    }
    await lab.make({ settings, orders: ordersOf(lab.dataset).slice(1, 2) })
    expect(lab.server.seen[0]?.fields).toMatchObject({
      model: 'gpt-image-2.6-flare',
      quality: 'medium',
      size: '1024x1024',
      prompt: 'another of MildDemented',
    })
  })

  it('has no more requests under way than it may', async () => {
    const lab = await serviceLab()
    lab.server.pace = 60
    await lab.make({ settings: { concurrency: 3 } })
    expect(lab.server.most()).toBe(3)
    expect(lab.store.bank.list().length).toBe(6)
  })
})

describe('openai-variation', () => {
  it('asks /v1/images/variations for base64 at a size that service knows', async () => {
    const lab = await serviceLab()
    lab.server.usage = null
    expect(await lab.make({ generator: 'openai-variation' })).toBe(6)
    expect(lab.server.seen[0]).toMatchObject({
      path: '/v1/images/variations',
      fields: { model: 'dall-e-2', n: '1', size: '256x256', response_format: 'b64_json' },
    })
    expect(lab.store.bank.list().map(one => one.cost)).toEqual(Array(6).fill(0.016))
  })

  it.each([404, 410])('says where it is gone (%i), after one request that cost nothing', async status => {
    const lab = await serviceLab()
    lab.server.faults.push({ status, message: 'gone' })
    await expect(lab.make({ generator: 'openai-variation' })).rejects.toEqual(
      labError('unavailable', '/v1/images/variations', '2026-05-12', 'openai-edit'),
    )
    expect(lab.server.seen.length).toBe(1)
    expect(lab.store.spending.total().micros).toBe(0)
  })
})

describe('a request that the service turns away costs nothing and is made again', () => {
  it('429, after the time that Retry-After asks for and a little more', async () => {
    const lab = await serviceLab()
    lab.server.faults.push({ status: 429, headers: { 'retry-after': '7' } })
    expect(await lab.make()).toBe(6)
    expect(lab.server.seen.length).toBe(7)
    expect(lab.waits[0]).toBeGreaterThanOrEqual(7000)
    expect(lab.waits[0]).toBeLessThanOrEqual(8750)
    expect(lab.store.spending.total().micros).toBe(6 * CHARGED)
  })

  it.each([500, 503])('%i, after a time that doubles', async status => {
    const lab = await serviceLab()
    lab.server.faults.push(...Array(3).fill({ status }))
    expect(await lab.make()).toBe(6)
    expect(lab.server.seen.length).toBe(9)
    for (const [attempt, wait] of lab.waits.entries()) {
      expect(wait).toBeGreaterThanOrEqual(500 * 2 ** attempt)
      expect(wait).toBeLessThanOrEqual(1000 * 2 ** attempt)
    }
    expect(rows(lab).map(one => one.outcome)).toEqual(['failed', 'failed', 'failed', ...Array(6).fill('arrived')])
    expect(lab.store.spending.total().micros).toBe(6 * CHARGED)
  })

  it('waits the same for the same seed', async () => {
    const waited = async (): Promise<number[]> => {
      const lab = await serviceLab()
      lab.server.faults.push(...Array(4).fill({ status: 500 }))
      await lab.make()
      return lab.waits
    }
    expect(await waited()).toEqual(await waited())
  })

  it('is not waited for longer than ten minutes', async () => {
    const lab = await serviceLab()
    lab.server.faults.push({ status: 429, headers: { 'retry-after': '3600' } })
    await expect(lab.make()).rejects.toEqual(labError('unavailable', '60 minutes', '0 of 6'))
    expect(lab.server.seen.length).toBe(1)
  })
})

describe('a request whose outcome nobody knows counts as spent and is made again', () => {
  it.each([
    ['no answer in time', { slow: 1500 }],
    ['half a body, then a closed connection', { cut: 'within' }],
    ['half a body, then silence', { stall: true }],
    ['a closed connection', { cut: 'before' }],
    ['a gateway that gave up', { status: 504 }],
  ] as const)('%s', async (_, fault) => {
    const lab = await serviceLab()
    lab.server.faults.push(fault)
    expect(await lab.make({ settings: { seconds: 0.7 } })).toBe(6)
    expect(lab.server.seen.length).toBe(7)
    expect(rows(lab).map(one => one.outcome)).toEqual(['unknown', ...Array(6).fill('arrived')])
    expect(lab.store.spending.total().micros).toBe(reserved(lab) + 6 * CHARGED)
  })

  it('twice at most for an image in one run; the next run asks for it again', async () => {
    const lab = await serviceLab()
    lab.server.faults.push({ cut: 'before' }, { cut: 'before' })
    await expect(lab.make()).rejects.toEqual(labError('failed', '5 of 6', 'broke off', 'the same command'))
    expect(lab.server.seen.length).toBe(7)
    expect(await lab.make()).toBe(1)
    expect(lab.store.bank.list().length).toBe(6)
    expect(lab.server.seen.length).toBe(8)
  })

  it('never beyond the budget', async () => {
    const lab = await serviceLab()
    const one = ordersOf(lab.dataset).slice(0, 1)
    await lab.make({ orders: one })
    const budget = CHARGED + reserved(lab) + 1000 // a longer name of a class makes a longer prompt
    lab.server.faults.push({ cut: 'before' })
    await expect(lab.make({ budget })).rejects.toEqual(labError('failed', 'budget', '--budget'))
    expect(lab.server.seen.length).toBe(2)
    expect(lab.store.spending.total().micros).toBeLessThanOrEqual(budget)
  })
})

describe('an answer without a usable image counts as spent and is asked for again', () => {
  it.each([
    ['no JSON', { body: '<html>welcome</html>' }, 'no JSON'],
    ['half of some JSON', { body: '{"data":[{"b64_json":"iVBO' }, 'no JSON'],
    ['other JSON', { body: '{"ok":true}' }, 'no image'],
    ['no images', { body: '{"data":[]}' }, 'no image'],
    ['an address in place of the image', { body: '{"data":[{"url":"https://example.org/a.png"}]}' }, 'address'],
    ['no base64', { body: '{"data":[{"b64_json":"%%%%"}]}' }, 'no image'],
    ['text for an image', { image: Buffer.from('this is no image, whatever its name') }, 'cannot be used'],
    ['a GIF', { image: Buffer.from('R0lGODlhAQABAIAAAAUEBAAAACwAAAAAAQABAAACAkQBADs=', 'base64') }, 'cannot be used'],
    ['an SVG', { image: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>') }, 'cannot be used'],
  ] as const)('%s', async (_, fault, reason) => {
    const lab = await serviceLab()
    lab.server.faults.push(fault)
    expect(await lab.make()).toBe(6)
    const [first] = rows(lab)
    expect(first).toMatchObject({ outcome: 'unusable', reason: expect.stringContaining(reason), answer: null })
    expect(first?.charged).toBeGreaterThan(0)
    expect(lab.server.seen.length).toBe(7)
  })

  it('an image of another shape, one of more pixels than anyone may hold, and one cut short', async () => {
    const lab = await serviceLab()
    const black = (width: number, height: number) =>
      sharp({ create: { width, height, channels: 3, background: 'black' } })
        .png()
        .toBuffer()
    const whole = await black(816, 816)
    lab.server.faults.push({ image: await black(816, 400) }, null, { image: await black(9000, 9000) })
    lab.server.faults.push(null, { image: whole.subarray(0, whole.length / 2) })
    expect(await lab.make()).toBe(6)
    expect(rows(lab).map(one => one.outcome === 'unusable' && one.reason)).toEqual([
      expect.stringContaining('816x400'),
      false,
      expect.stringContaining('9000'),
      false,
      expect.stringContaining('cannot be decoded'),
      ...Array(4).fill(false),
    ])
  })

  it('an answer without end is cut off', async () => {
    const lab = await serviceLab()
    lab.server.faults.push({ endless: true })
    expect(await lab.make()).toBe(6)
    expect(rows(lab)[0]).toMatchObject({ outcome: 'unusable', reason: expect.stringContaining('64 MiB') })
  })

  it('takes JPEG and WebP, which some servers send whatever was asked for', async () => {
    const lab = await serviceLab()
    const grey = sharp({ create: { width: 1024, height: 1024, channels: 3, background: '#646464' } })
    lab.server.faults.push({ image: await grey.jpeg().toBuffer() }, { image: await grey.webp().toBuffer() })
    expect(await lab.make()).toBe(6)
    const [jpeg, webp] = lab.store.bank.list().map(one => decodeGreyFile(lab.store.files.read(one.sha256)).pixels[500]!)
    expect(Math.abs(jpeg! - 100)).toBeLessThanOrEqual(1)
    expect(Math.abs(webp! - 100)).toBeLessThanOrEqual(1)
  })
})

describe('what asking again would not help ends it', () => {
  it.each([
    [401, 'invalid_api_key', `Incorrect API key provided: ${KEY}.`, ['OPENAI_API_KEY', '[key]']],
    [403, 'unsupported_country', 'not here', ['OPENAI_API_KEY']],
    [429, 'insufficient_quota', 'You exceeded your current quota', ['no credit']],
    [400, 'invalid_value', 'Unknown quality', ['400 Unknown quality']],
    [302, null, 'elsewhere', ['302']],
  ] as const)('%i %s', async (status, code, message, parts) => {
    const lab = await serviceLab()
    lab.server.faults.push(null, { status, message, ...(code && { code }), headers: { location: 'http://127.0.0.1:9/v1' } })
    const thrown = await lab.make().catch(error => error)
    expect(thrown).toEqual(labError('unavailable', '1 of 6 images are there', ...parts))
    expect(lab.server.seen.length).toBe(2)
    expect(lab.store.bank.list().length).toBe(1)
    expect(lab.store.spending.total().micros).toBe(CHARGED)
    expect(`${thrown.message} ${thrown.stack} ${JSON.stringify(thrown)} ${thrown.cause}`).not.toContain(KEY)
    expect(everythingWritten(lab)).not.toContain(KEY)
  })

  it('what the rules for content refuse is left out, costs nothing, and the others are made', async () => {
    const lab = await serviceLab()
    lab.server.faults.push(null, { status: 400, code: 'moderation_blocked', message: 'Your request was rejected.' })
    await expect(lab.make()).rejects.toEqual(labError('failed', '5 of 6', 'rules for content', 'rejected'))
    expect(lab.server.seen.length).toBe(6)
    expect(lab.store.spending.total().micros).toBe(5 * CHARGED)
  })

  it('nothing listens: given up after five attempts', async () => {
    const lab = await serviceLab()
    await lab.server.close()
    await expect(lab.make()).rejects.toEqual(labError('unavailable', 'ECONNREFUSED', '0 of 6'))
    expect(rows(lab).length).toBe(5)
    expect(lab.store.spending.total().micros).toBe(0)
  })

  it('a service that only fails is left alone for longer and longer, and given up', async () => {
    const lab = await serviceLab()
    lab.server.faults.push(null, ...Array(100).fill({ status: 500 }))
    await expect(lab.make({ settings: { concurrency: 4 } })).rejects.toEqual(
      labError('unavailable', 'failures in a row', '1 of 6'),
    )
    expect(lab.server.seen.length).toBeLessThan(20)
    expect(lab.waits.reduce((sum, wait) => sum + wait, 0)).toBeGreaterThanOrEqual(30_000 + 60_000 + 120_000)
    expect(lab.store.spending.total().micros).toBe(CHARGED)
  })

  it('Ctrl+C: nothing more is sent, and what is under way is waited for and kept', async () => {
    const lab = await serviceLab()
    const stop = new AbortController()
    lab.server.pace = 300
    const making = lab.make({ settings: { concurrency: 2 }, signal: stop.signal })
    while (lab.server.seen.length < 2) await new Promise(resolve => setTimeout(resolve, 5))
    stop.abort()
    expect(await making).toBe(2)
    expect(lab.server.seen.length).toBe(2)
    expect(rows(lab).map(one => [one.outcome, one.answer])).toEqual(Array(2).fill(['arrived', null]))
  })
})

describe('money', () => {
  it('is a hard stop: set aside before a request, what it did not cost given back', async () => {
    const lab = await serviceLab()
    await lab.make({ orders: ordersOf(lab.dataset).slice(0, 1) })
    const each = reserved(lab)
    const budget = 3 * CHARGED + each
    await expect(lab.make({ budget, settings: { concurrency: 4 } })).rejects.toEqual(
      labError('failed', 'is used up', '--budget'),
    )
    // A fourth is possible only because the others cost less than was set aside; a fifth would need `each` once more.
    expect(lab.store.bank.list().length).toBe(4)
    expect(lab.store.spending.total().micros).toBeLessThanOrEqual(budget)
  })

  it('a stored image is never asked for again', async () => {
    const lab = await serviceLab()
    await lab.make()
    expect(await lab.make({ orders: ordersOf(lab.dataset) })).toBe(0)
    expect(lab.server.seen.length).toBe(6)
  })

  it('where an image cost more than the table says, that much is set aside for the next', async () => {
    const lab = await serviceLab()
    const dear = 9_000_000
    lab.server.usage = { input_tokens_details: { text_tokens: 0, image_tokens: 0 }, output_tokens: dear / 30 }
    await lab.make({ orders: ordersOf(lab.dataset).slice(0, 1) })
    await expect(lab.make({ budget: 2 * dear - 1 })).rejects.toEqual(labError('failed', 'used up'))
    expect(lab.server.seen.length).toBe(1)
  })

  it('a model without a price is refused before anything is sent', async () => {
    const lab = await serviceLab()
    const settings = { model: 'sd3-medium' }
    await expect(lab.make({ settings })).rejects.toEqual(labError('usage', 'sd3-medium', 'prices', 'mri-lab.config.json'))
    expect(lab.server.seen.length).toBe(0)
    expect(await lab.make({ settings, prices: { 'sd3-medium': 0 }, budget: 0 })).toBe(6)
    expect(lab.store.spending.total().micros).toBe(0)
  })

  it('without consent nothing is sent, nor after it was taken back', async () => {
    const lab = await serviceLab()
    await lab.make({ orders: ordersOf(lab.dataset).slice(0, 1) })
    lab.store.consents.withdraw('heads', lab.server.host)
    await expect(lab.make()).rejects.toEqual(labError('usage', 'synth consent', lab.server.host))
    expect(lab.server.seen.length).toBe(1)
  })
})
