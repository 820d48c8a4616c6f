import { expect, test } from 'vitest'
import { classNamer, DEFAULT_CLASSES, orderClasses } from '../../../src/core/dataset/classes.ts'

test('a raw label takes the known spelling when case, spaces, _ and - are ignored', () => {
  const name = classNamer({})
  expect(['Non_Demented', 'very mild-demented', 'MILDDEMENTED', 'Moderate_Demented'].map(name)).toEqual(DEFAULT_CLASSES)
  expect(name('Glioma_Tumor')).toBe('Glioma_Tumor')
  const own = classNamer({ classes: ['no tumour', 'Non Demented'] })
  expect(own('No_Tumour')).toBe('no tumour')
  expect(own('NonDemented')).toBe('Non Demented')
  expect(() => own('other')).toThrow(/'other'/)
})

test('labels are mapped first, and their targets spelled as known', () => {
  const name = classNamer({ labels: { 0: 'mild_demented', healthy: 'NonDemented' } })
  expect(['0', 'Healthy', 'sick'].map(name)).toEqual(['MildDemented', 'NonDemented', 'sick'])
})

test('order: as given; else by severity, others sorted after', () => {
  const counts = new Map([
    ['zeta', 1],
    ['MildDemented', 1],
    ['alpha', 2],
    ['NonDemented', 1],
  ])
  expect(orderClasses(counts, {})).toEqual(['NonDemented', 'MildDemented', 'alpha', 'zeta'])
  const classes = ['zeta', 'NonDemented', 'alpha', 'MildDemented']
  expect(orderClasses(counts, { classes })).toEqual(classes)
})

test('slips are named', () => {
  expect(() => classNamer({ classes: ['A', 'a'] })).toThrow(/twice/)
  expect(() => orderClasses(new Map(), {})).toThrow(/found none/)
})
