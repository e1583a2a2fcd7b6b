import { writeFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { errorMessage, OutdialError } from '#base'
import { type CallsContext, type CallTrace, type TracedAttempt, tracePackets } from '#calls'
import type { TraceEntry } from '#model'
import { readCapture } from '#rtp'
import { type Datagram, type Endpoint, formatPcap } from './format-pcap.ts'

/** How much of a call's traffic a file has. */
export interface WrittenPcap {
  readonly messages: number
  /** RTP and RTCP. */
  readonly packets: number
}

/**
 * Writes the traffic of a call to a file for Wireshark. SIP is written as UDP, whatever carried it, with its
 * secrets crossed out; RTP in the clear.
 *
 * @throws OutdialError `pcap-not-written`
 */
export async function writeTracePcap(
  calls: CallsContext,
  trace: CallTrace,
  path: string,
): Promise<WrittenPcap> {
  const captures = await tracePackets(calls, trace)
  const messages = trace.attempts.flatMap(messagesOf)
  const packets = trace.attempts.flatMap((one) => packetsOf(one, captures.get(one.attempt)))
  try {
    await writeFile(path, formatPcap([...messages, ...packets]))
  } catch (cause) {
    const sentence = `The packets cannot be written to a file: ${errorMessage(cause)}.`
    throw new OutdialError('pcap-not-written', sentence, { cause })
  }
  return { messages: messages.length, packets: packets.length }
}

type Message = Extract<TraceEntry, { kind: 'sip' }>

function messagesOf({ beganAt, entries, packets }: TracedAttempt): Datagram[] {
  const messages = entries.filter((entry): entry is Message => entry.kind === 'sip')
  const known = messages.map(({ remote }) => remote.host).find((host) => isIP(host) !== 0)
  const payloadOf = packets === undefined ? String : describedInClear
  return messages.map(({ atMs, direction, local, remote, text }) => {
    const [own, far] = [addressed(local, known), addressed(remote, known)]
    const [from, to] = direction === 'out' ? [own, far] : [far, own]
    return { atMs: beganAt.getTime() + atMs, from, to, payload: Buffer.from(payloadOf(text)) }
  })
}

/** Packets that are written in the clear are said to be so: else Wireshark takes them for encrypted. */
function describedInClear(text: string): string {
  const clear = text.replace(/^(m=audio \d+ RTP\/)S(AVPF?) /gm, '$1$2 ')
  const shorter = text.length - clear.length
  return clear.replace(
    /^((?:content-length|l)[ \t]*:[ \t]*)(\d+)/im,
    (_, field: string, length: string) => field + (Number(length) - shorter),
  )
}

/** A name instead of an address: of a message that never found one, or of a connection by name. */
function addressed({ host, port }: Endpoint, known = '0.0.0.0'): Endpoint {
  return { host: isIP(host) === 0 ? known : host, port }
}

function packetsOf({ beganAt, packets }: TracedAttempt, capture?: Uint8Array): Datagram[] {
  if (packets === undefined || capture === undefined) return []
  const zeroMs = beganAt.getTime() + packets.offsetMs
  return [...readCapture(capture)].map(({ atMs, sent, remote, ownPort, bytes }) => {
    const own = { host: packets.host, port: ownPort }
    const [from, to] = sent ? [own, remote] : [remote, own]
    return { atMs: zeroMs + atMs, from, to, payload: bytes }
  })
}
