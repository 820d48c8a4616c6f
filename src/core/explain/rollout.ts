/** Attention rollout: how much of each patch reaches the class token through a transformer's blocks. */
import type { Definition, Engine, EngineState, Program, Specs } from '../engine/index.ts'
import { mul, scalar, stack, sum, type Tensor } from '../engine/primitives.ts'
import type { Model } from '../models/index.ts'
import { LabError } from '../shared/errors.ts'
import type { ClassMap } from './gradcam.ts'
import { normalised } from './normalised.ts'

/** Each block's attention, mean over its heads, row-major `[blocks, tokens, tokens]`: row = the token that looks. Rows sum to 1. */
export interface Attention {
  readonly blocks: number
  readonly tokens: number
  readonly weights: Float32Array
}

/**
 * Abnar and Zuidema, "Quantifying Attention Flow in Transformers" (2020, arXiv 2005.00928), section 3: a block's attention W, with the residual
 * connection beside it, is A = (W + I) / 2; the rollout is A_L ... A_2 A_1, of which this is the class token's row (token 0). Sums are doubles.
 *
 * @returns the share of each other token, in order: `[tokens - 1]`; with the class token's own share they sum to 1.
 */
export function rollout({ blocks, tokens, weights }: Attention): Float64Array {
  if (weights.length !== blocks * tokens * tokens)
    throw new RangeError(`${weights.length} weights for ${blocks} blocks of ${tokens} tokens`)
  let row = new Float64Array(tokens)
  row[0] = 1
  for (let block = blocks - 1; block >= 0; block--) {
    const before = row.map(value => value / 2) // through the residual connection
    for (let from = 0; from < tokens; from++) {
      const share = row[from]! / 2
      const at = (block * tokens + from) * tokens
      for (let to = 0; to < tokens; to++) before[to]! += share * weights[at + to]!
    }
    row = before
  }
  return row.slice(1)
}

/** The rollout over the grid of patches, `[side, side]`, stretched as Grad-CAM's map is. The same for every class. */
export function rolloutMap(attention: Attention): ClassMap {
  const side = Math.sqrt(attention.tokens - 1)
  const map = Float32Array.from(rollout(attention))
  if (!map.every(Number.isFinite))
    throw new LabError('failed', 'no rollout: the attention is not finite, so the run diverged; choose another run')
  return { height: side, width: side, map: normalised(map), empty: false }
}

/** In place of a layer's name: the attention of all blocks. */
export const ATTENTION = 'attention'

/** Whether the model has attention to roll out. */
export function hasAttention(model: Model): boolean {
  return model.configuration.heads !== undefined
}

/** What the hook shows of a block: its attention's weights `[1, heads, tokens, tokens]`, by timm's name of what they go through. */
const WEIGHTS = /\.attn_drop$/

/** Input `pixels [1, size, size, 1]` (0 to 255); outputs `logits [1, classes]` and `attention [blocks, tokens, tokens]`. */
function attentionDefinition(model: Model, state: Specs): Definition {
  return {
    name: `${model.name} attention`,
    state,
    inputs: { pixels: { shape: [1, model.size, model.size, 1], dtype: 'float32' } },
    compute(weights, inputs) {
      const blocks: Tensor[] = []
      const logits = model.logits(weights, inputs.pixels!, (name, result) => {
        if (WEIGHTS.test(name)) blocks.push(mul(sum(result, [0, 1]), scalar(1 / result.shape[1]!))) // [tokens, tokens]
        return result
      })
      if (blocks.length === 0) throw new LabError('usage', `${model.name} has no attention to roll out: --method gradcam`)
      return { outputs: { logits, attention: stack(blocks) } }
    },
  }
}

/** The program that gives one model's attention on one engine, compiled when first asked for. */
export class ModelAttention {
  private readonly engine: Engine
  private readonly model: Model
  private readonly specs: Specs
  private program: Promise<Program> | undefined

  /** @param specs of the state that will be given: the model's parameters, among others or alone */
  constructor(engine: Engine, model: Model, specs: Specs) {
    this.engine = engine
    this.model = model
    this.specs = specs
  }

  /** For one image (`size * size` pixels, 0 to 255). @throws LabError `usage` for a model without attention */
  async of(state: EngineState, pixels: Float32Array): Promise<{ logits: Float32Array; attention: Attention }> {
    this.program ??= this.engine.compile(attentionDefinition(this.model, this.specs))
    const { logits, attention } = await (await this.program).run(state, { pixels })
    const weights = attention as Float32Array
    const blocks = this.model.configuration.depth!
    return { logits: logits as Float32Array, attention: { blocks, tokens: Math.sqrt(weights.length / blocks), weights } }
  }

  async release(): Promise<void> {
    const program = this.program
    this.program = undefined
    await (await program)?.release()
  }
}
