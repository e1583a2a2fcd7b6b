import { type Config, type Machine, type RecordingPort, type RunningServer, run } from '#app'
import { seededRandom, silentLogger, systemRandom } from '#base'
import { authenticate } from '#calls'
import { RecordingFolder, type RecordingFolderOptions } from '#recordings'
import type { ScriptEngine } from '#script'
import type { SimChance } from './sim-chance.ts'
import type { SimCustomer } from './sim-customer.ts'
import { SimDatabase, type SimStore } from './sim-database.ts'
import { simPrompts, simSessions } from './sim-dialogue.ts'
import { SimMedia } from './sim-media.ts'
import type { SimNetwork } from './sim-network.ts'
import { ProcessClock, type SimTime } from './sim-time.ts'

type Api = Parameters<Machine['openHttp']>[0]['api']

export interface SimNodeOptions {
  readonly seed: number
  readonly config: Config
  readonly host: string
  readonly time: SimTime
  readonly chance: SimChance
  readonly network: SimNetwork
  readonly store: SimStore
  readonly customer: SimCustomer
  readonly script: ScriptEngine
  readonly login: { readonly login: string; readonly pin: string }
  readonly onUp: () => void
  /** A planted bug. */
  readonly isUnseeded: boolean
}

/** Nobody records here, and no file is looked for. */
class SimRecordings implements RecordingPort {
  readonly folder: RecordingFolder

  constructor(options: RecordingFolderOptions) {
    this.folder = new RecordingFolder(options)
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {}

  async note(): Promise<void> {}
}

/** One process, from its start to its end. */
interface Life {
  readonly clock: ProcessClock
  readonly db: SimDatabase
  readonly media: SimMedia
}

/** How long the system's supervisor waits before it starts a server again that did not start. */
const START_AGAIN_MS = 2000

/** A server of the product, the whole of it, as one process of a simulated world. */
export class SimNode {
  readonly #options: SimNodeOptions
  #process: Life | undefined
  #server: RunningServer | undefined
  #api: Api | undefined
  #lives = 0
  lostCommits = 0
  lostNotifications = 0

  constructor(options: SimNodeOptions) {
    this.#options = options
  }

  get name(): string {
    return this.#options.config.node
  }

  get host(): string {
    return this.#options.host
  }

  /** It answers requests. */
  get isUp(): boolean {
    return this.#api !== undefined && this.#process?.clock.isRunning === true
  }

  /** Begins a new life; the world's time must move on for it to come up. */
  start(): void {
    void this.#run()
  }

  kill(): void {
    this.#process?.clock.kill()
    this.#options.network.forget(this.#options.host)
    this.#process = undefined
    this.#server = undefined
    this.#api = undefined
  }

  /** SIGSTOP and SIGCONT. */
  pause(): void {
    this.#process?.clock.stop()
  }

  resume(): void {
    this.#process?.clock.resume()
  }

  /** SIGTERM; resolves when the process has ended by itself. */
  async stop(): Promise<void> {
    const life = this.#process
    this.#api = undefined
    await this.#server?.stop()
    if (this.#process === life) this.kill()
  }

  /** Its wall clock jumps. */
  jump(byMs: number): void {
    if (this.#process !== undefined) this.#process.clock.wallOffsetMs += byMs
  }

  /** Nothing of it fails by chance any more. */
  heal(): void {
    this.lostCommits = 0
    this.lostNotifications = 0
    if (this.#process === undefined) return
    this.#process.db.lostCommits = 0
    this.#process.db.lostNotifications = 0
  }

  press(port: number, key: string): void {
    const life = this.#process
    life?.clock.when(() => life.media.press(port, key))
  }

  /** Never resolves where the process dies first. */
  async request(
    path: string,
    init: { method: string; body?: URLSearchParams; headers?: Record<string, string> },
  ): Promise<{ status: number; body: string }> {
    const [api, life] = [this.#api, this.#process]
    if (api === undefined || life === undefined) throw new Error('Nobody listens there.')
    const response = await api.request(path, init)
    const answer = { status: response.status, body: await response.text() }
    return new Promise((resolve) => life.clock.when(() => resolve(answer)))
  }

  async #run(): Promise<void> {
    const { config, host, time, chance, store } = this.#options
    this.#lives++
    const clock = new ProcessClock(time.clock)
    const db = new SimDatabase(store, clock, chance.fork())
    db.lostCommits = this.lostCommits
    db.lostNotifications = this.lostNotifications
    const media = new SimMedia(host, clock)
    const life = { clock, db, media }
    this.#process = life
    try {
      let api: Api | undefined
      const machine = this.#machine(life, (served) => {
        api = served
      })
      const server = await run(config, silentLogger, machine)
      await this.#rememberPin(server, db)
      if (this.#process !== life) return
      this.#server = server
      this.#api = api
      this.#options.onUp()
    } catch {
      // As where the store is away: systemd starts it again.
      if (this.#process !== life) return
      this.kill()
      time.clock.setTimer(START_AGAIN_MS, () => this.#process ?? this.start())
    }
  }

  /** The first check of a PIN is real work of another thread, which must not be part of a run. */
  async #rememberPin(server: RunningServer, db: SimDatabase): Promise<void> {
    const { login } = this.#options
    const remembered = db.near(() => authenticate(server.parts.calls, login))
    await this.#options.time.real(remembered)
  }

  #machine(life: Life, serve: (api: Api) => void): Machine {
    const { seed, config, host, network, customer, script, isUnseeded } = this.#options
    const { clock, db, media } = life
    return {
      clock,
      random: isUnseeded ? systemRandom : seededRandom(`${seed} ${config.node} ${this.#lives}`),
      lockDataFolder: () => () => undefined,
      openDatabase: () => db,
      migrate: async () => {},
      createFetch: () => customer.fetchOf(clock),
      sip: { transports: ['udp'], openUdp: network.open(host, clock) },
      openMedia: () => media,
      openSessions: ({ log }) => simSessions(script, log),
      openPrompts: () => simPrompts,
      openRecordings: (options) => new SimRecordings(options),
      openMetrics: () => SIM_METRICS,
      openHttp: (options) => ({
        address: { host, port: 8080 },
        start: async () => serve(options.api),
        stop: async () => {},
      }),
    }
  }
}

/** Nobody scrapes a simulated world, and what is killed there would listen for ever. */
const SIM_METRICS: ReturnType<Machine['openMetrics']> = {
  contentType: 'text/plain',
  start: async () => {},
  stop: async () => {},
  scrape: async () => '',
}
