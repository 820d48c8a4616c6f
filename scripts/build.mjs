// Builds dist/: the TypeScript sources by tsc, the screens bundled with React and Ink, and one bundle of tfjs (core, all gradients, chained ops, the CPU backend).
// Why a bundle: Node resolves '@tensorflow/tfjs-core' to a file without the gradients, and the files that hold them cannot be
// loaded by Node (they import without extensions). See docs/decisions/0004-tfjs-bundled.md. And one of Observable Plot, for reports: see
// docs/decisions/0009-report-charts.md.
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { relative, resolve } from 'node:path'
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

await build({
  stdin: {
    contents: `export { axisX, axisY, dodgeY, dot, gridX, gridY, line, plot, ruleX, ruleY, text, tickX } from '@observablehq/plot';`,
    resolveDir: root,
    sourcefile: 'plot.js',
  },
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  banner: {
    js: '/* @observablehq/plot and the d3 modules it uses, Copyright Observable, Inc. and Mike Bostock, ISC License */',
  },
  outfile: 'dist/vendor/plot.js',
  logLevel: 'warning',
})

const tsc = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
  stdio: 'inherit',
})
if (tsc.status !== 0) process.exit(tsc.status ?? 1)
await bundleScreens()
chmodSync('dist/cli/main.js', 0o755)

/**
 * The screens with React and Ink as a few files instead of some five hundred: the first frame comes 70 ms sooner. Other rooms stay outside, so that
 * there is one of each class; terminal-image too, which is loaded when the first picture is drawn.
 */
async function bundleScreens() {
  const otherRooms = {
    name: 'other rooms',
    setup(bundler) {
      bundler.onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir }) => {
        const target = resolve(resolveDir, path)
        const rooms = ['core', 'store', 'runner', 'vendor'].map(room => `${resolve('dist', room)}/`)
        return rooms.some(room => target.startsWith(room))
          ? { path: relative(resolve('dist/ui'), target), external: true }
          : undefined
      })
    },
  }
  await build({
    entryPoints: ['dist/ui/open.js'],
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    outdir: 'dist/ui.bundle',
    chunkNames: 'screens-[hash]',
    define: { 'process.env.NODE_ENV': '"production"' },
    banner: {
      js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);',
    },
    external: ['react-devtools-core', 'terminal-image', 'sixel'],
    plugins: [otherRooms],
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    logLevel: 'warning',
  })
  // What the command line needs of the screens' room stays as files; the rest is in the bundle.
  const { metafile } = await build({
    entryPoints: ['dist/cli/main.js'],
    outdir: 'unused',
    external: ['*/open.js'],
    packages: 'external',
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    plugins: [otherRooms],
  })
  for (const file of readdirSync('dist/ui', { recursive: true, withFileTypes: true })) {
    const path = relative('.', resolve(file.parentPath, file.name))
    if (file.isFile() && !(path in metafile.inputs)) rmSync(path)
  }
  for (const name of readdirSync('dist/ui.bundle')) renameSync(`dist/ui.bundle/${name}`, `dist/ui/${name}`)
  rmSync('dist/ui.bundle', { recursive: true })
}
