import { randomFraction, seededRandom } from '#base'
import type { MediaStream } from './media-stream.ts'
import { DEFAULT_DELAY_MS } from './playout/jitter-buffer.ts'
import type { MediaAddress } from './sdp/negotiation.ts'
import { EngineStream } from './stream.ts'
import type { OpenResult, PacketOrigin, PacketReceiver, UdpDriver } from './udp/driver.ts'
import { MediaThread } from './worker/media-thread.ts'
import type { Command, Report } from './worker/messages.ts'
import { Meters } from './worker/meters.ts'

export interface Datagram {
  readonly from: MediaAddress
  readonly to: MediaAddress
  readonly bytes: Uint8Array
  /** Counts the datagrams of this sender from 0. */
  readonly n: number
}

/** After how many milliseconds each copy of a datagram arrives; none loses it. */
export type Fate = (datagram: Datagram) => readonly number[]

interface Flight extends Datagram {
  readonly dueMs: number
  readonly order: number
}

const STEP_MS = 2
const START_MS = 1000

/** A network and its media threads on a clock of their own: an hour of a call takes no time. */
export class SimulatedNetwork {
  nowMs = START_MS
  fate: Fate = () => [0]
  /** Everything that was sent, lost or not. */
  readonly sent: Datagram[] = []
  readonly #engines: SimulatedEngine[] = []
  #flights: Flight[] = []
  #order = 0
  readonly #counts = new Map<string, number>()

  engine(host: string): SimulatedEngine {
    const engine = new SimulatedEngine(this, host)
    this.#engines.push(engine)
    return engine
  }

  /** As if sent by whoever has the address `from`. */
  send(from: MediaAddress, to: MediaAddress, bytes: Uint8Array): void {
    const sender = `${from.host}:${from.port}`
    const n = this.#counts.get(sender) ?? 0
    this.#counts.set(sender, n + 1)
    const datagram = { from, to, bytes: bytes.slice(), n }
    this.sent.push(datagram)
    for (const delayMs of this.fate(datagram)) {
      this.#flights.push({ ...datagram, dueMs: this.nowMs + delayMs, order: this.#order++ })
    }
  }

  /** What has arrived for a host, in the order of its arrival. */
  take(host: string): readonly Datagram[] {
    const isHere = (flight: Flight) => flight.to.host === host && flight.dueMs <= this.nowMs
    const here = this.#flights.filter(isHere)
    if (here.length === 0) return here
    this.#flights = this.#flights.filter((flight) => !isHere(flight))
    return here.sort((a, b) => a.dueMs - b.dueMs || a.order - b.order)
  }

  /** Lets time pass. Reports settle promises: await what depends on them. */
  advance(ms: number): void {
    for (const end = this.nowMs + ms; this.nowMs < end; this.nowMs += STEP_MS) {
      for (const engine of this.#engines) engine.run()
    }
  }
}

/** One media thread on the simulated network, with the streams that callers have. */
export class SimulatedEngine {
  readonly host: string
  readonly #thread: MediaThread
  readonly #random: ReturnType<typeof seededRandom>
  readonly #requests = new Map<number, (report: Report) => void>()
  readonly #streams = new Map<number, EngineStream>()
  #lastNumber = 0

  constructor(network: SimulatedNetwork, host: string) {
    this.host = host
    this.#random = seededRandom(host)
    this.#thread = new MediaThread({
      settings: {
        driver: 'auto',
        priority: 'none',
        host,
        maxStreams: 8,
        maxRecordingSeconds: 3600,
        skipAfterMs: 80,
        playoutDelayMs: DEFAULT_DELAY_MS,
        doorbell: new SharedArrayBuffer(4),
        meters: new SharedArrayBuffer(0),
      },
      meters: new Meters(),
      report: (report) => this.#receive(report),
      monotonicMs: () => network.nowMs,
      wallMs: () => 1_700_000_000_000 + network.nowMs,
      chance: () => randomFraction(this.#random),
      makeDriver: (receiver) => new SimulatedDriver(network, host, receiver),
    })
  }

