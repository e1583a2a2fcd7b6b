/**
 * The media thread's entry. With the raw driver it owns its thread: it blocks until the next slot or
 * the next command, and never returns to its event loop, so that nothing else can delay a packet.
 * With `dgram`, which lives on the event loop, it waits by timers.
 */
import { type MessagePort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { loadOpus } from '#audio'
import { OutdialError, randomFraction, systemRandom } from '#base'
import { DgramDriver } from '../udp/dgram-driver.ts'
import type { PacketReceiver, UdpDriver } from '../udp/driver.ts'
import { raisePriority } from '../udp/priority.ts'
import { MediaThread } from './media-thread.ts'
import type { Command, Report, WorkerSettings } from './messages.ts'
import { Meters } from './meters.ts'

type MakeDriver = (receiver: PacketReceiver, sockets: number) => UdpDriver

const LONGEST_WAIT_MS = 60_000

const { settings, port } = workerData as { settings: WorkerSettings; port: MessagePort }
await main()

async function main(): Promise<void> {
  const report = (message: Report, transfer: ArrayBuffer[] = []): void =>
    port.postMessage(message, transfer)
  const thread = new MediaThread({
    settings,
    report,
    meters: new Meters(settings.meters),
    monotonicMs: () => performance.now(),
    wallMs: () => performance.timeOrigin + performance.now(),
    chance: () => randomFraction(systemRandom),
    makeDriver: await chooseDriver(),
  })
  // Now or never: a thread that does not return to its event loop cannot load anything.
  await loadOpus()
  const priority = settings.priority === 'auto' ? await raisePriority() : 'none'
  report({ kind: 'ready', driver: thread.driverName, priority })
  if (thread.driverName === 'raw') await runBlocking(thread)
  else await runOnTimers(thread)
  port.close()
}

async function chooseDriver(): Promise<MakeDriver> {
  const wantsRaw = settings.driver !== 'dgram'
  if (wantsRaw && process.platform === 'linux' && !settings.host.includes(':')) {
    try {
      const { RawDriver } = await import('../udp/raw-driver.ts')
      return (receiver, sockets) => new RawDriver(sockets, receiver)
    } catch (error) {
      if (settings.driver === 'raw') throw unavailable(error)
    }
  } else if (settings.driver === 'raw') throw unavailable(undefined)
  return (receiver) => new DgramDriver(receiver)
}

/** What it waits for are promises that are kept at once: the event loop does not come into it. */
async function runBlocking(thread: MediaThread): Promise<void> {
  const doorbell = new Int32Array(settings.doorbell)
  for (;;) {
    // Silenced before the commands are read, so that one that comes meanwhile rings again.
    if (Atomics.exchange(doorbell, 0, 0) !== 0) await obeyWaiting(thread)
    if (thread.stopped) return
    thread.send()
    const waitMs = Math.min(thread.hear() - performance.now(), LONGEST_WAIT_MS)
    if (waitMs > 0) Atomics.wait(doorbell, 0, 0, waitMs)
  }
}

/** A message port can be read without an event loop: shared buffers arrive only this way. */
async function obeyWaiting(thread: MediaThread): Promise<void> {
  let waiting = receiveMessageOnPort(port)
  while (waiting) {
    await thread.obey(waiting.message as Command)
    waiting = receiveMessageOnPort(port)
  }
}

function runOnTimers(thread: MediaThread): Promise<void> {
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined
    let isToHear = false
    const run = (): void => {
      clearTimeout(timer)
      if (thread.stopped) return resolve()
      thread.send()
      // The event loop takes in what has come before it calls this.
      if (!isToHear) setImmediate(hear)
      isToHear = true
    }
    const hear = (): void => {
      isToHear = false
      if (thread.stopped) return
      const waitMs = Math.min(thread.hear() - performance.now(), LONGEST_WAIT_MS)
      timer = setTimeout(run, Math.max(1, Math.round(waitMs)))
    }
    port.on('message', async (command: Command) => {
      await thread.obey(command)
      run()
    })
    run()
  })
}

function unavailable(cause: unknown): OutdialError {
  return new OutdialError(
    'media-driver-unavailable',
    'The raw media driver needs Linux, an IPv4 address and the package koffi for this machine.',
    { cause },
  )
}
