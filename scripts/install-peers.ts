// Installs what the tests talk to (SIPp, baresip, linphone, Kamailio, multimon-ng, tshark, Prometheus, PHP 8.2, PostgreSQL 15, Chromium) where that
// is possible without asking: on Debian, as root. Elsewhere it says what is missing; the tests that need it skip, each with its reason.
import { spawnSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { installAsterisk } from './install-asterisk.ts'

interface Peer {
  readonly name: string
  readonly debianPackage: string
  readonly program: string
  /** Where Debian puts it, if not on the path. */
  readonly folder?: string
}

const PEERS: readonly Peer[] = [
  { name: 'SIPp', debianPackage: 'sip-tester', program: 'sipp' },
  { name: 'baresip', debianPackage: 'baresip-core', program: 'baresip' },
  { name: 'linphone', debianPackage: 'linphone-cli', program: 'linphonec' },
  { name: 'ip, for linphone', debianPackage: 'iproute2', program: 'ip' },
  { name: 'Kamailio', debianPackage: 'kamailio', program: 'kamailio' },
  {
    name: 'TLS for Kamailio',
    debianPackage: 'kamailio-tls-modules',
    program: 'tls.so',
    folder: `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/kamailio/modules`,
  },
  { name: 'PHP 8.2', debianPackage: 'php8.2-cli', program: 'php' },
  { name: 'multimon-ng', debianPackage: 'multimon-ng', program: 'multimon-ng' },
  { name: 'Prometheus', debianPackage: 'prometheus', program: 'prometheus' },
  {
    name: 'Chromium',
    debianPackage: 'chromium-headless-shell',
    program: 'chromium-headless-shell',
  },
  { name: 'tshark', debianPackage: 'tshark', program: 'tshark' },
  {
    name: 'PostgreSQL 15',
    debianPackage: 'postgresql-15',
    program: 'postgres',
    folder: '/usr/lib/postgresql/15/bin',
  },
]

const APT_TIME_LIMIT_MS = 420_000
/** Asked before a package starts or stops a service; 101 forbids it. */
const SERVICE_POLICY = '/usr/sbin/policy-rc.d'

/** Never throws. Returns one line for each peer that is missing afterwards, empty where all are there. */
export function installPeers(say: (line: string) => void): string[] {
  const missing = PEERS.filter((peer) => !isInstalled(peer))
  if (missing.length === 0) return []
  const packages = missing.map(({ debianPackage }) => debianPackage)
  const byHand = `apt-get install --no-install-recommends ${packages.join(' ')}`
  if (!existsSync('/etc/debian_version') || !isOnPath('apt-get')) {
    return missing.map(({ name }) => `${name} is not installed: its tests are skipped.`)
  }
  if (process.getuid?.() !== 0) {
    return missing.map(({ name }) => `${name} is not installed: as root, run "${byHand}".`)
  }
  say(`Installing ${packages.join(', ')} …`)
  const failure = withoutServices(
    () => aptGet('update') ?? aptGet('install', '--no-install-recommends', ...packages),
  )
  return missing
    .filter((peer) => !isInstalled(peer))
    .map(({ name }) => `${name} could not be installed (${failure ?? 'no program found'}).`)
}

function isInstalled({ program, folder }: Peer): boolean {
  return isOnPath(program) || (folder !== undefined && existsSync(join(folder, program)))
}

function isOnPath(program: string): boolean {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return folders.some((folder) => folder !== '' && existsSync(join(folder, program)))
}

/** A test wants programs: what Debian would start of them, on all addresses of the machine, stays off. */
function withoutServices<T>(run: () => T): T {
  if (existsSync(SERVICE_POLICY)) return run()
  writeFileSync(SERVICE_POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    return run()
  } finally {
    rmSync(SERVICE_POLICY)
  }
}

/** The last line of what went wrong, if something did. */
function aptGet(...words: string[]): string | undefined {
  const apt = spawnSync('apt-get', ['-y', '-q', '-o', 'DPkg::Lock::Timeout=120', ...words], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: APT_TIME_LIMIT_MS,
  })
  if (apt.status === 0) return undefined
  const lastLine = apt.stderr.trim().split('\n').at(-1) ?? ''
  return `apt-get ${words[0]}: ${apt.error?.message ?? (lastLine || `status ${apt.status}`)}`
}

if (import.meta.main) {
  const say = (line: string): void => console.log(line)
  const wanted = process.argv.slice(2)
  const missing = installPeers(say)
  if (wanted.includes('asterisk')) missing.push(...[installAsterisk(say) ?? []].flat())
  for (const line of missing) say(line)
  if (missing.length === 0) say('All of them are installed.')
}
