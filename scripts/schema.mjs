// Writes the JSON Schemas of specs that ship with the package, schema/spec.schema.json and schema/search.schema.json; run it after a change of
// src/core/study/spec.ts or src/core/study/search/spec.ts:
//     npm run schema
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { searchSchema } from '../src/core/study/search/searchSchema.ts'
import { specSchema } from '../src/core/study/specSchema.ts'

mkdirSync(fileURLToPath(new URL('../schema', import.meta.url)), { recursive: true })
for (const [name, schema] of Object.entries({ spec: specSchema(), search: searchSchema() })) {
  const file = fileURLToPath(new URL(`../schema/${name}.schema.json`, import.meta.url))
  writeFileSync(file, `${JSON.stringify(schema, null, 2)}\n`)
}
