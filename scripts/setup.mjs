// Makes a fresh clone ready to run: installs the locked packages, once, and again when the lock changes.
// Plain JavaScript for any Node from 20 on: it runs before the project's own Node is there.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, lstatSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const mark = join(root, 'node_modules', '.outdial-setup')
const lockText = readFileSync(join(root, 'package-lock.json'), 'utf8')
const lockHash = createHash('sha256').update(lockText).digest('hex')

if (isLink(join(root, 'node_modules'))) {
  // npm would empty the folder of whoever it belongs to.
  console.error('node_modules is a link: what it leads to is taken as it is.')
} else if (!isInstalled()) {
  console.error('Installing the packages that package-lock.json names (once)…')
  // Warnings are about the system's Node, which only installs: the packages run on the one they bring.
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  // Ctrl-C reaches npm as well, which then clears away what it has begun. To leave before it has done so
  // would let it clear away the next try.
  process.on('SIGINT', () => {})
  const npm = spawnSync('npm', ['ci', ...options], { cwd: root, stdio: ['ignore', 2, 2] })
  if (npm.error !== undefined) fail(`npm cannot be run: ${npm.error.message}. Install npm.`)
  if (npm.status !== 0) {
    fail(
      'npm ci did not finish. If nobody stopped it, check the network and the npm registry setting; the same command begins anew.',
    )
  }
  writeFileSync(mark, lockHash)
}

/** What the lock names is there, whoever or whatever may have taken something away since. */
function isInstalled() {
  if (!existsSync(mark) || readFileSync(mark, 'utf8') !== lockHash) return false
  return Object.entries(JSON.parse(lockText).packages).every(
    ([path, { optional }]) => optional || existsSync(join(root, path, 'package.json')),
  )
}

function isLink(path) {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true
}

function fail(sentence) {
  console.error(sentence)
  process.exit(1)
}
