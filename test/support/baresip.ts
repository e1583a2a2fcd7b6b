import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { concat, formatWav, mixToMono, resample } from '#audio'
import type { Trunk } from '#model'
import { endProgram, freePort, freePortPair, udpPortTaken } from './program.ts'
import { eventually } from './sip-agents.ts'
import type { Certificate } from './sip-certificates.ts'

/** How long the phone stays in a call: it hangs up where the file that it plays ends. */
const SILENCE_SECONDS = 60
const MODULES = '/usr/lib/baresip/modules'

export interface BaresipSetting {
  /** What it answers to, as the user part of the request URI. */
  readonly number: string
  /** Takes only calls whose audio is encrypted with keys in the SDP. */
  readonly srtp?: boolean
  /** Speaks Opus, and nothing else; default: G.711. */
  readonly opus?: boolean
  /** It rings until it is told to answer; default: it answers at once. */
  readonly rings?: boolean
  /** What it says after the answer, 8 kHz; default: nothing. */
  readonly says?: Int16Array
  /** What it shows over TLS. */
  readonly tls?: Certificate
}

/** What its control port told, `CALL_ESTABLISHED` for instance. */
export interface BaresipEvent {
  readonly type: string
  readonly param: string
}

/** A baresip without a sound card: answers, records what it hears, says and presses what it is told. */
export class BaresipPhone {
  readonly events: BaresipEvent[] = []
  readonly #port: number
  readonly #child: ChildProcess
  readonly #control: Socket
  readonly #folder: string
  readonly #printed: Buffer[]
  #unread = ''

  private constructor(
    port: number,
    process: { readonly child: ChildProcess; readonly printed: Buffer[] },
    control: Socket,
    folder: string,
  ) {
    this.#port = port
    this.#child = process.child
    this.#printed = process.printed
    this.#control = control
    this.#folder = folder
    control.on('data', (chunk) => this.#read(String(chunk)))
  }

  static async start(setting: BaresipSetting): Promise<BaresipPhone> {
    const folder = mkdtempSync(join(tmpdir(), 'outdial-baresip-'))
    // It takes TLS on the port after the one for UDP and TCP.
    const [port, controlPort] = [await freePortPair(), await freePort()]
    mkdirSync(join(folder, 'heard'))
    const { says = new Int16Array() } = setting
    const spoken = concat([says, new Int16Array(SILENCE_SECONDS * 8000)])
    writeFileSync(join(folder, 'say.wav'), formatWav(spoken, { sampleRate: 8000 }))
    writeFileSync(join(folder, 'config'), config(folder, port, controlPort, setting.tls))
    writeFileSync(join(folder, 'accounts'), account(setting))
    writeFileSync(join(folder, 'contacts'), '')
    const child = spawn('baresip', ['-f', folder, '-4'], { stdio: ['ignore', 'pipe', 'pipe'] })
    const printed: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => printed.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => printed.push(chunk))
    try {
      await udpPortTaken(port, once(child, 'exit'))
      const control = await connectWhenReady(controlPort)
      return new BaresipPhone(port, { child, printed }, control, folder)
    } catch (cause) {
      child.kill('SIGKILL')
      throw new Error(`baresip did not start: ${Buffer.concat(printed)}`, { cause })
    }
  }

