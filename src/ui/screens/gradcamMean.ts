/** The mean of several runs' maps of one image: what does not depend on the seed. */
import { useEffect, useState } from 'react'
import { messageOf } from '../../core/shared/errors.ts'
import type { ExplainRequest, Lab } from '../lab.ts'

export interface MeanMap {
  /** At the image's size, 0 to 1; null before the first run's. */
  readonly drawn: Float32Array | null
  /** Runs that are in it so far. */
  readonly runs: number
  /** Runs whose map could not be had. */
  readonly failed: number
  readonly error: string | null
}

const EMPTY: MeanMap = { drawn: null, runs: 0, failed: 0, error: null }

/** Asks one run after another for the same image, class and layer; `key` is JSON of the runs and the question, null asks nothing. */
export function useMeanMap(lab: Lab, key: string | null): MeanMap {
  const [mean, setMean] = useState<MeanMap>(EMPTY)
  useEffect(() => {
    setMean(EMPTY)
    if (key === null) return
    const { runs, request } = JSON.parse(key) as { runs: readonly number[]; request: Omit<ExplainRequest, 'run'> }
    let wanted = true
    const ask = async (): Promise<void> => {
      let sum: Float32Array | null = null
      let count = 0
      let failed = 0
      for (const run of runs) {
        if (!wanted) return
        try {
          const { drawn } = await lab.explain({ ...request, run })
          sum = added(sum, drawn)
          count++
        } catch (thrown) {
          failed++
          if (wanted && count === 0 && failed === runs.length) setMean({ ...EMPTY, failed, error: messageOf(thrown) })
          continue
        }
        if (wanted) setMean({ drawn: sum.map(value => value / count), runs: count, failed, error: null })
      }
    }
    void ask()
    return () => {
      wanted = false
    }
  }, [lab, key])
  return mean
}

/** Maps of other sizes cannot be added: the first one counts. */
function added(sum: Float32Array | null, map: Float32Array): Float32Array {
  if (sum === null || sum.length !== map.length) return Float32Array.from(map)
  return sum.map((value, i) => value + map[i]!)
}
