/** The JSON Schema of a search spec's file, for editors and other programs: that of a study's spec without what a search decides, and `search`. */
import { z } from 'zod'
import { specSchema } from '../specSchema.ts'
import { CHOSEN, LONGEST_NAME, schema } from './spec.ts'

type Json = z.core.JSONSchema.BaseSchema

/** JSON Schema, draft 2020-12. What goes beyond it (a class that the dataset has not, a budget that is too small) is told by `search`. */
export function searchSchema(): Json {
  const { properties: all = {}, required = [], ...rest } = specSchema()
  const { $schema: _, ...search } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  const own = Object.entries(all).filter(([field]) => !CHOSEN.some(chosen => chosen === field))
  const { models, policies, name, ...others } = Object.fromEntries(own)
  return {
    ...rest,
    title: 'A search spec of MRI Lab',
    description: "What 'mri-lab search SPEC.json' searches (docs/search.md).",
    properties: {
      ...{ ...others, name: { ...object(name), maxLength: LONGEST_NAME } },
      ...{ models: { ...object(models), maxItems: 1 }, policies: { ...object(policies), maxItems: 1 } },
      search,
    },
    required: [...required.filter(field => own.some(([name]) => name === field) && field !== 'policies'), 'search'],
  }
}

function object(part: unknown): object {
  return typeof part === 'object' && part !== null ? part : {}
}
