import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import {
  assert,
  type Clock,
  errorMessage,
  type Logger,
  OutdialError,
  type Random,
  randomUint32,
  type Service,
  siblingModule,
  systemRandom,
} from '#base'
import type { MediaStream } from './media-stream.ts'
import { DEFAULT_DELAY_MS } from './playout/jitter-buffer.ts'
import { PortRange } from './port-range.ts'
import { EngineStream, type StreamLink } from './stream.ts'
import {
  type Command,
  type Priority,
  type Report,
  systemMonotonicMs,
  type WorkerSettings,
} from './worker/messages.ts'
import { type Lateness, Meters } from './worker/meters.ts'

export interface MediaEngineOptions {
  readonly log: Logger
  readonly clock: Clock
  /** For SSRC, first sequence number, first timestamp and first port. Default the system's. */
  readonly random?: Random
  /** `raw`: libc's sockets (Linux, IPv4); `dgram`: Node's, anywhere. `auto`: raw where it works. */
  readonly driver?: 'raw' | 'dgram' | 'auto'
  /** The IP address that sockets are bound to. */
  readonly host: string
  /** Even ports of this range are used. Default: an even port that the system gives. */
  readonly ports?: { readonly low: number; readonly high: number }
  /** Default 4096. */
  readonly maxStreams?: number
  /** A recording stops growing after this. Default 3600. */
  readonly maxRecordingSeconds?: number
  /** Packets that would leave later than this are left out, a gap in time. Default 80. */
  readonly skipAfterMs?: number
  /**
   * How late a received packet may be and still be heard in its place, at first and at least; where more
   * are later, it grows. Default 40, below 500.
   */
  readonly playoutDelayMs?: number
  /** `auto` (default): the best scheduling the system grants; `none`: leave it. */
  readonly priority?: 'auto' | 'none'
}

/** RFC 7022 section 4.2: 96 bits at least. */
const CNAME_BYTES = 12
/** How long a stopping media thread has before it is ended from outside. */
const STOP_TIMEOUT_MS = 2000

/**
 * All media of a node: a thread of its own sends and receives every stream's packets on a 20 ms
 * grid, whatever the main thread does meanwhile. This side only passes commands and reports.
 */
export class MediaEngine implements Service {
  readonly #options: MediaEngineOptions
  readonly #random: Random
  readonly #ports: PortRange | undefined
  readonly #meters = new Meters()
  readonly #doorbell = new Int32Array(new SharedArrayBuffer(4))
  readonly #streams = new Map<number, EngineStream>()
  readonly #requests = new Map<number, PromiseWithResolvers<Report>>()
  #thread: MediaThread | undefined
  #lastNumber = 0

  /** @throws OutdialError `media-invalid-ports` */
  constructor(options: MediaEngineOptions) {
    this.#options = options
    this.#random = options.random ?? systemRandom
    this.#ports = options.ports && new PortRange(options.ports, this.#random)
  }

