import { OpusDecoder } from '#audio'
import { assert } from '#base'
import { FRAME_MS } from '../codec.ts'
import type { MediaStats } from '../media-stream.ts'
import { looksLikeRtcp } from '../rtcp/rtcp-packet.ts'
import { estimateMos } from '../rtcp/voice-quality.ts'
import { receives, sends } from '../sdp/negotiation.ts'
import type {
  OpenFailure,
  OpenResult,
  PacketOrigin,
  PacketReceiver,
  UdpDriver,
} from '../udp/driver.ts'
import { Capturer } from './capturer.ts'
import { Inbound } from './inbound.ts'
import type {
  CaptureCommand,
  Command,
  ConnectCommand,
  OpenCommand,
  RecordedTracks,
  SendReport,
  WorkerSettings,
} from './messages.ts'
import type { Meters } from './meters.ts'
import { OpusSender } from './opus-sender.ts'
import { Outbound } from './outbound.ts'
import { RtcpReports } from './rtcp-reports.ts'
import { SlotGrid } from './slot-grid.ts'
import { SrtpLayer } from './srtp-layer.ts'

/** Where the system chooses the port, it is asked so often for an even one. */
const EVEN_PORT_TRIES = 16
const CPU_INTERVAL_MS = 200

/** Everything the media thread does, apart from how it waits: `send` and `hear` between two waits. */
export class MediaThread implements PacketReceiver {
  stopped = false
  readonly #settings: WorkerSettings
  readonly #meters: Meters
  readonly #report: SendReport
  readonly #monotonicMs: () => number
  readonly #driver: SrtpLayer
  readonly #grid: SlotGrid
  readonly #outbound: Outbound
  readonly #inbound: Inbound
  readonly #rtcp: RtcpReports
  /** Index into all columns, by stream number. */
  readonly #indices = new Map<number, number>()
  readonly #free: number[]
  #cpuNotedMs = 0