  get address(): { host: string; port: number } {
    return { host: '127.0.0.1', port: this.#port }
  }

  trunk(transport: 'udp' | 'tcp' | 'tls' = 'udp', more: Partial<Trunk> = {}): Trunk {
    const port = transport === 'tls' ? this.#port + 1 : this.#port
    const address = { host: '127.0.0.1', port, transport }
    return { name: 'baresip', ...address, invalidCallerId: 'decline', ...more }
  }

  press(key: string): void {
    this.command('sndcode', key)
  }

  /** `accept`, `hangup`, `hold`, `resume`, … of its current call. */
  command(command: string, params = ''): void {
    const text = JSON.stringify({ command, params, token: command })
    this.#control.write(`${text.length}:${text},`)
  }

  /** Resolves when it has told so many events of a type, after the first `after` of all. */
  async told(type: string, { times = 1, after = 0 } = {}): Promise<void> {
    const isThere = (): boolean =>
      this.events.slice(after).filter((event) => event.type === type).length >= times
    await eventually(`${type} of baresip`, isThere, 20_000)
  }

  /** What it has heard in its calls so far, 8 kHz; empty before there was one. */
  heard(): Int16Array {
    const folder = join(this.#folder, 'heard')
    // A further file for each call, and where a held call is taken back; their names begin with the time.
    const names = readdirSync(folder).filter((file) => file.endsWith('-dec.wav'))
    return concat(names.sort().map((name) => samplesOf(join(folder, name))))
  }

  /** What it printed, for the message of a failure. */
  get printed(): string {
    return Buffer.concat(this.#printed).toString()
  }

  /** Netstrings of JSON: events, and answers to commands. */
  #read(text: string): void {
    this.#unread += text
    for (;;) {
      const head = /^(\d+):/.exec(this.#unread)
      const end = head === null ? 0 : head[0].length + Number(head[1])
      if (head === null || this.#unread.length <= end) return
      const message = JSON.parse(this.#unread.slice(head[0].length, end))
      this.#unread = this.#unread.slice(end + 1)
      if (message.event === true) {
        this.events.push({ type: message.type, param: message.param ?? '' })
      }
    }
  }

  async stop(): Promise<void> {
    this.#control.destroy()
    await endProgram(this.#child)
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/**
 * As 8 kHz mono, whatever the codec had. The header of a file that is still written has no length yet: 16-bit
 * samples after 44 bytes.
 */
function samplesOf(file: string): Int16Array {
  const whole = readFileSync(file)
  if (whole.length < 44) return new Int16Array()
  const [channels, sampleRate] = [whole.readUInt16LE(22), whole.readUInt32LE(24)]
  const bytes = whole.subarray(44)
  const end = bytes.byteOffset + (bytes.length & ~1)
  const samples = new Int16Array(bytes.buffer.slice(bytes.byteOffset, end))
  return sampleRate === 8000 ? samples : resample(mixToMono(samples, channels), sampleRate, 8000)
}

/** The control port opens a moment after the SIP port. */
async function connectWhenReady(port: number, deadlineMs = 10_000): Promise<Socket> {
  const deadline = performance.now() + deadlineMs
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    try {
      await once(socket, 'connect')
      return socket
    } catch (error) {
      if (performance.now() > deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

function account({ number, srtp, rings, opus }: BaresipSetting): string {
  const answers = `regint=0;answermode=${rings ? 'manual' : 'auto'}`
  const codecs = opus ? 'opus/48000/2' : 'PCMU/8000/1,PCMA/8000/1'
  const audio = `audio_codecs=${codecs};ptime=20${srtp ? ';mediaenc=srtp-mand' : ''}`
  return `<sip:${number}@127.0.0.1>;${answers};${audio}\n`
}

function config(folder: string, port: number, controlPort: number, tls?: Certificate): string {
  if (tls !== undefined) writeFileSync(join(folder, 'own.pem'), `${tls.key}${tls.certificate}`)
  const modules = ['g711', 'opus', 'aufile', 'aubridge', 'sndfile', 'srtp', 'uuid']
  return `${Object.entries({
    poll_method: 'epoll',
    sip_listen: `127.0.0.1:${port}`,
    audio_source: `aufile,${folder}/say.wav`,
    audio_player: 'aubridge,null',
    audio_alert: 'aubridge,null',
    ausrc_srate: 8000,
    auplay_srate: 8000,
    ausrc_channels: 1,
    auplay_channels: 1,
    rtp_ports: '40000-42000',
    net_interface: '127.0.0.1',
    snd_path: `${folder}/heard`,
    module_path: MODULES,
    ctrl_tcp_listen: `127.0.0.1:${controlPort}`,
    ...(tls && { sip_certificate: `${folder}/own.pem` }),
  })
    .map(([name, value]) => `${name} ${value}`)
    .join('\n')}
${modules.map((name) => `module ${name}.so`).join('\n')}
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
`
}
