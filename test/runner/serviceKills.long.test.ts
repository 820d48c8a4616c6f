import { it } from 'vitest'
import { surviveKills } from './askerLives.ts'
import { serviceLab } from './serviceLab.ts'

it('forty kills lose nothing that arrived', async () => {
  await surviveKills(await serviceLab(), 40, 60)
})
