/** What the models of a study look at, for its report: of each model one run, asked as `gradcam --pairs` asks. */
import { resizeBilinear } from '../core/dataset/index.ts'
import { type ExplainedImage, encodeGreyPng, encodePng, overlay, upsample } from '../core/explain/index.ts'
import type { EmbeddedImage, ModelMaps, ReportPictures } from '../core/report/index.ts'
import { LabError, messageOf } from '../core/shared/errors.ts'
import { median } from '../core/stats/index.ts'
import type { Run } from '../core/study/index.ts'
import type { Context } from './context.ts'
import { pairsOfRun } from './explainPairs.ts'
import { pngAddress } from './reportPictures.ts'
import { modelOfRun } from './trainedModel.ts'

/** Longest side of a picture, in pixels. */
const SIDE = 128
const OPACITY = 0.6

/** A run that cannot be asked, because its weights are gone or the data has no such images, is told in `missing`. */
export async function reportMaps(
  context: Context,
  runs: readonly Run[],
  models: readonly string[],
): Promise<Pick<ReportPictures, 'maps' | 'missing'>> {
  const maps: ModelMaps[] = []
  const missing: string[] = []
  for (const model of models) {
    context.signal.throwIfAborted()
    const run = typicalRun(runs.filter(({ cell }) => cell.model === model))
    if (run === null) {
      missing.push(`${model}: no run is done that did not diverge.`)
      continue
    }
    try {
      maps.push(await mapsOf(context, run))
    } catch (error) {
      if (!(error instanceof LabError) || error.kind === 'interrupted') throw error
      missing.push(`${model}: run ${run.id} could not be asked: ${messageOf(error)}.`)
    }
  }
  return { maps, missing }
}

/**
 * In the cell whose median validation loss is the lowest, the run whose loss is the nearest to that median, the first of such: neither
 * the best of all nor one that was picked by its pictures. Null where no run is done.
 */
export function typicalRun(runs: readonly Run[]): Run | null {
  const done = runs.filter(({ result }) => result !== null && Number.isFinite(result.validationLoss))
  const loss = (run: Run): number => run.result!.validationLoss
  const cells = [...Map.groupBy(done, ({ cell }) => JSON.stringify(cell)).values()].map(mine => ({
    mine,
    middle: median(mine.map(loss))!,
  }))
  const [best] = cells.toSorted((a, b) => a.middle - b.middle)
  if (best === undefined) return null
  const distance = (run: Run): number => Math.abs(loss(run) - best.middle)
  return best.mine.toSorted((a, b) => distance(a) - distance(b) || a.index - b.index)[0]!
}

async function mapsOf(context: Context, run: Run): Promise<ModelMaps> {
  const trained = await modelOfRun(context, run.id)
  try {
    const { pairs, targets, layer, notes } = await pairsOfRun(context, trained, run.id, {})
    const size = trained.model.size
    const images: ModelMaps['images'][number][] = []
    for (const { label, real, synthetic } of pairs) {
      images.push(await pictured('real', label, real, targets, size))
      if (synthetic !== null) images.push(await pictured('synthetic', label, synthetic, targets, size))
    }
    const alike = pairs.flatMap(({ label, realSynthetic }) =>
      (realSynthetic ?? []).map((one, i) => ({ class: label, target: targets[i]!, rank: one.spearman })),
    )
    const { scenario, policy } = run.cell
    const chosen = `In the cell of the lowest median validation loss, the run nearest to that median.`
    return {
      model: run.cell.model,
      run: run.id,
      cell: `${scenario}, ${policy}`,
      layer,
      targets,
      notes: [chosen, ...notes],
      images,
      alike,
    }
  } finally {
    await trained.release()
  }
}

async function pictured(
  kind: 'real' | 'synthetic',
  label: string,
  { pixels, maps, answer }: ExplainedImage,
  targets: readonly string[],
  given: number,
): Promise<ModelMaps['images'][number]> {
  const side = Math.min(SIDE, given)
  const size = { width: side, height: side }
  const grey = side === given ? pixels : resizeBilinear(pixels, given, given, side, side)
  const address = (bytes: Uint8Array): EmbeddedImage => ({ address: pngAddress(bytes), ...size })
  const drawn = maps.map(async (map, i) => ({
    picture: address(await encodePng(overlay(grey, upsample(map.map, map, size), size, map.empty ? 0 : OPACITY))),
    probability: answer.probabilities[targets[i]!] ?? 0,
    empty: map.empty,
  }))
  return {
    kind,
    class: label,
    predicted: answer.class,
    image: address(await encodeGreyPng(grey, size)),
    maps: await Promise.all(drawn),
  }
}
