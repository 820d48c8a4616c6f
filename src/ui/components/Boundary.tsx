import { Component, type ReactNode } from 'react'

interface BoundaryProps {
  /** Another name mounts anew: a fault on one screen is none on the next. */
  readonly name: string
  readonly children: ReactNode
  readonly fallback: (error: Error) => ReactNode
}

interface BoundaryState {
  readonly name: string
  readonly error: Error | null
}

/** Keeps a fault within what it stands around. (React knows such boundaries as classes only.) */
export class Boundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = { name: this.props.name, error: null }

  static getDerivedStateFromError(thrown: unknown): Partial<BoundaryState> {
    return { error: thrown instanceof Error ? thrown : new Error(String(thrown)) }
  }

  static getDerivedStateFromProps({ name }: BoundaryProps, state: BoundaryState): BoundaryState | null {
    return name === state.name ? null : { name, error: null }
  }

  override render(): ReactNode {
    const { error } = this.state
    return error === null ? this.props.children : this.props.fallback(error)
  }
}
