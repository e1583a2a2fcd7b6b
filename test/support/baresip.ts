import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatWav } from '#audio'
import type { Trunk } from '#model'
import { freePort, udpPortTaken } from './program.ts'

/** How long the phone stays in a call: it hangs up where the file that it plays ends. */
const SILENCE_SECONDS = 60
const MODULES = '/usr/lib/baresip/modules'

/** A baresip without a sound card: answers every call, records what it hears, presses keys. */
export class BaresipPhone {
  readonly port: number
  readonly #child: ChildProcess
  readonly #control: Socket
  readonly #folder: string
  readonly #printed: Buffer[]

  private constructor(
    port: number,
    process: { readonly child: ChildProcess; readonly printed: Buffer[] },
    control: Socket,
    folder: string,
  ) {
    this.port = port
    this.#child = process.child
    this.#printed = process.printed
    this.#control = control
    this.#folder = folder
  }

  /** `number`: what it answers to, as the user part of the request URI. */
  static async start(number: string): Promise<BaresipPhone> {
    const folder = mkdtempSync(join(tmpdir(), 'outdial-baresip-'))
    const [port, controlPort] = [await freePort(), await freePort()]
    mkdirSync(join(folder, 'heard'))
    const silence = new Int16Array(SILENCE_SECONDS * 8000)
    writeFileSync(join(folder, 'say.wav'), formatWav(silence, { sampleRate: 8000 }))
    writeFileSync(join(folder, 'config'), config(folder, port, controlPort))
    writeFileSync(
      join(folder, 'accounts'),
      `<sip:${number}@127.0.0.1>;regint=0;answermode=auto;audio_codecs=PCMU/8000/1,PCMA/8000/1;ptime=20\n`,
    )
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

  get trunk(): Trunk {
    const address = { host: '127.0.0.1', port: this.port, transport: 'udp' as const }
    return { name: 'baresip', ...address, invalidCallerId: 'decline' }
  }

  press(key: string): void {
    const command = JSON.stringify({ command: 'sndcode', params: key, token: key })
    this.#control.write(`${command.length}:${command},`)
  }

  /** What it has heard in its one call so far, 8 kHz; empty before there was one. */
  heard(): Int16Array {
    const folder = join(this.#folder, 'heard')
    const name = readdirSync(folder).find((file) => file.endsWith('-dec.wav'))
    if (name === undefined) return new Int16Array()
    // The header of a file that is still written has no length yet: 16-bit samples after 44 bytes.
    const bytes = readFileSync(join(folder, name)).subarray(44)
    return new Int16Array(
      bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + (bytes.length & ~1)),
    )
  }

  /** What it printed, for the message of a failure. */
  get printed(): string {
    return Buffer.concat(this.#printed).toString()
  }

  async stop(): Promise<void> {
    this.#control.destroy()
    const exited = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    const forced = setTimeout(() => this.#child.kill('SIGKILL'), 3000)
    await exited
    clearTimeout(forced)
    rmSync(this.#folder, { recursive: true, force: true })
  }
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

function config(folder: string, port: number, controlPort: number): string {
  const modules = ['g711', 'aufile', 'aubridge', 'sndfile', 'uuid']
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
  })
    .map(([name, value]) => `${name} ${value}`)
    .join('\n')}
${modules.map((name) => `module ${name}.so`).join('\n')}
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
`
}