  /** @throws OutdialError `media-driver-unavailable` */
  async start(): Promise<void> {
    assert(this.#thread === undefined, 'a media engine is started once')
    const { port1: port, port2: workerPort } = new MessageChannel()
    const settings: WorkerSettings = {
      driver: this.#options.driver ?? 'auto',
      priority: this.#options.priority ?? 'auto',
      maxStreams: this.#options.maxStreams ?? 4096,
      maxRecordingSeconds: this.#options.maxRecordingSeconds ?? 3600,
      skipAfterMs: this.#options.skipAfterMs ?? 80,
      playoutDelayMs: this.#options.playoutDelayMs ?? DEFAULT_DELAY_MS,
      doorbell: this.#doorbell.buffer,
      meters: this.#meters.buffer,
      host: this.#options.host,
    }
    const worker = new Worker(siblingModule(import.meta.url, 'worker/media-worker'), {
      workerData: { settings, port: workerPort },
      transferList: [workerPort],
      name: 'outdial-media',
      // Flags of the main thread, such as an inline script's, are not for this one.
      execArgv: [],
    })
    const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
    const ready = this.#expect(0)
    port.on('message', (report: Report) => this.#receive(report))
    worker.on('error', (error) => this.#fail(error))
    this.#thread = { worker, port, exited, driver: 'dgram', priority: 'none' }
    const report = await ready
    if (report.kind === 'ready') Object.assign(this.#thread, report)
    const { driver, priority } = this.#thread
    this.#options.log.info('media-engine-started', { driver, priority, host: this.#options.host })
  }

  /** Ends every stream and the thread. */
  async stop(): Promise<void> {
    const thread = this.#thread
    if (!thread) return
    this.#post({ kind: 'stop' })
    const timer = this.#options.clock.setTimer(STOP_TIMEOUT_MS, () => {
      this.#options.log.warn('media-engine-stop-forced')
      void thread.worker.terminate()
    })
    await thread.exited
    timer.cancel()
    thread.port.close()
    this.#thread = undefined
    this.#abandon(closedError())
  }

  /** Which driver runs; undefined before `start` and after `stop`. */
  get driver(): 'raw' | 'dgram' | undefined {
    return this.#thread?.driver
  }

  /** Which scheduling the system granted the media thread. */
  get priority(): Priority {
    return this.#thread?.priority ?? 'none'
  }

  /** How late packets left, against their slots, since the start or `resetLateness`. */
  lateness(): Lateness {
    return this.#meters.lateness()
  }

  resetLateness(): void {
    this.#meters.resetLateness()
  }

  /** Time not spent waiting, and CPU time, of the media thread since its start, in ms. */
  get load(): { readonly busyMs: number; readonly cpuMs: number } {
    return { busyMs: this.#meters.busyMs, cpuMs: this.#meters.cpuMs }
  }

  get openStreams(): number {
    return this.#streams.size
  }

  /** @throws OutdialError `media-no-port`, `media-no-capacity`, `media-bind-failed`, `media-closed` */
  async openStream(): Promise<MediaStream> {
    if (!this.#thread) throw closedError()
    const stream = ++this.#lastNumber
    const { host } = this.#options
    for (const port of this.#ports?.candidates() ?? [0]) {
      const report = await this.#request((request) => ({
        kind: 'open',
        request,
        stream,
        address: { host, port },
        ssrc: randomUint32(this.#random),
        sequence: randomUint32(this.#random) & 0xffff,
        timestamp: randomUint32(this.#random),
        cname: this.#random.bytes(CNAME_BYTES).toString('base64'),
      }))
      if (report.kind === 'opened') {
        const opened = new EngineStream(stream, report.address, this.#link(stream))
        this.#streams.set(stream, opened)
        return opened
      }
      const refused = report.kind === 'refused' ? report : undefined
      // In a range, a port that another program holds is passed over.
      if (refused?.code !== 'media-port-in-use') {
        throw new OutdialError(refused?.code ?? 'media-bind-failed', refused?.message ?? '', {
          temporary: refused?.code === 'media-no-capacity',
        })
      }
    }
    throw new OutdialError('media-no-port', 'Every RTP port of the range is in use.', {
      temporary: true,
    })
  }

  #link(stream: number): StreamLink {
    const { clock } = this.#options
    return {
      post: (command) => this.#post(command),
      request: (build) => this.#request(build),
      nextNumber: () => ++this.#lastNumber,
      clockTime: (at) => clock.monotonic() - (systemMonotonicMs() - at),
      forget: () => void this.#streams.delete(stream),
    }
  }

  #post(command: Command): void {
    this.#thread?.port.postMessage(command)
    Atomics.store(this.#doorbell, 0, 1)
    Atomics.notify(this.#doorbell, 0)
  }

  async #request(build: (request: number) => Command): Promise<Report> {
    if (!this.#thread) throw closedError()
    const request = ++this.#lastNumber
    const answer = this.#expect(request)
    this.#post(build(request))
    return answer
  }

  #expect(request: number): Promise<Report> {
    const deferred = Promise.withResolvers<Report>()
    this.#requests.set(request, deferred)
    return deferred.promise
  }

  #receive(report: Report): void {
    if ('stream' in report) {
      this.#streams.get(report.stream)?.receive(report)
      return
    }
    const request = report.kind === 'ready' ? 0 : report.request
    this.#requests.get(request)?.resolve(report)
    this.#requests.delete(request)
  }

  /** The thread died of an error: nothing can be sent any more. */
  #fail(error: unknown): void {
    this.#options.log.error('media-engine-failed', { error: errorMessage(error) })
    this.#thread?.port.close()
    this.#thread = undefined
    this.#abandon(toMediaError(error))
  }

  #abandon(error: OutdialError): void {
    for (const request of this.#requests.values()) request.reject(error)
    this.#requests.clear()
    for (const stream of [...this.#streams.values()]) stream.abandon()
    this.#streams.clear()
  }
}

interface MediaThread {
  readonly worker: Worker
  readonly port: MessagePort
  readonly exited: Promise<void>
  driver: 'raw' | 'dgram'
  priority: Priority
}

function closedError(): OutdialError {
  return new OutdialError('media-closed', 'The media engine is not running.')
}

function toMediaError(error: unknown): OutdialError {
  // An error that crossed the thread has lost its class; its code survives where it had one.
  const code = (error as { code?: unknown } | undefined)?.code
  return new OutdialError(
    typeof code === 'string' && code.startsWith('media-') ? code : 'media-engine-failed',
    `The media thread ended: ${errorMessage(error)}`,
  )
}
