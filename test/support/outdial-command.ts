import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..', '..')

/** The command as this checkout runs it. */
export const OUTDIAL_OF_SOURCES = join(ROOT, 'bin', 'outdial')

/** The command as its users start it: what `npm test` has built of this checkout, else the sources. */
export const OUTDIAL = join(process.env['OUTDIAL_TEST_BUILD'] ?? ROOT, 'bin', 'outdial')

/**
 * How long a command is waited for. One that opens the store loads all of the server, which is a second or two of a
 * processor, and many times that where several test files and whatever else share two of them; who hangs, hangs for ever.
 */
const PATIENCE_MS = 300_000

/** Commands are started hundreds of times: what each would compile anew takes half of their time. */
export const COMPILE_CACHE = join(ROOT, 'node_modules', '.cache', 'commands')

export interface CommandOptions {
  /** The working folder. */
  readonly cwd: string
  /** Settings; nothing of our own environment but PATH and HOME is handed on. */
  readonly env?: Readonly<Record<string, string>>
  /** Default: `OUTDIAL`. */
  readonly program?: string
  /** It has a terminal, on which `type` types; what it prints on either stream comes on `stdout`. */
  readonly terminal?: true
  /** All of its standard input; absent: it has none. */
  readonly input?: string
}

export interface CommandEnd {
  /** The exit status, or the signal that ended it. */
  readonly status: number | NodeJS.Signals
  readonly stdout: string
  readonly stderr: string
}

/** `outdial` in a process of its own. */
export class OutdialCommand {
  stdout = ''
  stderr = ''
  readonly ended: Promise<CommandEnd>
  readonly #child: ChildProcess
  readonly #waiting = new Set<() => void>()
  readonly #words: string

  constructor(
    words: readonly string[],
    { cwd, env = {}, program = OUTDIAL, terminal, input }: CommandOptions,
  ) {
    const { PATH = '', HOME = '' } = process.env
    this.#words = words.join(' ')
    const line = [program, ...words].map((word) => `'${word}'`).join(' ')
    // script(1) of util-linux runs a command on a terminal of its own, and hands on its exit status.
    const [file, given] = terminal
      ? (['script', ['--quiet', '--return', '--command', line, '/dev/null']] as const)
      : ([program, words] as const)
    const child = spawn(file, given, {
      cwd,
      // A login of whoever runs the tests is none of theirs.
      env: {
        ...{ PATH, HOME, XDG_CONFIG_HOME: join(cwd, '.config') },
        NODE_COMPILE_CACHE: COMPILE_CACHE,
        ...env,
      },
      stdio: [terminal || input !== undefined ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    })
    if (input !== undefined) child.stdin?.end(input)
    this.#child = child
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text
      this.#look()
    })
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text
      this.#look()
    })
    this.ended = once(child, 'close').then(([code, signal]) => {
      this.#look()
      return { status: signal ?? code, stdout: this.stdout, stderr: this.stderr }
    })
  }

  /** What `pattern` matches in what was printed so far or will be, on either stream. */
  async says(pattern: RegExp, deadlineMs = PATIENCE_MS): Promise<RegExpExecArray> {
    const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>()
    const fail = (why: string): void =>
      reject(new Error(`outdial ${this.#words} ${why}: ${pattern}\n${this.stdout}${this.stderr}`))
    const timer = setTimeout(() => fail(`did not say in ${deadlineMs} ms`), deadlineMs)
    const look = (): void => {
      const match = pattern.exec(this.stdout) ?? pattern.exec(this.stderr)
      if (match !== null) resolve(match)
    }
    this.#waiting.add(look)
    look()
    void this.ended.then(() => fail('ended without saying'))
    return promise.finally(() => {
      clearTimeout(timer)
      this.#waiting.delete(look)
    })
  }

  /** Ctrl-C is `\x03`. */
  type(text: string): void {
    this.#child.stdin?.write(text)
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  #look(): void {
    for (const look of this.#waiting) look()
  }
}

/** Runs a command to its end; one that has none after `deadlineMs` is ended with SIGKILL. */
export async function runOutdial(
  words: readonly string[],
  options: CommandOptions,
  deadlineMs = PATIENCE_MS,
): Promise<CommandEnd> {
  const command = new OutdialCommand(words, options)
  const timer = setTimeout(() => command.kill('SIGKILL'), deadlineMs)
  return command.ended.finally(() => clearTimeout(timer))
}