  openStream(): MediaStream {
    const stream = ++this.#lastNumber
    const [ssrc = 0, timestamp = 0] = [this.#random.bytes(4), this.#random.bytes(4)].map((bytes) =>
      bytes.readUInt32BE(0),
    )
    let address: MediaAddress = { host: this.host, port: 0 }
    const request = ++this.#lastNumber
    this.#requests.set(request, (report) => {
      if (report.kind === 'opened') address = report.address
    })
    const sequence = ssrc & 0xffff
    const cname = this.#random.bytes(12).toString('base64')
    this.#obey({ kind: 'open', request, stream, address, ssrc, sequence, timestamp, cname })
    const opened = new EngineStream(stream, address, {
      post: (command) => this.#obey(command),
      request: (build) => this.#request(build),
      nextNumber: () => ++this.#lastNumber,
      clockTime: (at) => at,
      forget: () => void this.#streams.delete(stream),
    })
    this.#streams.set(stream, opened)
    return opened
  }

  run(): void {
    this.#thread.send()
    this.#thread.hear()
  }

  #obey(command: Command): void {
    void this.#thread.obey(command)
  }

  #request(build: (request: number) => Command): Promise<Report> {
    const request = ++this.#lastNumber
    return new Promise((resolve) => {
      this.#requests.set(request, resolve)
      this.#obey(build(request))
    })
  }

  #receive(report: Report): void {
    if ('stream' in report) return this.#streams.get(report.stream)?.receive(report)
    if (!('request' in report)) return
    this.#requests.get(report.request)?.(report)
    this.#requests.delete(report.request)
  }
}

class SimulatedDriver implements UdpDriver {
  readonly name = 'raw'
  readonly #network: SimulatedNetwork
  readonly #host: string
  readonly #receiver: PacketReceiver
  readonly #ports = new Map<number, number>()
  readonly #remotes = new Map<number, MediaAddress>()
  #nextPort = 40_000
  #source: MediaAddress | undefined

  constructor(network: SimulatedNetwork, host: string, receiver: PacketReceiver) {
    this.#network = network
    this.#host = host
    this.#receiver = receiver
  }

  open(index: number, { port }: MediaAddress, done: (result: OpenResult) => void): void {
    const given = port === 0 ? this.#nextPort : port
    this.#nextPort = Math.max(this.#nextPort, given + 1)
    this.#ports.set(index, given)
    done({ port: given })
  }

  connect(index: number, remote: MediaAddress): void {
    this.#remotes.set(index, remote)
  }

  remote(index: number): MediaAddress | undefined {
    return this.#remotes.get(index)
  }

  adoptSource(index: number): void {
    if (this.#source) this.#remotes.set(index, this.#source)
  }

  source(): MediaAddress | undefined {
    return this.#source
  }

  send(index: number, packet: Uint8Array, length: number): void {
    const remote = this.#remotes.get(index)
    if (remote) this.#network.send(this.#addressOf(index), remote, packet.subarray(0, length))
  }

  drain(): void {
    for (const { from, to, bytes } of this.#network.take(this.#host)) {
      for (const [index, port] of this.#ports) {
        const remote = this.#remotes.get(index)
        if (port !== to.port || !remote) continue
        this.#source = from
        this.#receiver.receive(index, bytes.slice(), bytes.length, originOf(from, remote))
      }
    }
  }

  close(index: number): void {
    this.#ports.delete(index)
    this.#remotes.delete(index)
  }

  #addressOf(index: number): MediaAddress {
    return { host: this.#host, port: this.#ports.get(index) ?? 0 }
  }
}

function originOf(from: MediaAddress, remote: MediaAddress): PacketOrigin {
  if (from.host !== remote.host) return 'other-host'
  return from.port === remote.port ? 'remote' : 'other-port'
}
