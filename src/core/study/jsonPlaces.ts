/** Where in a JSON text each value stands, so that errors can name the line. `JSON.parse` reads the values themselves. */

export interface JsonPlaces {
  /** Lines, from 1, of the values, by their path as JSON: `["scenarios",1,"real"]`. A member of an object has the line of its name. */
  readonly lines: ReadonlyMap<string, number>
  /** The line and column, from 1, of the first thing that is no JSON; null where all of it is. */
  readonly fault: { readonly line: number; readonly column: number } | null
}

const TOKEN =
  /\s*("(?:[^"\\\p{Cc}]|\\["\\/bfnrt]|\\u[\da-fA-F]{4})*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[{}[\],:])/uy
/** Deeper ones are no spec. */
const DEEPEST = 100

class Fault extends Error {}

export function jsonPlaces(text: string): JsonPlaces {
  const lines = new Map<string, number>()
  let at = 0
  const lineOf = (offset: number): number => text.slice(0, offset).split('\n').length
  /** The next token and where it begins, which is not taken. */
  const look = (): { readonly token: string; readonly start: number; readonly end: number } => {
    TOKEN.lastIndex = at
    const token = TOKEN.exec(text)?.[1]
    if (token === undefined) {
      at += /^\s*/.exec(text.slice(at))![0].length
      throw new Fault()
    }
    return { token, start: TOKEN.lastIndex - token.length, end: TOKEN.lastIndex }
  }
  const take = (wanted: (token: string) => boolean): string => {
    const { token, start, end } = look()
    at = start
    if (!wanted(token)) throw new Fault()
    at = end
    return token
  }
  const list = (end: string, item: (index: number) => void): void => {
    if (look().token !== end) {
      for (let index = 0; ; index++) {
        item(index)
        if (take(token => token === ',' || token === end) === end) return
      }
    }
    take(token => token === end)
  }
  const value = (path: readonly (string | number)[], line?: number): void => {
    const { start } = look()
    if (path.length > DEEPEST) throw new Fault()
    lines.set(JSON.stringify(path), line ?? lineOf(start))
    const token = take(one => !['}', ']', ',', ':'].includes(one))
    if (token === '[') list(']', index => value([...path, index]))
    if (token !== '{') return
    list('}', () => {
      const { start } = look()
      const name = JSON.parse(take(one => one.startsWith('"'))) as string
      take(one => one === ':')
      value([...path, name], lineOf(start))
    })
  }
  try {
    value([])
    if (text.slice(at).trim() === '') return { lines, fault: null }
    at += /^\s*/.exec(text.slice(at))![0].length
  } catch (error) {
    if (!(error instanceof Fault || error instanceof SyntaxError)) throw error
  }
  const before = text.slice(0, at).split('\n')
  return { lines, fault: { line: before.length, column: before.at(-1)!.length + 1 } }
}

/** The line of a value, or of the nearest one around it that the text has, but for the whole; null where there is none. */
export function lineAt({ lines }: JsonPlaces, path: readonly (string | number)[]): number | null {
  for (let end = path.length; end > 0; end--) {
    const line = lines.get(JSON.stringify(path.slice(0, end)))
    if (line !== undefined) return line
  }
  return null
}
