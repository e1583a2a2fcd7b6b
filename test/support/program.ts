import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The path of a program, or the reason to skip what needs it. */
export function findProgram(name: string): { path: string } | { skip: string } {
  const folders = (process.env['PATH'] ?? '').split(':')
  const path = folders.map((folder) => join(folder, name)).find((file) => existsSync(file))
  if (path !== undefined) return { path }
  return { skip: `${name} is not installed; as root on Debian npm test installs it` }
}

/** A UDP port of loopback that nobody has just now. */
export async function freePort(): Promise<number> {
  const socket = await bound(0)
  const { port } = socket.address()
  await closed(socket)
  return port
}

/** The first of two such ports, one after the other. */
export async function freePortPair(): Promise<number> {
  for (;;) {
    const first = await freePort()
    const second = await bound(first + 1).catch(() => undefined)
    if (second === undefined) continue
    await closed(second)
    return first
  }
}

async function bound(port: number): Promise<Socket> {
  const socket = createSocket('udp4').bind(port, '127.0.0.1')
  await once(socket, 'listening')
  return socket
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.close(() => resolve()))
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
