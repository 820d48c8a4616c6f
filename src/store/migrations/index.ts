import { first } from './0001-first.ts'
import { requests } from './0002-requests.ts'
import { calibrations } from './0003-calibrations.ts'
import { weights } from './0004-weights.ts'
import { divergence } from './0005-divergence.ts'
import { groups } from './0006-groups.ts'
import { evaluations } from './0007-evaluations.ts'
import { bank } from './0008-bank.ts'
import { services } from './0009-services.ts'
import { generatorModels } from './0010-generator-models.ts'
import { runLabels } from './0011-run-labels.ts'
import type { Migration } from './migration.ts'

/** Every step of the schema, oldest first, versions 1, 2, 3 ... */
export const MIGRATIONS: readonly Migration[] = [
  first,
  requests,
  calibrations,
  weights,
  divergence,
  groups,
  evaluations,
  bank,
  services,
  generatorModels,
  runLabels,
]
