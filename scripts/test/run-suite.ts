import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { ReportLine, TestResult } from './reporter.ts'
import type { CommandSuite, FileSuite, Suite } from './suites.ts'

export interface SuiteReport {
  readonly passed: number
  readonly failures: readonly Failure[]
  readonly skips: readonly Skip[]
  /** What failed beside other tests and passed when its file ran once more, alone: told, never hidden. */
  readonly unsteady: readonly Failure[]
}

export interface Failure {
  readonly place: string
  readonly name: string
  readonly detail: string
}

export interface Skip {
  readonly place: string
  readonly name: string
  readonly reason: string
}

/** Test files of `suite`, relative to `root`, sorted. */
export function suiteFiles(suite: FileSuite, root: string): string[] {
  return globSync([...suite.patterns], { cwd: root }).sort()
}

/** Runs one suite to its end or its time limit. Never rejects for what the tests do. */
export function runSuite(suite: Suite, root: string): Promise<SuiteReport> {
  return suite.kind === 'command' ? runCommand(suite, root) : runFiles(suite, root)
}

async function runCommand(suite: CommandSuite, root: string): Promise<SuiteReport> {
  const child = startNode([suite.program, ...suite.arguments], root)
  const limit = limitTime(child, suite.timeLimitSeconds)
  const output: string[] = []
  child.stdout?.on('data', (chunk) => output.push(String(chunk)))
  child.stderr?.on('data', (chunk) => output.push(String(chunk)))
  const [status] = await once(child, 'close')
  limit.clear()
  if (status === 0) return { passed: 1, failures: [], skips: [], unsteady: [] }
  const detail = limit.passed() ? `Ended after ${suite.timeLimitSeconds} s.` : output.join('')
  const failures = [{ place: suite.name, name: suite.title, detail }]
  return { passed: 0, failures, skips: [], unsteady: [] }
}

async function runFiles(suite: FileSuite, root: string): Promise<SuiteReport> {
  const files = suiteFiles(suite, root)
  const tally = new Tally(root)
  await runEach(files, suite, tally)
  const failed = files.filter((file) => !tally.isGood(file))
  if (failed.length > 0 && suite.isDeterministic !== true) {
    const again = new Tally(root)
    await runProcess(['--test-concurrency=1', ...failed], suite, again)
    tally.settle(failed, again)
  }
  return tally
}

async function runEach(files: readonly string[], suite: FileSuite, tally: Tally): Promise<void> {
  const { root } = tally
  const shared =
    suite.sharesProcesses === true ? files.filter((file) => hasNoHooks(file, root)) : []
  await Promise.all(
    deal(shared, suite.concurrency).map((batch) => {
      return runProcess(['--test-isolation=none', ...batch], suite, tally)
    }),
  )
  const own = files.filter((file) => !shared.includes(file))
  if (own.length > 0) {
    await runProcess([`--test-concurrency=${suite.concurrency}`, ...own], suite, tally)
  }
}

