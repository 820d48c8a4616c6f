/** The JSON Schema of a spec's file, for editors and other programs: made of the schema that `run` itself checks by. */
import { z } from 'zod'
import { declaredContrast } from './contrastSpec.ts'
import { customPolicy, POLICIES } from './policies.ts'
import { schema } from './spec.ts'

/** Fields that take one value for all models, or an object by model. */
const BY_MODEL = ['epochs', 'batch', 'microBatch', 'size', 'optimizer.learningRate']

type Json = z.core.JSONSchema.BaseSchema

/** JSON Schema, draft 2020-12. What goes beyond it (two scenarios of one name, a class that the dataset has not) is told by `run`. */
export function specSchema(): Json {
  const made = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', override: completed })
  const { $schema: _, ...rest } = made
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: "A study's spec of MRI Lab",
    description: "What 'mri-lab run SPEC.json' trains. Field by field: 'mri-lab run --print-spec quick' prints one.",
    ...rest,
  }
}

/** What zod cannot say of a field that it reads in two ways. */
function completed({ path, jsonSchema }: { readonly path: readonly (string | number)[]; readonly jsonSchema: Json }): void {
  const field = path.filter(step => step !== 'properties').join('.')
  if (field === 'policies.items') Object.assign(jsonSchema, { anyOf: [{ enum: [...POLICIES] }, written(customPolicy)] })
  if (field === 'contrasts') {
    const one = { anyOf: [{ const: 'default' }, written(declaredContrast)] }
    Object.assign(jsonSchema, { anyOf: [{ const: 'default' }, { type: 'array', items: one }] })
  }
  if (BY_MODEL.includes(field) && jsonSchema.anyOf === undefined) byModel(jsonSchema)
}

/** The object's own schema, or a number as its fields take it. */
function byModel(json: Json): void {
  const { default: usual, ...object } = json
  const [value] = Object.values(object.properties ?? {})
  const fields = typeof object.additionalProperties === 'object' ? object.additionalProperties : value
  if (typeof fields !== 'object') return
  const { default: _, ...number } = fields
  for (const key of Object.keys(json)) Reflect.deleteProperty(json, key)
  Object.assign(json, { anyOf: [number, object] }, usual === undefined ? {} : { default: usual })
}

function written(part: z.ZodType): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(part, { io: 'input', unrepresentable: 'any' })
  return rest
}
