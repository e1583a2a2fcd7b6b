import { isIP } from 'node:net'
import { OutdialError } from '#base'
import { type CallsContext, type CallTrace, type TracedAttempt, tracePackets } from '#calls'
import type { TraceEntry } from '#model'
import { readCapture } from '#rtp'
import { type Datagram, type Endpoint, pcapPieces } from './format-pcap.ts'

/**
 * The traffic of a call as a file for Wireshark, piece by piece. SIP is written as UDP, whatever carried it, with its
 * secrets crossed out; RTP in the clear.
 *
 * @throws OutdialError `pcap-not-found`
 */
export async function openPcap(
  calls: CallsContext,
  trace: CallTrace,
): Promise<AsyncIterable<Uint8Array>> {
  const captures = await tracePackets(calls, trace)
  const messages = trace.attempts.flatMap(messagesOf)
  const packets = trace.attempts.flatMap((one) => packetsOf(one, captures.get(one.attempt)))
  if (messages.length + packets.length === 0) throw nothingKept(trace)
  return inTurns(pcapPieces([...messages, ...packets]))
}

/** Megabytes of packets take tenths of a second, in which other calls want to be heard. */
async function* inTurns(pieces: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) {
    yield piece
    await new Promise((resolve) => setImmediate(resolve))
  }
}

function nothingKept({ callId, attempts }: CallTrace): OutdialError {
  const why =
    attempts.length === 0
      ? 'it was not dialled yet'
      : attempts.some(({ completeness }) => completeness === 'in-progress')
        ? 'it is in progress; ask again when it has ended'
        : 'traces are not kept while OUTDIAL_TRACE=off, nor of a server that was gone before it could'
  return new OutdialError('pcap-not-found', `No packets of call ${callId} are kept: ${why}.`)
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