/** Hooks at the top of a file would run for every other file of its process as well. */
function hasNoHooks(file: string, root: string): boolean {
  return !/^(before|after|beforeEach|afterEach)\(/m.test(readFileSync(join(root, file), 'utf8'))
}

/** Into as many hands as there are, none of them empty. */
function deal(files: readonly string[], hands: number): string[][] {
  return Array.from({ length: Math.min(hands, files.length) }, (_, hand) =>
    files.filter((_, index) => index % hands === hand),
  )
}

/** One `node --test`; its results go into the tally. */
async function runProcess(words: readonly string[], suite: FileSuite, tally: Tally): Promise<void> {
  const reporter = new URL('./reporter.ts', import.meta.url).href
  const options = [`--test-reporter=${reporter}`, '--test-reporter-destination=stdout']
  const child = startNode(['--no-warnings', '--test', ...options, ...words], tally.root)
  const limit = limitTime(child, suite.timeLimitSeconds)
  const ownErrors: string[] = []
  child.stderr?.on('data', (chunk) => ownErrors.push(String(chunk)))
  const closed = once(child, 'close')
  if (child.stdout !== null) {
    for await (const line of createInterface({ input: child.stdout })) tally.add(line)
  }
  const [status] = await closed
  limit.clear()
  tally.addOutput()
  if (limit.passed()) tally.addHang(suite.timeLimitSeconds)
  else tally.addStatus(status, ownErrors.join(''))
}

/** What one file came to. */
interface FileReport {
  passed: number
  failures: Failure[]
  skips: Skip[]
  output: string
}

/** Counts what the reporter tells. */
class Tally implements SuiteReport {
  readonly root: string
  readonly unsteady: Failure[] = []
  /** By absolute path: the files that something was told of. */
  readonly #files = new Map<string, FileReport>()
  readonly #started = new Set<string>()
  /** What can be laid to no one file. */
  #runFailures: Failure[] = []

  constructor(root: string) {
    this.root = root
  }

  get passed(): number {
    return this.#all.reduce((sum, { passed }) => sum + passed, 0)
  }

  get failures(): Failure[] {
    return [...this.#all.flatMap(({ failures }) => failures), ...this.#runFailures]
  }

  get skips(): Skip[] {
    return this.#all.flatMap(({ skips }) => skips)
  }

  get #all(): FileReport[] {
    return [...this.#files.values()]
  }

  /** Whether the file has told results, and none of them bad. */
  isGood(file: string): boolean {
    const path = resolve(this.root, file)
    return this.#hasResults(path) && this.#file(path).failures.length === 0
  }

  /** Takes the second run of these files for theirs; what failed in the first alone was unsteady. */
  settle(files: readonly string[], again: Tally): void {
    for (const file of files) {
      const path = resolve(this.root, file)
      const report = again.#files.get(path)
      if (report === undefined) continue
      const failures = this.#files.get(path)?.failures ?? []
      if (report.failures.length === 0) this.unsteady.push(...failures)
      this.#files.set(path, report)
    }
    if (files.every((file) => again.isGood(file))) {
      this.unsteady.push(...this.#runFailures)
      this.#runFailures = []
    }
    this.#runFailures.push(...again.#runFailures)
  }

  add(text: string): void {
    const line = parseLine(text)
    if (line === undefined) return
    if (line.kind === 'file-started') this.#started.add(line.file)
    else if (line.kind === 'output') {
      const report = this.#file(resolve(this.root, line.file))
      report.output = (report.output + line.text).slice(-MAX_OUTPUT_CHARACTERS)
    } else this.#count(line)
  }

  /** A failed file's own words come after the results: they are told with its last failure. */
  addOutput(): void {
    for (const { failures, output } of this.#all) {
      const last = failures.pop()
      if (last === undefined) continue
      const words = output === '' ? '' : `\nStandard error of the file:\n${output}`
      failures.push({ ...last, detail: last.detail + words })
    }
  }

  addHang(timeLimitSeconds: number): void {
    const files = [...this.#started].filter((file) => !this.#hasResults(file))
    const place = files.map((file) => this.#relative(file)).join(', ') || 'after the last test'
    const detail = `Ended after ${timeLimitSeconds} s: a test or an open handle keeps it running.`
    this.#runFailures.push({ place, name: 'time limit', detail })
  }

  /** A run that ends badly without having said why must not pass. */
  addStatus(status: number | null, errors: string): void {
    if (status === 0 || this.failures.length > 0) return
    const detail = `The test runner ended with status ${status}.\n${errors}`
    this.#runFailures.push({ place: 'node --test', name: 'exit status', detail })
  }

  #count({ file, line, name, detail, result }: TestResult): void {
    const report = this.#file(file)
    const place = `${this.#relative(file)}:${line}`
    if (result === 'passed') report.passed++
    else if (result === 'skipped') report.skips.push({ place, name, reason: detail })
    else report.failures.push({ place, name, detail })
  }

  #file(path: string): FileReport {
    const known = this.#files.get(path)
    if (known !== undefined) return known
    const report: FileReport = { passed: 0, failures: [], skips: [], output: '' }
    this.#files.set(path, report)
    return report
  }

  #hasResults(path: string): boolean {
    const { passed = 0, failures = [], skips = [] } = this.#files.get(path) ?? {}
    return passed + failures.length + skips.length > 0
  }

  #relative(file: string): string {
    return relative(this.root, file)
  }
}

/** Of what a file wrote to standard error, so much of the end is shown where a test fails. */
const MAX_OUTPUT_CHARACTERS = 3_000

function parseLine(text: string): ReportLine | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** In a process group of its own, so that a hanging suite is ended with all that it started. */
function startNode(words: readonly string[], root: string): ChildProcess {
  return spawn(process.execPath, [...words], {
    cwd: root,
    detached: true,
    env: {
      // Nearly all test files load nearly all sources.
      NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'tests'),
      ...process.env,
      // set inside a test: there Node would take the run for a part of itself and report nothing
      NODE_TEST_CONTEXT: undefined,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

function limitTime(child: ChildProcess, seconds: number): { clear(): void; passed(): boolean } {
  let passed = false
  const end = (): void => endGroup(child, 'SIGKILL')
  const timer = setTimeout(() => {
    passed = true
    end()
  }, seconds * 1000)
  const interrupt = (): void => {
    end()
    process.exit(130)
  }
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
  return {
    passed: () => passed,
    clear: () => {
      clearTimeout(timer)
      process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
      endGroup(child, 'SIGTERM')
    },
  }
}

/** What is left of the group; nothing, as a rule. */
function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal)
  } catch {
    // all have ended
  }
}
