// Builds an Asterisk to test against where Debian's release has none: a Debian testing in a folder of its own, of which nothing
// is started. As root, on Debian; 1 minute, 540 MB. `npm run peers -- asterisk`
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where test/support/asterisk.ts looks for it. */
const ASTERISK_ROOT = '/var/cache/outdial-peers/asterisk'

const SUITE = 'forky'
const PACKAGES = ['asterisk', 'asterisk-modules']
const TIME_LIMIT_MS = 600_000

/** Throws nothing. Returns undefined where it is there afterwards, else what is amiss. */
export function installAsterisk(say: (line: string) => void): string | undefined {
  if (existsSync(join(ASTERISK_ROOT, 'usr/sbin/asterisk'))) return undefined
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0) {
    return 'An Asterisk is built on Debian, as root.'
  }
  const mirror = aptMirror()
  if (mirror === undefined) return 'No mirror stands in /etc/apt/sources.list*.'
  say(`Building ${ASTERISK_ROOT} from Debian ${SUITE} …`)
  mkdirSync(ASTERISK_ROOT, { recursive: true })
  return (
    run('apt-get', ['-y', '-q', 'install', '--no-install-recommends', 'debootstrap']) ??
    run('debootstrap', [
      ...['--variant=minbase', `--include=${PACKAGES.join(',')}`, SUITE, ASTERISK_ROOT, mirror],
      // The script of the suite itself may be newer than this release.
      '/usr/share/debootstrap/scripts/sid',
    ])
  )
}

/** Where this machine gets its own packages from. */
function aptMirror(): string | undefined {
  const folder = '/etc/apt/sources.list.d'
  const files = ['/etc/apt/sources.list', ...readdirSync(folder).map((name) => join(folder, name))]
  const text = files.filter((file) => existsSync(file)).map((file) => readFileSync(file, 'utf8'))
  return /^(?:URIs:|deb)\s+(?:\[.*?\]\s+)?(https?:\/\/\S+\/debian)\/?(?=\s)/m.exec(
    text.join('\n'),
  )?.[1]
}

/** The last line of what went wrong, if something did. */
function run(program: string, words: readonly string[]): string | undefined {
  const { status, error, stdout, stderr } = spawnSync(program, words, {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    encoding: 'utf8',
    timeout: TIME_LIMIT_MS,
  })
  if (status === 0) return undefined
  const lastLine = `${stdout}${stderr}`.trim().split('\n').at(-1) ?? ''
  return `${program}: ${error?.message ?? (lastLine || `status ${status}`)}`
}
