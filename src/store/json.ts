import { z } from 'zod'

/** A JSON object whose fields the store doesn't know. */
export type JsonObject = Readonly<Record<string, unknown>>

/** A column of JSON text whose value is what `schema` says. */
export function jsonText<Value>(schema: z.ZodType<Value>): z.ZodType<Value, string> {
  return z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text)
      } catch {
        context.addIssue({ code: 'custom', message: 'not JSON' })
        return z.NEVER
      }
    })
    .pipe(schema)
}

/** A column of JSON text that holds an object. */
export const jsonObject: z.ZodType<JsonObject, string> = jsonText(z.record(z.string(), z.unknown()))
