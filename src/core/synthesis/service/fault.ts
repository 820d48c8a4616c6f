/** What can go wrong with one request, by what is to be done about it. */
export type FaultKind =
  /** Turned away or never sent: costs nothing, asked again. */
  | 'busy'
  /** Never sent, because nothing is there. */
  | 'unreachable'
  /** Nobody knows whether the service did the work: counts as spent, asked again. */
  | 'unknown'
  /** An answer without an image that can be used: counts as spent, asked again. */
  | 'unusable'
  /** By the service's rules for content: costs nothing, this image is given up. */
  | 'refused'
  /** No such model or address (404, 410): costs nothing, nothing more is asked. */
  | 'gone'
  /** Every other request would fare the same: costs nothing, nothing more is asked. */
  | 'fatal'

/** Its message is short, on one line, and holds no key. */
export class ServiceFault extends Error {
  readonly kind: FaultKind
  /** Milliseconds that the service asked to wait. */
  readonly delay: number | null
  /** For `unusable`: what the service counted, in millionths of a USD. */
  readonly micros: number | null

  constructor(
    kind: FaultKind,
    message: string,
    told: { readonly delay?: number | null; readonly micros?: number | null } = {},
  ) {
    super(message)
    this.name = 'ServiceFault'
    this.kind = kind
    this.delay = told.delay ?? null
    this.micros = told.micros ?? null
  }
}
