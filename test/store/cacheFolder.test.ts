import { expect, it } from 'vitest'
import { graphFolder } from '../../src/store/index.ts'

it('lies where XDG says, else in the home folder', () => {
  expect(graphFolder({ XDG_CACHE_HOME: '/caches' }, '/home/a')).toBe('/caches/mri-lab/graphs')
  for (const env of [{}, { XDG_CACHE_HOME: '' }, { XDG_CACHE_HOME: 'relative' }]) {
    expect(graphFolder(env, '/home/a')).toBe('/home/a/.cache/mri-lab/graphs')
  }
})
