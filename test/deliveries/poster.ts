import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { ResultSettings } from '#results'

const MAIN = join(import.meta.dirname, 'poster-main.ts')

/** A node that does nothing but post results. */
export class Poster {
  readonly #child: ChildProcess

  private constructor(child: ChildProcess) {
    this.#child = child
  }

  static async start(url: string, settings: Partial<ResultSettings>): Promise<Poster> {
    const child = spawn(process.execPath, ['--no-warnings', MAIN, url, JSON.stringify(settings)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])
    if (child.exitCode !== null) throw new Error('The poster did not begin.')
    return new Poster(child)
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const exited = once(this.#child, 'exit')
    this.#child.kill(signal)
    await exited
  }
}
