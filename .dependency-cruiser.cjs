/**
 * The layers of the house: an import only ever points down. A room may import any room of a lower level, never one of its own
 * level or above; nothing imports from the tests.
 */
const SRC = '^src/'

/** Top first. */
const FLOORS = [['cli'], ['ui'], ['runner'], ['store'], ['core']]
const CORE_ROOMS = [
  ['report'],
  ['study'],
  ['synthesis', 'explain'],
  ['training'],
  ['models', 'augmentation'],
  ['engine', 'dataset'],
  ['stats', 'hub'],
  ['shared'],
]

/** One rule for each room: what is above it, or beside it. */
function downward(levels, prefix) {
  return levels
    .flatMap((rooms, level) =>
      rooms.map(room => {
        const forbidden = [...levels.slice(0, level).flat(), ...rooms.filter(other => other !== room)]
        return {
          name: `${prefix.replace('^src/', '')}${room} imports only downward`,
          severity: 'error',
          from: { path: `${prefix}${room}/` },
          to: { path: forbidden.map(other => `${prefix}${other}/`).join('|') },
        }
      }),
    )
    .filter(rule => rule.to.path !== '')
}

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...downward(FLOORS, SRC),
    ...downward(CORE_ROOMS, `${SRC}core/`),
    {
      // A circle that closes only through a type is none when the program runs.
      name: 'no circles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no imports from tests',
      severity: 'error',
      from: { path: '^(src|bench|scripts)/' },
      to: { path: '^test/' },
    },
    {
      name: 'core knows no database and no screen',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { path: 'node_modules/(better-sqlite3|@types/better-sqlite3|ink|react|@types/react|commander)/' },
    },
    {
      name: 'only the store opens databases',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(store|runner)/' },
      to: { path: 'node_modules/(better-sqlite3|@types/better-sqlite3)/' },
    },
    {
      name: 'components know nothing of the lab',
      severity: 'error',
      from: { path: '^src/ui/(components|pictures)/' },
      to: { path: '^src/', pathNot: '^src/ui/(components/|pictures/|format/|themes?\\.ts|hooks/useKeys\\.ts)' },
    },
    {
      name: 'what is imported exists',
      severity: 'error',
      from: { path: '^src/' },
      to: { couldNotResolve: true, pathNot: '^#|^@tensorflow/tfjs-node' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
}
