import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { findServer, lockDataFolder } from './node-lock.ts'

const MODULE = new URL('./node-lock.ts', import.meta.url).href
const OWNER = `const { lockDataFolder } = await import(${JSON.stringify(MODULE)})
lockDataFolder(process.argv[1]); console.log('locked'); process.stdin.resume()`

describe('lockDataFolder', () => {
  let parent = ''
  let folder = ''
  let children: ChildProcess[] = []

  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'outdial-lock-'))
    folder = join(parent, 'data')
  })
  afterEach(() => {
    for (const child of children) child.kill('SIGKILL')
    children = []
    rmSync(parent, { recursive: true })
  })

  const pidFile = (): string => join(folder, 'server.pid')

  async function startOwner(): Promise<ChildProcess> {
    const child = spawn(process.execPath, ['--no-warnings', '-e', OWNER, folder], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    children.push(child)
    await once(child.stdout ?? assert.fail(), 'data')
    return child
  }

  it('makes the folder, and gives the lock back', () => {
    const unlock = lockDataFolder(folder)
    assert.equal(findServer(folder), process.pid)
    unlock()
    assert.equal(findServer(folder), undefined)
    assert.equal(existsSync(pidFile()), false)
    unlock()
  })

  it('refuses a second server and names the first', async () => {
    const { pid } = await startOwner()
    assert.equal(findServer(folder), pid)
    const message = new RegExp(`process ${pid}\\) uses the data folder`)
    assert.throws(() => lockDataFolder(folder), { code: 'data-folder-in-use', message })
  })

  it("takes over a dead owner's lock", async () => {
    const child = await startOwner()
    child.kill('SIGKILL')
    await once(child, 'exit')
    assert.equal(existsSync(pidFile()), true)
    lockDataFolder(folder)()
  })

  it('takes over the lock of an owner that is dead but not yet reaped', {
    skip: noProc(),
  }, async () => {
    lockDataFolder(folder)
    const zombie = await startZombie()
    const stat = readFileSync(`/proc/${zombie}/stat`, 'utf8')
    writeFileSync(pidFile(), `${zombie} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`)
    assert.equal(findServer(folder), undefined)
    lockDataFolder(folder)()
  })

  it('is not deceived by another process of the same number', { skip: noProc() }, () => {
    lockDataFolder(folder)
    for (const pid of [process.pid, process.ppid]) {
      writeFileSync(pidFile(), `${pid} 1`)
      assert.equal(findServer(folder), undefined)
      lockDataFolder(folder)()
    }
  })

  it('takes over a file that says nothing', () => {
    lockDataFolder(folder)
    for (const text of ['', 'nonsense', '-1 5', '0']) {
      writeFileSync(pidFile(), text)
      lockDataFolder(folder)()
    }
  })

  it('says what is wrong with a folder that cannot be', () => {
    writeFileSync(folder, 'a file')
    assert.throws(() => lockDataFolder(folder), { code: 'store-folder-denied', message: /EEXIST/ })
  })

  /** A process that was killed and whose parent, a stopped shell, does not ask for its end. */
  async function startZombie(): Promise<number> {
    const shell = spawn('sh', ['-c', 'sleep 60 & echo $!; kill -STOP $$'])
    children.push(shell)
    const [line] = await once(shell.stdout, 'data')
    const pid = Number(line)
    await until(() => stateOf(shell.pid ?? 0) === 'T')
    process.kill(pid, 'SIGKILL')
    await until(() => stateOf(pid) === 'Z')
    return pid
  }
})

function stateOf(pid: number): string | undefined {
  return /\) (\w) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]
}

async function until(what: () => boolean): Promise<void> {
  const deadline = performance.now() + 5_000
  while (!what()) {
    assert.ok(performance.now() < deadline, 'not seen in 5 s')
    await new Promise((resolve) => setImmediate(resolve))
  }
}

function noProc(): string | false {
  return existsSync('/proc/self/stat') ? false : 'this system has no /proc'
}
