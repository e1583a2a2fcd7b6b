import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Config } from '#app'
import type { FailPoint } from '#base'
import { COMPILE_CACHE } from './outdial-command.ts'
import { until } from './until.ts'

const BUILD = process.env['OUTDIAL_TEST_BUILD']
/** As `npm test` has built it, else the source. */
const MAIN =
  BUILD === undefined
    ? join(import.meta.dirname, 'server-main.ts')
    : join(BUILD, 'lib', 'bundle', 'server-main.js')

/** A server that runs in a process of its own and may be killed. */
export class ServerProcess {
  readonly url: string
  readonly exited: Promise<NodeJS.Signals | number | null>
  readonly #child: ChildProcess
  readonly #printed: readonly string[]

  private constructor(child: ChildProcess, url: string, printed: readonly string[]) {
    this.#child = child
    this.#printed = printed
    this.url = url
    this.exited =
      child.exitCode !== null || child.signalCode !== null
        ? Promise.resolve(child.signalCode ?? child.exitCode)
        : once(child, 'exit').then(([code, signal]) => signal ?? code)
  }

  /**
   * Starts one and waits until it is ready. With a fail point it kills itself there. Rejects with
   * what it printed where it ends before it is ready.
   */
  static async start(config: Config, failPoint?: FailPoint): Promise<ServerProcess> {
    const args = [MAIN, JSON.stringify(config), ...(failPoint === undefined ? [] : [failPoint])]
    const child = spawn(process.execPath, ['--no-warnings', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { NODE_COMPILE_CACHE: COMPILE_CACHE, ...process.env },
    })
    const printed: string[] = []
    child.stderr.setEncoding('utf8').on('data', (text: string) => printed.push(text))
    const lines = createInterface({ input: child.stdout })
    const first = await Promise.race([
      once(lines, 'line').then(([line]) => String(line)),
      once(child, 'exit').then(() => undefined),
    ])
    if (first === undefined) throw new Error(`The server did not start: ${printed.join('')}`)
    const { host, port } = JSON.parse(first)
    if (process.env['OUTDIAL_TEST_LOG'] !== undefined) child.stderr.pipe(process.stderr)
    return new ServerProcess(child, `http://${host}:${port}`, printed)
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** All that it has logged so far. */
  get log(): string {
    return this.#printed.join('')
  }

  /** Waits until it has logged a text. */
  logged(text: string): Promise<void> {
    return until(async () => this.log.includes(text))
  }

  /** Harmless where it is dead. */
  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    this.#child.kill(signal)
  }

  /** Ends it gracefully; harmless where it is dead. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM')
    await this.exited
  }
}
