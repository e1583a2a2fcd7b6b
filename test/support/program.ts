import type { ChildProcess } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'

/** The path of a program, or the reason to skip what needs it. */
export function findProgram(name: string): { path: string } | { skip: string } {
  const folders = (process.env['PATH'] ?? '').split(':')
  const path = folders.map((folder) => join(folder, name)).find((file) => existsSync(file))
  if (path !== undefined) return { path }
  return { skip: `${name} is not installed; as root on Debian npm test installs it` }
}

/** A port of loopback that nobody has just now, neither for UDP nor for TCP. */
export async function freePort(): Promise<number> {
  return freePorts(1)
}

/** The first of two such ports, one after the other. */
export async function freePortPair(): Promise<number> {
  return freePorts(2)
}

async function freePorts(count: number): Promise<number> {
  for (;;) {
    const socket = createSocket('udp4').bind(0, '127.0.0.1')
    await once(socket, 'listening')
    const { port } = socket.address()
    await new Promise<void>((resolve) => socket.close(() => resolve()))
    const ports = Array.from({ length: count }, (_, at) => port + at)
    const free = await Promise.all(
      ports.map(async (each) => (await udpFree(each)) && tcpFree(each)),
    )
    if (!free.includes(false)) return port
  }
}

async function udpFree(port: number): Promise<boolean> {
  const socket = createSocket('udp4').bind(port, '127.0.0.1')
  const isFree = await once(socket, 'listening').then(
    () => true,
    () => false,
  )
  if (isFree) await new Promise<void>((resolve) => socket.close(() => resolve()))
  return isFree
}

async function tcpFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1')
  const isFree = await once(server, 'listening').then(
    () => true,
    () => false,
  )
  if (isFree) await new Promise<void>((resolve) => server.close(() => resolve()))
  return isFree
}

/** Resolves when some process has the UDP port; rejects after `deadlineMs`, or when `ended` resolves. */
export async function udpPortTaken(
  port: number,
  ended: Promise<unknown>,
  deadlineMs = 10_000,
): Promise<void> {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')} `
  const deadline = performance.now() + deadlineMs
  let over = false
  void ended.then(() => {
    over = true
  })
  while (!readFileSync('/proc/net/udp', 'utf8').includes(wanted)) {
    if (over || performance.now() > deadline) throw new Error(`Nobody took UDP port ${port}.`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Ends a program that may not hear it. */
export async function endProgram(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  const forced = setTimeout(() => child.kill('SIGKILL'), 5000)
  await exited
  clearTimeout(forced)
}
