import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { freePort, udpPortTaken } from '#test/program'

/** A SIPp that answers every call and sends back what it hears: a far end that nobody here wrote. */
export interface SippEcho {
  readonly sip: { readonly host: string; readonly port: number }
  /** One port for all its calls, as SIPp 3.6 has it. */
  readonly rtp: { readonly host: string; readonly port: number }
  stop(): Promise<void>
}

/** Ahead of others where the system allows it: what the far end loses is not what is measured. */
export async function startSippEcho(): Promise<SippEcho> {
  const host = '127.0.0.1'
  const [port, rtpPort] = [await freePort(), (await freePort()) & ~1]
  const address = ['-i', host, '-p', `${port}`, '-mi', host, '-mp', `${rtpPort}`]
  const sipp = ['sipp', '-sn', 'uas', '-rtp_echo', ...address, '-nostdin']
  const child = spawn('nice', ['-n', '-15', ...sipp], { stdio: 'ignore' })
  const ended = once(child, 'exit')
  await udpPortTaken(port, ended)
  return {
    sip: { host, port },
    rtp: { host, port: rtpPort },
    async stop() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
