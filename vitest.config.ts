import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

/** Compiled graphs of tests do not go to the user's own. */
const env = { XDG_CACHE_HOME: join(tmpdir(), 'mri-lab-test-cache'), ORT_DISABLE_TELEMETRY: '1' }

export default defineConfig({
  test: {
    passWithNoTests: true,
    maxWorkers: 2, // of its own it would leave one of two cores idle
    projects: [
      {
        test: {
          name: 'fast',
          env,
          include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
          exclude: ['test/**/*.long.test.ts'],
          pool: 'forks',
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'long',
          env,
          include: ['test/**/*.long.test.ts'],
          pool: 'forks',
          testTimeout: 1_800_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
