/** How far the making of synthetic images is. */
import type { Context } from './context.ts'
import type { Progress } from './progress.ts'

/** Progress of images, and before them of each training that they need. */
export function synthProgress(context: Context, label: string, total: number) {
  let bar: Progress | null = null
  let training: { readonly step: number; readonly total: number } | null = null
  const end = (): void => {
    bar?.end()
    bar = null
  }
  return {
    end,
    images(count: number): void {
      training = null
      bar ??= context.progress({ label, unit: 'images', total })
      bar.update(count)
    },
    training(step: number, steps: number, note: string): void {
      if (bar === null) {
        context.note(
          step === 0
            ? `${label} learns the training images first, once: ${steps} steps`
            : `${label} goes on learning at step ${step} of ${steps}`,
        )
        bar = context.progress({ label: `${label}: training`, unit: 'steps', total: steps, from: step })
      }
      bar.update(step, note)
      training = step < steps ? { step, total: steps } : null
      if (step === steps) end()
    },
    /** Of a training that did not come to its end. */
    trained: (): string =>
      training === null ? '' : `${training.step} of ${training.total} steps of training are taken and kept, `,
  }
}
