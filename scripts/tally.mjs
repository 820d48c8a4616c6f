// Adds up vitest's JSON reports: `node scripts/tally.mjs EXIT:REPORT.json ...` prints every skipped and failed test, then a last
// line `P F` of passed and failed ones. EXIT is vitest's exit code: one that no failed test accounts for counts as a failure.
import { existsSync, readFileSync } from 'node:fs'

let passed = 0
let failed = 0
for (const argument of process.argv.slice(2)) {
  const [, exit = '', path = ''] = /^(\d+):(.*)$/.exec(argument) ?? []
  const files = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).testResults : []
  const tests = files.flatMap(file => file.assertionResults.map(test => ({ ...test, file: file.name })))
  const failures = tests.filter(test => test.status === 'failed')
  const broken = files.filter(
    file => file.status === 'failed' && !file.assertionResults.some(test => test.status === 'failed'),
  )
  for (const { file, fullName, status } of tests) {
    if (status !== 'passed' && status !== 'failed') console.log(`SKIPPED  ${file}: ${fullName}`)
  }
  for (const { file, fullName } of failures) console.log(`FAILED   ${file}: ${fullName}`)
  for (const { name, message } of broken) console.log(`FAILED   ${name}: ${String(message).split('\n')[0]}`)
  passed += tests.filter(test => test.status === 'passed').length
  failed += failures.length + broken.length
  if (exit !== '0' && failures.length + broken.length === 0) {
    console.log(`FAILED   ${path}: vitest ended with exit code ${exit} for another reason than a test`)
    failed++
  }
  if (tests.length === 0) console.log(`NO TESTS in ${path}`)
}
console.log(`${passed} ${failed}`)
