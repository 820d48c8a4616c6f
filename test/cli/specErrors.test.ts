import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { jsonPlaces, lineAt } from '../../src/core/study/index.ts'
import { runLab, workingFolder } from './program.ts'

const SPEC = `{
  "name": "one", "dataset": "sample", "models": ["cnn"], "policies": ["none"],
  "scenarios": [
    { "name": "100/0", "real": 1 },
    { "name": "80/0", "real": 0.8 }
  ],
  "runs": 2
}`

describe("a spec's file that is wrong is refused with its line and field", () => {
  it.each([
    ['an empty file', '\n', [], 3, /^mri-lab: spec\.json: the file is empty;/],
    ['a list', '[]', [], 2, /^mri-lab: spec\.json: not a spec/],
    ['text that is no JSON', SPEC.replace('"runs"', 'runs'), [], 3, /^mri-lab: spec\.json: not JSON at line 7, column 3: /],
    ['a word cut short', SPEC.replace('2\n}', 'tru\n}'), [], 3, /^mri-lab: spec\.json: not JSON at line 7, column 11: /],
    ['the end missing', SPEC.slice(0, -1), [], 3, /^mri-lab: spec\.json: not JSON at line 8, column 1: /],
    ['a field missing', SPEC.replace('"dataset": "sample", ', ''), [], 2, /: dataset: is missing$/],
    ['a field unknown', SPEC.replace('"runs"', '"rums"'), [], 2, /: rums \(line 7\): is no field of a spec$/],
    ['a number too large', SPEC.replace('0.8', '8'), [], 2, /: scenarios\[1\]\.real \(line 5\): must be at most 1$/],
    ['no whole number', SPEC.replace('2\n', '2.5\n'), [], 2, /: runs \(line 7\): must be a whole number, not 2\.5$/],
    ['text for a number', SPEC.replace('2\n', '"2"\n'), [], 2, /: runs \(line 7\): must be a number, not "2"$/],
    [
      'no model',
      SPEC.replace('cnn', 'dog'),
      [],
      2,
      /: models\[0\] \(line 2\): must be "cnn" or "resnet18" or "vit", not "dog"$/,
    ],
    [
      'a fraction in words',
      SPEC.replace('0.8', '"most"'),
      [],
      2,
      /: scenarios\[1\]\.real \(line 5\): must be a number from 0 to 1, or an object of such numbers by class$/,
    ],
    [
      'a contrast of cells that there are not',
      SPEC.replace('2\n', '2,\n"contrasts": [{"from": {"scenario": "100/0"},\n"to": {"scenario": "80/20"}}]'),
      [],
      2,
      /: contrasts\[0\]\.to\.scenario \(line 9\): there is no scenario '80\/20' in this spec; there are 100\/0, 80\/0$/,
    ],
    [
      'a contrast without an end',
      SPEC.replace('2\n', '2,\n"contrasts": [\n{"from": {"scenario": "100/0"}}]'),
      [],
      2,
      /: contrasts\[0\]\.to \(line 9\): is missing$/,
    ],
    [
      'a policy with a field unknown',
      SPEC.replace('"none"', '\n{"name": "mine", "flop": 1, "subPolicies": [[["Invert", 1, null]]]}'),
      [],
      2,
      /: policies\[0\]\.flop \(line 3\): is no field of a spec here$/,
    ],
    [
      'steps of a scenario that there is not',
      SPEC.replace('0.8 }', '0.8,\n"stepsOf": "90/0" }'),
      [],
      2,
      /: scenarios\[1\]\.stepsOf \(line 6\): there is no scenario '90\/0' in this spec/,
    ],
    ['more parity splits', SPEC.replace('2\n', '2, "splits": 3\n'), [], 2, /: splits \(line 7\): there is one parity split/],
    ['a flag over it', SPEC, ['--epochs', '1.5'], 2, /: epochs\.cnn \(--epochs\): must be a whole number, not 1\.5/],
    [
      'another flag',
      SPEC,
      ['--learning-rate', '-1'],
      2,
      /: optimizer\.learningRate\.cnn \(--learning-rate\): must be above 0/,
    ],
  ])('%s', async (_, text, flags, code, words) => {
    const cwd = workingFolder()
    writeFileSync(join(cwd, 'spec.json'), text)
    const ended = await runLab(['run', 'spec.json', ...flags], cwd)
    expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code, stdout: '' })
    expect(ended.stderr.trimEnd()).toMatch(words)
    expect(readdirSync(cwd)).toEqual(['spec.json'])
  })

  it('but one that begins with a byte order mark is read', async () => {
    const cwd = workingFolder()
    writeFileSync(join(cwd, 'spec.json'), `\uFEFF${SPEC}`)
    writeFileSync(join(cwd, 'mri-lab.config.json'), '\uFEFF{}')
    expect(await runLab(['run', 'spec.json', '--print-spec', '--json'], cwd)).toMatchObject({ code: 0, stderr: '' })
  })
})

it('a study that lacks synthetic images is refused before the sample is added', async () => {
  const cwd = workingFolder()
  const { code, stdout, stderr } = await runLab(['run', 'dissertation-cnn', '--db', 'new.db'], cwd)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(/^mri-lab: the bank lacks \d+ of the \d+ images of 'morph'.* --db \S*\/new\.db'\n$/)
  expect(readdirSync(cwd)).toEqual([])
}, 60_000)

describe('places in JSON', () => {
  it('are the lines of values, by their paths, and of what is around them where they are not there', () => {
    const places = jsonPlaces(SPEC)
    expect(places.fault).toBeNull()
    expect(lineAt(places, ['scenarios', 1, 'real'])).toBe(5)
    expect(lineAt(places, ['scenarios', 1, 'generator'])).toBe(5)
    expect(lineAt(places, ['runs', 'cnn'])).toBe(7)
    expect(lineAt(places, ['nothing'])).toBeNull()
  })

  it('are found in whatever JSON.parse takes, and a fault in whatever it refuses', () => {
    const texts = ['0', '-1.5e+3', '""', '"a\\u00e4\\"b"', '[]', '[[], {}]', '{"a": {"b": [1, null, true]}}', ' \t\n{ }\r\n']
    for (const text of texts) expect({ text, fault: jsonPlaces(text).fault }).toEqual({ text, fault: null })
    const wrong = [
      '',
      '01',
      '1.',
      '[1,]',
      '{"a"}',
      '{"a":}',
      '{,}',
      '"a\nb"',
      '"\\x"',
      'nul',
      '[1 2]',
      '{"a":1,}',
      '[',
      ']',
      '1 1',
    ]
    for (const text of wrong) {
      expect(() => JSON.parse(text)).toThrow(SyntaxError)
      expect({ text, found: jsonPlaces(text).fault !== null }).toEqual({ text, found: true })
    }
  })
})
