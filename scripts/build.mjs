// Builds dist/: the TypeScript sources by tsc, and one bundle of tfjs (core, all gradients, chained ops, the CPU backend).
// Why a bundle: Node resolves '@tensorflow/tfjs-core' to a file without the gradients, and the files that hold them cannot be
// loaded by Node (they import without extensions). See docs/decisions/0004-tfjs-bundled.md.
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
process.chdir(root)
rmSync('dist', { recursive: true, force: true })
mkdirSync('dist/vendor', { recursive: true })

await build({
  stdin: {
    contents: `
      export * from '@tensorflow/tfjs-core';
      import '@tensorflow/tfjs-core/dist/register_all_gradients';
      import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';
      import '@tensorflow/tfjs-backend-cpu';`,
    resolveDir: root,
    sourcefile: 'tfjs.js',
  },
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  mainFields: ['module', 'main'],
  minifySyntax: true,
  minifyWhitespace: true,
  keepNames: true,
  legalComments: 'none',
  banner: {
    js: '/* @tensorflow/tfjs-core and @tensorflow/tfjs-backend-cpu 4.22.0, Copyright Google LLC, Apache License 2.0 */\nimport { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
  },
  external: ['node-fetch', 'string_decoder', 'crypto', 'buffer'],
  outfile: 'dist/vendor/tfjs.js',
  logLevel: 'warning',
})

const tsc = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
  stdio: 'inherit',
})
if (tsc.status !== 0) process.exit(tsc.status ?? 1)
chmodSync('dist/cli/main.js', 0o755)
