import { z } from 'zod'
import { defineImageService } from '../service/imageService.ts'
import { variationSize } from '../service/pictures.ts'

const settings = z.strictObject({
  model: z.string().min(1).default('dall-e-2'),
  /** What is sent and comes back; `smallest` is the smallest that holds the source. */
  size: z.enum(['smallest', '256x256', '512x512', '1024x1024']).default('smallest'),
  concurrency: z.int().min(1).max(64).default(4),
  seconds: z.number().positive().max(3600).default(300),
})

/**
 * Variations by `/v1/images/variations`, as DALL-E 2 made them until OpenAI shut it down on 2026-05-12; servers such as Xinference still have it. The service takes squares:
 * other shapes are stretched on the way out and back.
 */
export const openaiVariation = defineImageService<z.infer<typeof settings>>({
  name: 'openai-variation',
  summary: 'a variation of the source by a server that still has /v1/images/variations',
  cost: 'by the table of prices: 0.016 USD an image as dall-e-2 at 256x256; for a server of your own, what you set',
  speed: 'as the server is, four images at a time',
  privacy: 'each source leaves the machine for each of its variations; needs consent',
  needs: 'OPENAI_BASE_URL of a server that has it (OpenAI shut its own down on 2026-05-12), OPENAI_API_KEY',
  settings,
  sends: ({ model }) =>
    `each source image as an 8-bit grey PNG without metadata, enlarged to a square of 256 pixels a side at least; the model's name (${model})`,
  size(source, { size }) {
    if (size === 'smallest') return variationSize(source)
    const side = Number(size.split('x')[0])
    return { width: side, height: side }
  },
  send: (images, image, { model, size }) =>
    images.createVariation({ image, model, n: 1, size: size as '256x256', response_format: 'b64_json' }),
  gone: (message, host) =>
    `${message}: ${host} has no /v1/images/variations (OpenAI shut it down on 2026-05-12); set OPENAI_BASE_URL to a server that has it, such as ` +
    "Xinference, or use the generator 'openai-edit'",
})
