// Writes schema/spec.schema.json, the JSON Schema of a study's spec that ships with the package; run it after a change of src/core/study/spec.ts:
//     npm run schema
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { specSchema } from '../src/core/study/specSchema.ts'

const file = fileURLToPath(new URL('../schema/spec.schema.json', import.meta.url))
mkdirSync(fileURLToPath(new URL('../schema', import.meta.url)), { recursive: true })
writeFileSync(file, `${JSON.stringify(specSchema(), null, 2)}\n`)
