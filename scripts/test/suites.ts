// What `npm test` runs, in this order: what is quick and basic first.

export interface CommandSuite {
  readonly kind: 'command'
  readonly name: string
  readonly title: string
  /** A program of a package, run by the project's own Node. Counts as one test. */
  readonly program: string
  readonly arguments: readonly string[]
  readonly timeLimitSeconds: number
}

export interface FileSuite {
  readonly kind: 'files'
  readonly name: string
  readonly title: string
  /** Under the root. */
  readonly patterns: readonly string[]
  /** Test files at once. */
  readonly concurrency: number
  /** A suite that takes longer hangs, and is ended. */
  readonly timeLimitSeconds: number
  readonly needsPeers?: boolean
  /** Its tests start the product in processes of their own. */
  readonly needsBuild?: boolean
  /**
   * Files that have no hooks of their own at top level run many to a process, so that a process and what
   * all of them import is not paid for a hundred times.
   */
  readonly sharesProcesses?: boolean
  /**
   * The same run twice gives the same: what fails is not run again. Elsewhere a file that failed runs once
   * more, alone, since real sockets and processes share two cores with whatever else the machine does; what
   * passes then is told as unsteady.
   */
  readonly isDeterministic?: boolean
}

export type Suite = CommandSuite | FileSuite

/** The rooms whose tests work on a database. */
const ON_DATABASE = 'store|calls|schedule|results|recordings|api'
const BESIDE = '**/!(*.slow).test.{ts,tsx}'

export const SUITES: readonly Suite[] = [
  {
    kind: 'command',
    name: 'lint',
    title: 'format and lint',
    program: 'node_modules/@biomejs/biome/bin/biome',
    arguments: ['check', '--colors=off'],
    timeLimitSeconds: 120,
  },
  {
    kind: 'command',
    name: 'types',
    title: 'types',
    program: 'node_modules/typescript/bin/tsc',
    arguments: ['--noEmit', '--pretty', 'false'],
    timeLimitSeconds: 180,
  },
  {
    kind: 'command',
    name: 'islands',
    title: 'types of what runs in browsers',
    program: 'node_modules/typescript/bin/tsc',
    arguments: ['-p', 'tsconfig.islands.json', '--pretty', 'false'],
    timeLimitSeconds: 120,
  },
  { ...files('tidy', ['test/tidy/**/*.test.ts'], 1, 120), isDeterministic: true },
  {
    ...files(
      'unit',
      [`src/!(${ON_DATABASE})/${BESIDE}`, 'scripts/**/*.test.ts', 'test/fuzz/**/*.test.ts'],
      2,
      300,
    ),
    sharesProcesses: true,
  },
  // Beside their sources as well, on a database each.
  { ...files('database', [`src/@(${ON_DATABASE})/${BESIDE}`], 2, 300), sharesProcesses: true },
  // Beside their sources as well, but they must wait for seconds, or are allowed to use them up.
  files('slow', ['src/**/*.slow.test.ts'], 2, 300),
  files('scenarios', ['test/scenarios/**/*.test.ts'], 1, 300),
  {
    ...files('conformance', ['test/conformance/**/*.test.ts'], 2, 300),
    needsPeers: true,
    needsBuild: true,
  },
  { ...files('simulation', ['test/simulation/**/*.test.ts'], 1, 1200), isDeterministic: true },
  files('deliveries', ['test/deliveries/**/*.test.ts'], 1, 300),
  // Mostly they wait: for a phone that rings, a prompt that plays, a server that starts.
  {
    ...files('integration', ['test/integration/**/*.test.ts'], 2, 2400),
    needsPeers: true,
    needsBuild: true,
  },
  // A browser and a server of their own for each file; they wait for one another much of the time.
  { ...files('web', ['test/web/**/*.test.ts'], 3, 900), needsPeers: true },
  files('package', ['test/package/**/*.test.ts'], 1, 600),
]

function files(
  name: string,
  patterns: readonly string[],
  concurrency: number,
  timeLimitSeconds: number,
): FileSuite {
  return { kind: 'files', name, title: name, patterns, concurrency, timeLimitSeconds }
}
