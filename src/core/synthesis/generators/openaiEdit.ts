import { z } from 'zod'
import { defineImageService } from '../service/imageService.ts'
import { editSize } from '../service/pictures.ts'

/** `{class}` stands for the image's class. */
const PROMPT =
  'This is a greyscale slice of a head from a magnetic resonance scanner, from an image set where it has the label {class}. ' +
  'Make another image such as this set could hold under the same label: the same view, orientation, framing, size of the head and contrast, with the small ' +
  'differences of shape and detail that another head would show. Pure greyscale on the same dark background; no text, marks, borders or colours.'

const prompt = z.string().min(1).max(32_000)
const settings = z.strictObject({
  model: z.string().min(1).default('gpt-image-2'),
  quality: z.string().min(1).default('low'),
  /** What is sent and comes back, as `1024x1024`; `smallest` is the smallest size of about the image's shape that the current models take. */
  size: z
    .string()
    .regex(/^(smallest|[1-9]\d{1,3}x[1-9]\d{1,3})$/, 'is no size such as 1024x1024')
    .default('smallest'),
  prompt: prompt.default(PROMPT),
  /** Prompts of some classes, in place of `prompt`. */
  prompts: z.record(z.string(), prompt).default({}),
  concurrency: z.int().min(1).max(64).default(4),
  seconds: z.number().positive().max(3600).default(300),
})

/** Edits by a service's `/v1/images/edits`: a prompt goes with each image. The current models take no small images: a source is enlarged, the answer shrunk. */
export const openaiEdit = defineImageService<z.infer<typeof settings>>({
  name: 'openai-edit',
  summary: "an edit of the source by a service's image model, with a prompt (images.edit)",
  cost: 'by the table of prices: up to 0.02 USD an image with gpt-image-2 at low quality',
  speed: 'some 40 s an image, four at a time',
  privacy: 'each source leaves the machine for each of its variations, with the name of its class; needs consent',
  needs: 'OPENAI_API_KEY; OPENAI_BASE_URL for another server than api.openai.com',
  settings,
  sends: ({ model, size }) =>
    `each source image as an 8-bit grey PNG without metadata, ${size === 'smallest' ? 'enlarged to 655,360 pixels' : `at ${size}`}; ` +
    `a prompt with the name of its class; the model's name (${model})`,
  size(source, { size }) {
    if (size === 'smallest') return editSize(source)
    const [width = 0, height = 0] = size.split('x').map(Number)
    return { width, height }
  },
  quality: ({ quality }) => quality,
  prompt: (order, chosen) => (chosen.prompts[order.class] ?? chosen.prompt).replaceAll('{class}', order.class),
  // `input_fidelity` is left out: the current models refuse it. So is `response_format`: they always give base64.
  send: (images, image, { model, size, quality, prompt }) =>
    images.edit({ image, model, prompt: prompt ?? '', n: 1, size, quality: quality as 'low' }),
  gone: (message, host, { model }) =>
    `${message}: ${host} has no /v1/images/edits or no model '${model}'; name another in mri-lab.config.json: {"generators": {"openai-edit": {"model": NAME}}}`,
})
