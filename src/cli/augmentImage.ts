/** What `mri-lab augment` does: an image under an operation or a policy, as a PNG file. */
import { resolve } from 'node:path'
import {
  type CustomPolicy,
  isScaled,
  isSigned,
  LARGEST_SIDE,
  MAGNITUDES,
  magnitudeOf,
  OPERATION_NAMES,
  type OperationName,
  operationsOf,
  type Policy,
  perform,
  policyOf,
  type Step,
} from '../core/augmentation/index.ts'
import type { GreyImage } from '../core/dataset/index.ts'
import { writeGreyPng } from '../core/explain/index.ts'
import { LabError } from '../core/shared/errors.ts'
import { hashOf, randomStream } from '../core/shared/random.ts'
import { policyName } from '../core/study/index.ts'
import { chosenSpec } from './chosenSpec.ts'
import type { Context } from './context.ts'
import { labelledSheet } from './labelledSheet.ts'
import { namedImage } from './namedImage.ts'

interface Asked {
  readonly image: string
  readonly out: string
  readonly magnitude?: number | undefined
  readonly sign?: '-1' | '1' | undefined
  readonly policy?: string | undefined
  readonly seed?: number | undefined
  readonly count?: number | undefined
}

/** The operation's pixels and nothing else. */
export async function underOperation(context: Context, asked: Asked & { readonly op: string }): Promise<void> {
  const operation = operationNamed(asked.op)
  if (isScaled(operation) && asked.magnitude === undefined)
    throw new LabError('usage', `augment: ${operation} takes a magnitude: give --magnitude from 0 to ${MAGNITUDES - 1}`)
  const image = await imageOf(context, asked.image)
  const step = stepOf(operation, asked.magnitude ?? null, asked.sign)
  await writeGreyPng(resolve(context.cwd, asked.out), changed([step], image), image)
  const { width, height } = image
  const value = isScaled(operation) ? magnitudeOf(operation, step.magnitude, step.sign, width, height) : null
  const record = { image: asked.image, width, height, ...step, value, out: asked.out }
  context.result(record, () => `${stepWords(step)} of ${asked.image}, ${width} x ${height}\nwrote ${asked.out}`)
}

/** One draw as it is; several as a sheet, with the image itself before them. */
export async function drawnByPolicy(context: Context, asked: Asked & { readonly policy: string }): Promise<void> {
  const policy = policyAsked(asked.policy, context.cwd)
  const { seed = 1, count = 1 } = asked
  const image = await imageOf(context, asked.image)
  const id = hashOf(image.width, image.height, Buffer.from(image.pixels).toString('hex'))
  // as training draws for run 0, a draw an epoch
  const draws = Array.from({ length: count }, (_, at) => policy.draw(randomStream(seed, 0, 'augmentation', at + 1, id)))
  const pictures = draws.map(steps => changed(steps, image))
  const labelled = [
    { lines: ['the image'], pixels: image.pixels },
    ...pictures.map((pixels, at) => ({ lines: draws[at]!.length === 0 ? ['nothing'] : draws[at]!.map(stepWords), pixels })),
  ]
  const sheet = count === 1 ? { ...image, pixels: pictures[0]! } : labelledSheet(labelled, image)
  await writeGreyPng(resolve(context.cwd, asked.out), sheet.pixels, sheet)
  const { width, height } = image
  const record = { image: asked.image, width, height, policy: policy.name, seed, draws, out: asked.out }
  context.result(record, () =>
    [
      `${policy.name} on ${asked.image}, ${width} x ${height}, seed ${seed}`,
      ...draws.map((steps, at) => `  draw ${at + 1}: ${stepsWords(steps)}`),
      `wrote ${asked.out}`,
    ].join('\n'),
  )
}

/** A sheet of the image and each operation: of a policy as strong as it uses it, else of all at one magnitude. */
export async function underEach(context: Context, asked: Asked): Promise<void> {
  const { magnitude = 7 } = asked
  const steps =
    asked.policy === undefined
      ? OPERATION_NAMES.map(operation => stepOf(operation, magnitude, asked.sign))
      : operationsOf(policyAsked(asked.policy, context.cwd)).map(([name, most]) => stepOf(name, most, asked.sign))
  if (steps.length === 0) throw new LabError('usage', `augment: the policy ${asked.policy} has no operations to show`)
  const image = await imageOf(context, asked.image)
  const pictures = steps.map(step => ({ lines: [stepWords(step)], pixels: changed([step], image) }))
  const sheet = labelledSheet([{ lines: ['the image'], pixels: image.pixels }, ...pictures], image)
  await writeGreyPng(resolve(context.cwd, asked.out), sheet.pixels, sheet)
  const { width, height } = image
  const record = { image: asked.image, width, height, policy: asked.policy ?? null, operations: steps, out: asked.out }
  context.result(record, () => `${asked.image} under ${steps.map(stepWords).join(', ')}\nwrote ${asked.out}`)
}

async function imageOf(context: Context, name: string): Promise<GreyImage> {
  const image = await namedImage(context, name)
  if (Math.max(image.width, image.height) <= LARGEST_SIDE) return image
  throw new LabError(
    'data',
    `${name}: ${image.width} x ${image.height} pixels; augmentation takes sides up to ${LARGEST_SIDE}`,
  )
}

function changed(steps: readonly Step[], image: GreyImage): Uint8Array {
  const pixels = new Uint8Array(image.pixels.length)
  perform(steps, image, pixels)
  return pixels
}

function operationNamed(given: string): OperationName {
  const known = OPERATION_NAMES.find(name => name.toLowerCase() === given.toLowerCase())
  if (known !== undefined) return known
  throw new LabError('usage', `--op: '${given}' is none of ${OPERATION_NAMES.join(', ')}`)
}

/** A magnitude or sign that the operation does not take is left out, as torchvision does. */
function stepOf(operation: OperationName, magnitude: number | null, sign: '-1' | '1' = '1'): Step {
  return {
    operation,
    magnitude: isScaled(operation) ? magnitude : null,
    sign: isSigned(operation) && sign === '-1' ? -1 : 1,
  }
}

/** `autoaugment`, or `spec.json:mine`. */
function policyAsked(given: string, cwd: string): Policy {
  const at = given.lastIndexOf(':')
  if (at < 0) return policyOf(given)
  const [file, name] = [given.slice(0, at), given.slice(at + 1)]
  const { policies } = chosenSpec(file, {}, cwd)
  const found: string | CustomPolicy | undefined = policies.find(one => policyName(one) === name)
  if (found === undefined)
    throw new LabError('usage', `--policy: ${file} has no policy '${name}'; it has ${policies.map(policyName).join(', ')}`)
  return policyOf(found)
}

function stepWords({ operation, magnitude, sign }: Step): string {
  return `${operation}${magnitude === null ? '' : ` ${sign < 0 ? '-' : ''}${magnitude}`}`
}

function stepsWords(steps: readonly Step[]): string {
  return steps.length === 0 ? 'nothing' : steps.map(stepWords).join(', ')
}
