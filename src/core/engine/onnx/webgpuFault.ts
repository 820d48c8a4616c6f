/** What a GPU does in mid-work, as errors that say what to do about it. */
import { LabError, messageOf } from '../../shared/errors.ts'

/**
 * The driver gave the device up (a reset, a fault, a card that fell off the bus). Every session and buffer of this process on it is dead; the
 * same work can succeed in a new process.
 */
export class DeviceLostError extends LabError {
  constructor(doing: string, cause: unknown) {
    super('failed', `the GPU was lost in '${doing}' (${said(cause)}): start it again, or use --engine onnx-cpu`, { cause })
  }
}

/** The error of `doing`, for people, from what onnxruntime threw in it. */
export function gpuFault(doing: string, cause: unknown): LabError {
  if (cause instanceof LabError) return cause
  const message = said(cause)
  if (/\blost\b/i.test(message)) return new DeviceLostError(doing, cause)
  // Dawn hands out an invalid buffer where it could not allocate one, and complains at its first use.
  if (/out of (device )?memory|invalid buffer/i.test(message)) {
    return new LabError('failed', `the GPU has too little memory for '${doing}': use a smaller --batch (${message})`, {
      cause,
    })
  }
  return new LabError('failed', `the GPU failed in '${doing}': ${message}`, { cause })
}

/** What onnxruntime says, without the C++ expression that failed. */
export function said(thrown: unknown): string {
  return messageOf(thrown).replace(/^.* was false\. /, '')
}
