// Completes package-lock.json after an `npm install` from a registry that lacks packages for other platforms: npm leaves those out,
// and `npm ci` then refuses the lock file ("Missing: @biomejs/cli-darwin-arm64@ from lock file"). Adds an entry for each optional
// platform package that another package names; it has no checksum, and is not fetched where its platform does not fit.
import { readFileSync, writeFileSync } from 'node:fs'

const path = new URL('../package-lock.json', import.meta.url)
const lock = JSON.parse(readFileSync(path, 'utf8'))
const { '': root, ...packages } = lock.packages
const there = new Set(Object.keys(packages).map(place => place.slice(place.lastIndexOf('node_modules/') + 13)))
const added = []
for (const { dev, optionalDependencies = {} } of Object.values(packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    if (there.has(name)) continue
    const platform =
      /(android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|aix|win32|wasi)-?([a-z0-9]+)?(?:-(.*))?$/.exec(name)
    if (platform === null || !/^\d/.test(version)) {
      console.error(`complete-lock: cannot tell the platform of ${name}@${version}`)
      process.exit(1)
    }
    const [, os, cpu, abi = ''] = platform
    packages[`node_modules/${name}`] = {
      version,
      ...(cpu ? { cpu: [cpu] } : {}),
      ...(dev ? { dev } : {}),
      ...(os === 'linux' ? { libc: [abi.includes('musl') ? 'musl' : 'glibc'] } : {}),
      optional: true,
      os: [os],
    }
    there.add(name)
    added.push(name)
  }
}
const sorted = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)))
if (added.length > 0) writeFileSync(path, `${JSON.stringify({ ...lock, packages: { '': root, ...sorted } }, null, 2)}\n`)
console.log(added.length > 0 ? `added ${added.join(', ')}` : 'nothing was missing')
