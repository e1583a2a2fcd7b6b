import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatWav, parseWav } from '#audio'
import type { Trunk } from '#model'
import { type ASTERISK_CALLERS, asteriskFiles } from './asterisk-config.ts'
import { endProgram, findProgram, freePort, udpPortTaken } from './program.ts'
import { eventually } from './sip-agents.ts'
import type { Certificate } from './sip-certificates.ts'

export interface AsteriskSetting {
  readonly ports: { readonly plain: number; readonly tls: number }
  /** Where its modules are, as it sees them. */
  readonly moduleFolder: string
  /** Phones behind it: extensions of their own. */
  readonly callees?: readonly {
    readonly name: string
    readonly host: string
    readonly port: number
  }[]
}

/** Where it can be had: on the path, or in a folder that is a Debian of its own. */
interface Place {
  /** Empty: the machine's own. */
  readonly root: string
  readonly moduleFolder: string
}

/** Where `npm run peers -- asterisk` puts one: see scripts/install-asterisk.ts. */
const ASTERISK_ROOT = '/var/cache/outdial-peers/asterisk'

/** A phone number is this and an extension. */
export const EXTENSION_PREFIX = '16177123'

/** The reason to skip, or false. */
export function lacksAsterisk(): string | false {
  if (findPlace() !== undefined) return false
  return 'no asterisk; on Debian as root, npm run peers -- asterisk builds one (1 minute, 540 MB)'
}

function findPlace(): Place | undefined {
  const triplet = `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`
  for (const root of ['', ASTERISK_ROOT]) {
    const isThere =
      root === '' ? 'path' in findProgram('asterisk') : existsSync(`${root}/usr/sbin/asterisk`)
    const isAllowed = root === '' || process.getuid?.() === 0
    if (!isThere || !isAllowed) continue
    const folders = [`/usr/lib/${triplet}/asterisk/modules`, '/usr/lib/asterisk/modules']
    const moduleFolder = folders.find((folder) => existsSync(root + folder))
    if (moduleFolder !== undefined) return { root, moduleFolder }
  }
  return undefined
}

/** Asterisk as a PBX on 127.0.0.1, with a dialplan for each kind of callee. */
export class Asterisk {
  readonly #ports: AsteriskSetting['ports']
  readonly #child: ChildProcess
  /** As we see it. */
  readonly #folder: string
  readonly #root: string
  readonly #printed: Buffer[] = []

  private constructor(
    ports: AsteriskSetting['ports'],
    child: ChildProcess,
    place: { readonly root: string; readonly folder: string },
  ) {
    this.#ports = ports
    this.#child = child
    this.#folder = place.folder
    this.#root = place.root
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => this.#printed.push(chunk))
    }
  }

  /** `says`: the tone of its extensions, 8 kHz. */
  static async start(
    says: Int16Array,
    tls: Certificate,
    callees: AsteriskSetting['callees'] = [],
  ): Promise<Asterisk> {
    const place = findPlace()
    if (place === undefined) throw new Error('There is no Asterisk.')
    const { root, moduleFolder } = place
    const folder = mkdtempSync(join(root === '' ? tmpdir() : `${root}/tmp`, 'outdial-asterisk-'))
    const inside = folder.slice(root.length)
    const ports = { plain: await freePort(), tls: await freePort() }
    for (const name of ['etc', 'varlib', 'db', 'key', 'spool', 'run', 'log', 'cache']) {
      mkdirSync(join(folder, name))
    }
    const files = {
      ...asteriskFiles({ ports, moduleFolder, callees }, inside),
      ...{ 'own.pem': tls.certificate, 'own.key': tls.key },
    }
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'etc', name), text)
    writeFileSync(join(folder, 'tone.wav'), formatWav(says, { sampleRate: 8000 }))
    const [program, words] = invocation(root, inside, ['-f'])
    const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'] })
    const asterisk = new Asterisk(ports, child, { root, folder })
    try {
      await udpPortTaken(ports.plain, once(child, 'exit'), 30_000)
      await eventually(
        'Asterisk is up',
        () => asterisk.command('core waitfullybooted').includes('fully booted'),
        30_000,
      )
      return asterisk
    } catch (cause) {
      child.kill('SIGKILL')
      throw new Error(`Asterisk did not start: ${asterisk.notes}`, { cause })
    }
  }
  trunk(
    caller: keyof typeof ASTERISK_CALLERS,
    transport: 'udp' | 'tcp' | 'tls',
    more: Partial<Trunk> = {},
  ): Trunk {
    return {
      ...{ name: caller, host: '127.0.0.1', transport, invalidCallerId: 'decline' },
      port: transport === 'tls' ? this.#ports.tls : this.#ports.plain,
      // Of a number only the extension is dialled.
      ...{ numberFormat: 'digits', stripPrefix: EXTENSION_PREFIX },
      ...more,
    }
  }

  /** What its console answers. */
  command(words: string): string {
    const inside = this.#folder.slice(this.#root.length)
    const { stdout } = spawnSync(...invocation(this.#root, inside, ['-rx', words]))
    return String(stdout)
  }

  /** What it recorded of a call; empty before. */
  heard(callId: string): Int16Array {
    const file = join(this.#folder, `heard-${callId}.wav`)
    return existsSync(file) ? parseWav(readFileSync(file)).samples : new Int16Array()
  }

  /** What its log says: warnings, and the notes of its dialplan. */
  get notes(): string {
    const file = join(this.#folder, 'log/notes')
    return existsSync(file) ? readFileSync(file, 'utf8') : String(Buffer.concat(this.#printed))
  }

  async stop(): Promise<void> {
    await endProgram(this.#child)
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** With its own files; in its own Debian where it has one. */
function invocation(root: string, inside: string, words: readonly string[]): [string, string[]] {
  const all = ['-C', `${inside}/etc/asterisk.conf`, ...words]
  return root === '' ? ['asterisk', all] : ['chroot', [root, 'asterisk', ...all]]
}
