/** Names that stand for nothing in the database, with where to look. */
import { LabError } from '../core/shared/errors.ts'

export function noDataset(name: string): LabError {
  return new LabError('usage', `no dataset named ${name}; 'mri-lab data list' shows what there is`)
}

export function noStudy(name: string): LabError {
  return new LabError('usage', `no study named ${name}; 'mri-lab studies' shows what there is`)
}

export function noBankImage(id: number): LabError {
  return new LabError('usage', `no bank image ${id}; 'mri-lab synth list' shows what there is`)
}

export function noRun(id: number): LabError {
  return new LabError('usage', `no run ${id}; 'mri-lab runs' shows what there is`)
}
