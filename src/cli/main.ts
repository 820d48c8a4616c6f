#!/usr/bin/env node
/*
 * The program's entry. This file alone must be readable by Nodes that are too old for the rest (a test holds its syntax to
 * that), so it imports nothing until it has looked at the version. An old Node exits 4: the program cannot run here.
 */
const found = process.versions.node.split('.').map(Number)
const major = found[0] || 0
const minor = found[1] || 0
if (major < 22 || (major === 22 && minor < 14)) {
  process.stderr.write(
    `mri-lab: this is Node ${process.versions.node}, and Node 22.14 or newer is needed: install one from nodejs.org\n`,
  )
  process.exitCode = 4
} else {
  process.report.excludeEnv = true // what Node may write of a crash would hold the keys of services
  // From 1.29 on onnxruntime reports its use to Microsoft unless told not to before it is loaded (microsoft/onnxruntime#27379); the runner and its
  // trainers inherit this.
  process.env.ORT_DISABLE_TELEMETRY = '1'
  import('node:module').then(({ enableCompileCache }) => {
    enableCompileCache() // compiling takes a third of the time until the first frame; Node keeps what it compiled beside its other temporary files
    return import('./program.ts').then(program => program.main(process.argv.slice(2)))
  })
}
