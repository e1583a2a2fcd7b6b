import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatWav } from '#audio'
import type { Trunk } from '#model'
import { findProgram } from './program.ts'
import { eventually } from './sip-agents.ts'

/** It takes no call where there is only loopback: it gets a network of two addresses with us (RFC 2544 §C.2.2). */
const OURS = '198.18.77.1'
const ITS = '198.18.77.2'
const PORT = 5060

/** Of TLS, on our address towards the phone. */
export interface Registrar {
  readonly port: number
  readonly username: string
  readonly password: string
  /** PEM: who signed its certificate. */
  readonly caFile: string
}

/** The reason to skip, or false. */
export function lacksLinphone(): string | false {
  for (const name of ['linphonec', 'ip']) {
    const found = findProgram(name)
    if ('skip' in found) return found.skip
  }
  if (process.getuid?.() !== 0) return 'a network namespace is made by root only'
  const name = `odtry${process.pid}`
  const made = ip(`netns add ${name}`) && ip(`-n ${name} link add odv type veth peer name odw`)
  ip(`netns del ${name}`)
  return made ? false : 'this machine makes no network namespace with a veth pair'
}

function ip(words: string): boolean {
  return spawnSync('ip', words.split(' '), { stdio: 'ignore' }).status === 0
}

/** A linphonec of its own network namespace, with files in place of a sound card; it answers at once. */
export class LinphonePhone {
  readonly #child: ChildProcess
  readonly #folder: string
  readonly #network: string
  #printed = ''

  private constructor(child: ChildProcess, folder: string, network: string) {
    this.#child = child
    this.#folder = folder
    this.#network = network
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.#printed += String(chunk)))
    }
  }

  /**
   * `says`: after its answer, 8 kHz. `encryption`: `srtp` takes encrypted calls only. `registrar`: where it registers, made
   * once our address towards it is there; over TLS it takes calls by that connection alone.
   */
  static async start(
    says: Int16Array,
    encryption: 'none' | 'srtp',
    registrar?: (neighbour: string) => Promise<Registrar>,
  ): Promise<LinphonePhone> {
    const folder = mkdtempSync(join(tmpdir(), 'outdial-linphone-'))
    // Without a place for its database it starts all the same, and answers 503.
    mkdirSync(join(folder, '.local/share/linphone'), { recursive: true })
    writeFileSync(join(folder, 'say.wav'), formatWav(says, { sampleRate: 8000 }))
    const network = `outdial-${process.pid}`
    openNetwork(network)
    writeFileSync(join(folder, 'rc'), settings(encryption, await registrar?.(OURS)))
    const words = ['netns', 'exec', network, 'linphonec', '-c', join(folder, 'rc'), '-d', '0']
    const env = { ...process.env, HOME: folder, XDG_DATA_HOME: '', XDG_CONFIG_HOME: '' }
    const child = spawn('ip', words, { stdio: ['pipe', 'pipe', 'pipe'], env })
    const phone = new LinphonePhone(child, folder, network)
    phone.command('soundcard use files')
    phone.command(`play ${folder}/say.wav`)
    phone.command(`record ${folder}/heard.wav`)
    phone.command('autoanswer enable')
    // It prints by the block: what it is asked for brings the rest.
    const [asked, told] =
      registrar === undefined ? ['ports', 'video rtp port'] : ['status register', 'registered, id']
    await eventually(
      'linphone is up',
      () => {
        phone.command(asked)
        return phone.printed.includes(told)
      },
      30_000,
    ).catch(async (error: unknown) => {
      // Another phone would find the way to this one.
      await phone.stop()
      throw error
    })
    return phone
  }

  trunk(transport: 'udp' | 'tcp' | 'tls', more: Partial<Trunk> = {}): Trunk {
    const address = { host: ITS, port: PORT, transport }
    return { name: 'linphone', ...address, invalidCallerId: 'decline', ...more }
  }

  /** Where a server has to be to reach it. */
  get neighbour(): string {
    return OURS
  }

  /** A line of its console; one of digits are keys to press. */
  command(line: string): void {
    this.#child.stdin?.write(`${line}\n`)
  }

  /** What it has heard in its last call, 8 kHz; empty before it is over. */
  heard(): Int16Array {
    const file = join(this.#folder, 'heard.wav')
    if (!existsSync(file)) return new Int16Array()
    const bytes = readFileSync(file).subarray(44)
    const end = bytes.byteOffset + (bytes.length & ~1)
    return new Int16Array(bytes.buffer.slice(bytes.byteOffset, end))
  }

  get printed(): string {
    return this.#printed
  }

  async stop(): Promise<void> {
    const exited = once(this.#child, 'exit')
    this.command('quit')
    const forced = setTimeout(() => this.#child.kill('SIGKILL'), 5000)
    await exited
    clearTimeout(forced)
    ip(`netns del ${this.#network}`)
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** A pair of interfaces, one end of it with us. It goes with its namespace. */
function openNetwork(name: string): void {
  const end = `od${process.pid}`
  const steps = [
    `netns add ${name}`,
    `link add ${end} type veth peer name inner netns ${name}`,
    `address add ${OURS}/30 dev ${end}`,
    `link set ${end} up`,
    `-n ${name} link set lo up`,
    `-n ${name} address add ${ITS}/30 dev inner`,
    `-n ${name} link set inner up`,
    `-n ${name} route add default via ${OURS}`,
  ]
  const failed = steps.find((step) => !ip(step))
  if (failed !== undefined) throw new Error(`"ip ${failed}" failed.`)
}

function settings(encryption: string, registrar?: Registrar): string {
  const sections = {
    sip: {
      use_ipv6: 0,
      sip_port: PORT,
      sip_tcp_port: PORT,
      media_encryption: encryption,
      guess_hostname: 1,
      ...(registrar && { default_proxy: 0, root_ca: registrar.caFile, verify_server_certs: 1 }),
    },
    sound: { echocancellation: 0 },
    misc: { config_version: 5 },
    ...(registrar && registration(registrar)),
  }
  return Object.entries(sections)
    .map(([name, values]) => [
      `[${name}]`,
      ...Object.entries(values).map(([key, value]) => `${key}=${value}`),
    ])
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n')
}

function registration({ port, username, password }: Registrar): Record<string, object> {
  const server = `<sip:${OURS}:${port};transport=tls>`
  return {
    proxy_0: {
      ...{ reg_proxy: server, reg_route: server, reg_identity: `sip:${username}@${OURS}` },
      ...{ reg_sendregister: 1, reg_expires: 600 },
    },
    auth_info_0: { username, passwd: password, domain: OURS },
  }
}