  constructor(options: {
    readonly settings: WorkerSettings
    readonly meters: Meters
    readonly report: SendReport
    readonly monotonicMs: () => number
    readonly wallMs: () => number
    readonly chance: () => number
    /** Two sockets a stream: for RTP at `i`, for RTCP at `maxStreams + i`. */
    readonly makeDriver: (receiver: PacketReceiver, sockets: number) => UdpDriver
  }) {
    const { settings, report, monotonicMs, wallMs, chance } = options
    const capacity = settings.maxStreams
    this.#settings = settings
    this.#meters = options.meters
    this.#report = report
    this.#monotonicMs = monotonicMs
    this.#inbound = new Inbound({
      capacity,
      report,
      onMoved: (i) => this.#followRtp(i),
      monotonicMs,
      maxRecordingBytes: settings.maxRecordingSeconds * 8000,
      playoutDelayMs: settings.playoutDelayMs,
      onJoinedHeard: (i, samples) => this.#outbound.relay(i, samples),
    })
    this.#driver = new SrtpLayer({
      capacity,
      receiver: this,
      onRefused: (i) => this.#inbound.ignore(i),
      makeDriver: (receiver) => options.makeDriver(receiver, 2 * capacity),
    })
    const driver = this.#driver
    this.#inbound.use(driver)
    this.#outbound = new Outbound(capacity, driver, report)
    const { reception } = this.#inbound
    const outbound = this.#outbound
    const clocks = { monotonicMs, wallMs, chance }
    this.#rtcp = new RtcpReports({ capacity, driver, reception, outbound, ...clocks })
    this.#grid = new SlotGrid(capacity, monotonicMs(), settings.skipAfterMs)
    this.#free = Array.from({ length: capacity }, (_, i) => capacity - 1 - i)
  }

  get driverName(): UdpDriver['name'] {
    return this.#driver.name
  }

  /** Sends what is due. First of all, so that nothing else can delay it. */
  send(): void {
    const beganMs = this.#monotonicMs()
    this.#grid.run(this.#monotonicMs, this.#sendFrame, this.#noteLate)
    this.#meters.noteBusy(this.#monotonicMs() - beganMs)
  }

  /** Takes what has come and hears a frame where one was sent. Returns when to be called next. */
  hear(): number {
    const beganMs = this.#monotonicMs()
    if (this.#grid.size > 0) this.#driver.drain()
    this.#grid.repeat(this.#hearFrame)
    const endedMs = this.#monotonicMs()
    this.#meters.noteBusy(endedMs - beganMs)
    if (endedMs - this.#cpuNotedMs > CPU_INTERVAL_MS) this.#noteCpu(endedMs)
    return this.#grid.nextDueMs
  }

  /** What it gives waits for nothing but promises, where Opus is loaded: the next command is to wait for it. */
  obey(command: Command): Promise<void> | void {
    if (command.kind === 'stop') return this.#stop()
    if (command.kind === 'open') return this.#open(command, EVEN_PORT_TRIES)
    const i = this.#indices.get(command.stream)
    if (i === undefined) {
      if ('request' in command) this.#refuse(command.request, 'media-closed', 'No such stream.')
      return
    }
    switch (command.kind) {
      case 'connect':
        return this.#connect(i, command)
      case 'play':
        return this.#outbound.play(i, command)
      case 'stop-play':
        return this.#outbound.stopPlay(i, command.play)
      case 'digits': {
        const { request, digits, toneMs, gapMs } = command
        return this.#outbound.sendDigits(i, request, digits, toneMs, gapMs)
      }
      case 'join':
        return this.#join(i, this.#indices.get(command.other))
      case 'part':
        return this.#part(i)
      case 'listen':
        return this.#inbound.listen(i, command.on)
      case 'listen-for-voice':
        return this.#inbound.listenForVoice(i, command.on)
      case 'listen-for-callee':
        return this.#inbound.listenForCallee(i, command.on)
      case 'listen-for-progress':
        return this.#inbound.listenForProgress(i, command.on)
      case 'record':
        return this.#record(i, command.recording, command.tracks)
      case 'pause-recording': {
        const tick = this.#outbound.lastTick(i) + 1
        return this.#inbound.pauseRecording(i, command.recording, command.on, tick)
      }
      case 'stop-recording':
        return this.#stopRecording(i, command.request, command.recording)
      case 'capture':
        return this.#capture(i, command)
      case 'stats':
        return this.#report({ kind: 'stats', request: command.request, stats: this.#stats(i) })
      case 'close': {
        const stats = this.#stats(i)
        this.#close(i, command.stream)
        return this.#report({ kind: 'stats', request: command.request, stats })
      }
    }
  }

  receive(index: number, bytes: Uint8Array, length: number, origin: PacketOrigin): void {
    const capacity = this.#settings.maxStreams
    const i = index < capacity ? index : index - capacity
    const isRtcp = index !== i || (this.#rtcp.isMuxed(i) && looksLikeRtcp(bytes, length))
    if (!isRtcp) this.#inbound.receive(i, bytes, length, origin)
    else if (!this.#rtcp.receive(i, bytes, length, origin)) this.#inbound.ignore(i)
  }

  readonly #sendFrame = (i: number, tick: number): void => {
    this.#outbound.sendFrame(i, tick)
    this.#rtcp.tick(i, tick)
  }

  readonly #hearFrame = (i: number, tick: number): void => this.#inbound.hear(i, tick)

  readonly #noteLate = (ms: number, packets: number): void => this.#meters.noteLateness(ms, packets)

  #open(command: OpenCommand, tries: number): void {
    const i = this.#free.pop()
    if (i === undefined) {
      return this.#refuse(
        command.request,
        'media-no-capacity',
        `All ${this.#settings.maxStreams} media streams are in use.`,
      )
    }
    this.#driver.open(i, command.address, (result) => this.#opened(i, command, result, tries))
  }

  #opened(i: number, command: OpenCommand, result: OpenResult, tries: number): void {
    if ('code' in result) return this.#notOpened(i, command, result)
    const { host, port: wanted } = command.address
    if (wanted === 0 && result.port % 2 === 1 && tries > 1) {
      this.#driver.close(i)
      this.#free.push(i)
      return this.#open(command, tries - 1)
    }
    const rtcpIndex = this.#settings.maxStreams + i
    // RFC 3550 section 11: RTCP takes the port after.
    this.#driver.open(rtcpIndex, { host, port: result.port + 1 }, (rtcpResult) => {
      if (!('code' in rtcpResult)) return this.#bothOpened(i, command, result.port)
      this.#driver.close(i)
      if (wanted !== 0 || tries <= 1) return this.#notOpened(i, command, rtcpResult)
      this.#free.push(i)
      this.#open(command, tries - 1)
    })
  }

  #notOpened(i: number, { request }: OpenCommand, { code, message }: OpenFailure): void {
    this.#free.push(i)
    this.#refuse(request, code, message)
  }

  #bothOpened(i: number, command: OpenCommand, port: number): void {
    if (this.stopped) {
      this.#driver.close(i)
      this.#driver.close(this.#settings.maxStreams + i)
      return
    }
    this.#indices.set(command.stream, i)
    this.#inbound.open(i, command.stream)
    this.#outbound.open(i, command)
    this.#rtcp.open(i, command)
    const address = { host: command.address.host, port }
    this.#report({ kind: 'opened', request: command.request, address })
  }

  #connect(i: number, command: ConnectCommand): Promise<void> | void {
    const known = this.#driver.remote(i)
    const { host, port } = command.remote
    const same = known?.host === host && known.port === port
    const isAddress = host !== '0.0.0.0' && host !== '::' && port > 0
    const { direction } = command
    this.#driver.secure(i, command.srtp)
    if (!same) this.#driver.connect(i, { host, port })
    const firstTick = this.#grid.has(i) ? undefined : this.#grid.add(i, this.#monotonicMs())
    const receiving = receives(direction)
    this.#inbound.connect(i, command, { receiving, sameRemote: same, firstTick })
    this.#outbound.connect(i, command, sends(direction) && isAddress, firstTick)
    this.#rtcp.connect(i, command, isAddress, this.#outbound.lastTick(i))
    if (command.encoding === 'OPUS') return this.#useOpus(i, command)
    this.#forgetOpus(i)
  }

  async #useOpus(i: number, { stream, opus }: ConnectCommand): Promise<void> {
    const [sender, decoder] = await Promise.all([OpusSender.create(opus), OpusDecoder.create()])
    this.#forgetOpus(i)
    if (this.#indices.get(stream) === i) {
      this.#outbound.useOpus(i, sender)
      this.#inbound.useOpus(i, decoder)
    } else {
      sender.close()
      decoder.close()
    }
  }

  /** Its memory is not JavaScript's, which would find out by itself. */
  #forgetOpus(i: number): void {
    this.#outbound.useOpus(i, undefined)?.close()
    this.#inbound.useOpus(i, undefined)?.close()
  }

  #followRtp(i: number): void {
    const remote = this.#driver.remote(i)
    if (remote) this.#rtcp.moveTo(i, remote)
  }

  /** Each sends what the other hears. */
  #join(i: number, other: number | undefined): void {
    this.#part(i)
    if (other === undefined) return
    this.#part(other)
    for (const [one, two] of [
      [i, other],
      [other, i],
    ] as const) {
      this.#inbound.join(one, two)
      this.#outbound.join(one, true)
    }
  }

  #part(i: number): void {
    const other = this.#inbound.join(i, undefined)
    if (other === undefined) return
    this.#inbound.join(other, undefined)
    for (const one of [i, other]) this.#outbound.join(one, false)
  }

  #record(i: number, recording: number, tracks: RecordedTracks): void {
    const tick = this.#outbound.lastTick(i) + 1
    const recorder = this.#inbound.record(i, recording, tracks, tick)
    if (tracks === 'both') this.#outbound.recorders[i] = recorder
  }

  #stopRecording(i: number, request: number, recording: number): void {
    const tick = this.#outbound.lastTick(i) + 1
    const stopped = this.#inbound.stopRecording(i, recording, request, tick)
    if (this.#outbound.recorders[i] === stopped) this.#outbound.recorders[i] = undefined
  }

  #capture(i: number, { stream, port, maxBytes }: CaptureCommand): void {
    const capturer = new Capturer(maxBytes, (piece, leftOut) =>
      this.#report({ kind: 'captured', stream, piece, leftOut }, [piece.buffer]),
    )
    this.#driver.capture(i, port, capturer)
  }

  #stats(i: number): MediaStats {
    const received = this.#inbound.stats(i)
    const roundTripMs = this.#rtcp.roundTripMs(i)
    const mos = (packets: number, lost: number, bufferMs: number): number =>
      estimateMos({
        lossRatio: packets > 0 ? Math.max(0, lost / packets) : 0,
        // The way, the buffer, and the frame that must be whole before it is sent.
        delayMs: (roundTripMs ?? 0) / 2 + bufferMs + FRAME_MS,
      })
    const { packetsReceived, packetsLost, packetsDiscarded, bufferMs } = received
    const peer = this.#rtcp.peerReport(i)
    return {
      packetsSent: this.#outbound.packetsSent[i] ?? 0,
      ...received,
      roundTripMs,
      mos:
        packetsReceived > 0
          ? mos(packetsReceived + packetsLost, packetsLost + packetsDiscarded, bufferMs)
          : undefined,
      atPeer: peer && {
        packetsLost: peer.packetsLost,
        jitterMs: peer.jitterMs,
        // Its buffer is not known: twice the jitter is usual.
        mos: mos(peer.packetsSent, peer.packetsLost, 2 * peer.jitterMs),
      },
      remote: this.#driver.remote(i),
    }
  }

  #close(i: number, stream: number): void {
    this.#part(i)
    this.#grid.remove(i)
    this.#rtcp.close(i)
    this.#forgetOpus(i)
    this.#outbound.close(i)
    this.#inbound.close(i)
    this.#driver.close(i)
    this.#driver.close(this.#settings.maxStreams + i)
    this.#indices.delete(stream)
    this.#free.push(i)
  }

  #stop(): void {
    for (const [stream, i] of [...this.#indices]) this.#close(i, stream)
    assert(this.#grid.size === 0, 'a stopped engine has no streams')
    this.stopped = true
  }

  #noteCpu(nowMs: number): void {
    const { user, system } = process.threadCpuUsage()
    this.#meters.noteCpu((user + system) / 1000)
    this.#cpuNotedMs = nowMs
  }

  #refuse(request: number, code: string, message: string): void {
    this.#report({ kind: 'refused', request, code, message })
  }
}
