/** A process that waits for lines of JSON and answers each with one: what is measured, ours or a peer's, one process each. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

export class PeerProcess {
  private readonly child: ChildProcess
  private readonly answers: AsyncIterator<string>

  constructor(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...env } })
    this.answers = createInterface({ input: this.child.stdout! })[Symbol.asyncIterator]()
  }

  /** The next line it writes; null where it ended without one. */
  async next(): Promise<Record<string, unknown> | null> {
    const line = await this.answers.next()
    return line.done === true ? null : (JSON.parse(line.value) as Record<string, unknown>)
  }

  ask(question: unknown): Promise<Record<string, unknown> | null> {
    this.child.stdin!.write(`${JSON.stringify(question)}\n`)
    return this.next()
  }

  end(): void {
    this.child.stdin!.end()
  }
}
