import type { RandomStream } from './random.ts'

/** Draws from a normal distribution of mean 0, two independent numbers of two uniform ones (Box and Muller 1958). */
export function normalDraws(stream: RandomStream, deviation: number): () => number {
  let spare: number | null = null
  return () => {
    if (spare !== null) {
      const second = spare
      spare = null
      return second
    }
    const radius = deviation * Math.sqrt(-2 * Math.log(1 - stream.uniform())) // 1 - u is never 0
    const angle = 2 * Math.PI * stream.uniform()
    spare = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }
}
