import { messageLabel } from '#base'
import type { Trace, TracedAttempt, TracedMedia, TraceEntry } from '#client'

type Entry<Kind extends TraceEntry['kind']> = Extract<TraceEntry, { kind: Kind }>

const ARROW_COLUMNS = 46

/** What happened in a call, on one page: a time line for each attempt, then how its audio fared. */
export function describeTrace(trace: Trace): string {
  const { call_id: callId, destination, campaign_name: campaignName, state, attempts } = trace
  const heading = `Call ${callId} to ${destination}, campaign “${campaignName}”, is ${state}`
  const first = `${heading}${endingOf(trace)}.`
  if (attempts.length > 0) return [first, ...attempts.map(describeAttempt)].join('\n\n')
  return `${first}\nIt was never dialled; \`outdial why ${callId}\` says why.`
}

function describeAttempt(attempt: TracedAttempt): string {
  const { attempt: number, trunk, state, began_at: beganAt, left_out: leftOut, media } = attempt
  const heading = `Attempt ${number} by trunk ${trunk} is ${state}${endingOf(attempt)}.`
  const seen = new Set<string>()
  return [
    heading,
    ...(attempt.completeness === 'kept' ? [] : [incompleteness(attempt)]),
    `Milliseconds since ${zeroOf(attempt)}, ${beganAt}:`,
    ...attempt.entries.map((entry) => describeEntry(entry, seen)),
    ...(leftOut === 0 ? [] : [`${leftOut} further messages and steps were left out.`]),
    ...(media === null ? [] : describeMedia(media)),
    ...(attempt.packets_recorded ? [describePackets(attempt)] : []),
  ].join('\n')
}

function endingOf({ outcome, cause }: Pick<Trace, 'outcome' | 'cause'>): string {
  return outcome === undefined ? '' : `: ${outcome} (${cause})`
}

function incompleteness({ completeness }: TracedAttempt): string {
  return completeness === 'in-progress'
    ? 'It is in progress: its trace is kept when it has ended. What the database has of it so far:'
    : 'Its trace was not kept (OUTDIAL_TRACE=off, or its server was gone). What the database has of it:'
}

function zeroOf({ completeness }: TracedAttempt): string {
  return completeness === 'kept' ? 'the call was claimed' : 'the intent to dial was stored'
}

function describeEntry(entry: TraceEntry, seen: Set<string>): string {
  const time = entry.at_ms.toFixed(1).padStart(10)
  const [subject, text] = told(entry, seen)
  return `${time}  ${subject.padEnd(9)} ${text}`.trimEnd()
}

function told(entry: TraceEntry, seen: Set<string>): [subject: string, text: string] {
  switch (entry.kind) {
    case 'claim':
      return ['claim', `given a line on trunk ${entry.trunk}`]
    case 'write':
      return ['database', describeWrite(entry)]
    case 'sip':
      return ['SIP', describeMessage(entry, seen)]
    case 'media':
      return ['audio', describeSound(entry)]
    case 'dialogue':
      return ['dialogue', describeStep(entry)]
    case 'post':
      return ['result', describePost(entry)]
  }
}

function describeWrite({ state, detail, took_ms: tookMs, error }: Entry<'write'>): string {
  const what = `${state.replace('-', ' ')}${detail === undefined ? '' : `, ${detail}`}`
  if (error !== undefined) return `${what}: not written, ${error}`
  return tookMs === undefined ? what : `${what} (${tookMs} ms)`
}

/** A rung of the ladder, Outdial on the left; `seen`: the messages before it. */
function describeMessage(message: Entry<'sip'>, seen: Set<string>): string {
  const { direction, transport, remote, text } = message
  const key = `${direction} ${text}`
  const again = seen.has(key) ? ', again' : ''
  seen.add(key)
  const label = `─ ${messageLabel(text)}${again} `.padEnd(ARROW_COLUMNS, '─')
  const arrow = direction === 'out' ? `${label}▶` : `◀${label}`
  const host = remote.host.includes(':') ? `[${remote.host}]` : remote.host
  return `${arrow} ${host}:${remote.port} ${transport}`
}

function describeSound(sound: Entry<'media'>): string {
  switch (sound.event) {
    case 'first-received':
      return 'first packet received'
    case 'prompt-started':
      return 'prompt begins'
    case 'early-media':
      return 'what the network plays before the answer is heard'
    case 'progress-tone':
      return `the network plays: ${sound.tone}`
    case 'beep-ended':
      return 'beep ends'
    case 'callee-known':
      return `callee is ${sound.callee_type} (${sound.callee_kind}, confidence ${sound.confidence})`
    case 'prompt-ended':
      return `prompt ${sound.interrupted ? 'cut short' : 'ends'} after ${Math.round(sound.played_ms)} ms`
  }
}

function describeStep({ step, text, uri, line }: Entry<'dialogue'>): string {
  const place = uri === undefined ? '' : `(${uri}${line ? `:${line}` : ''})`
  return [step.padEnd(9), text, place].filter((part) => part !== '').join(' ')
}

function describePost(post: Entry<'post'>): string {
  const { http_status: httpStatus, error, took_ms: tookMs } = post
  return `posted, try ${post.try}: ${error ?? httpStatus} (${tookMs} ms)`
}

function describeMedia(media: TracedMedia): string[] {
  const { packets_received: received, packets_lost: lost, at_peer: atPeer } = media
  const { round_trip_ms: roundTripMs } = media
  const round = roundTripMs === undefined ? '' : `, round trip ${ms(roundTripMs)}`
  const expected = received + lost
  const percent = expected === 0 ? '' : ` (${((100 * lost) / expected).toFixed(1)} %)`
  return [
    `Audio: ${media.packets_sent} packets sent; ${received} received, ${lost} lost${percent}, ` +
      `${media.packets_discarded} too late, ${media.packets_ignored} ignored; ` +
      `jitter ${ms(media.jitter_ms)}, buffer ${ms(media.buffer_ms)}${round}.`,
    ...(atPeer === undefined
      ? []
      : [
          `The far end reported ${atPeer.packets_lost} lost and a jitter of ${ms(atPeer.jitter_ms)}.`,
        ]),
    ...describeScores(media),
  ]
}

function describeScores({ mos, at_peer: atPeer }: TracedMedia): string[] {
  const scores = [
    ...(mos === undefined ? [] : [`${mos.toFixed(2)} heard here`]),
    ...(atPeer?.mos === undefined ? [] : [`${atPeer.mos.toFixed(2)} heard there`]),
  ]
  if (scores.length === 0) return []
  return [
    `MOS ${scores.join(', ')}: estimated from loss and delay by the E-model (ITU-T G.107), all else at its defaults.`,
  ]
}

function describePackets({ packets_left_out: leftOut }: TracedAttempt): string {
  const end = leftOut === 0 ? '' : `; ${leftOut} had no room`
  return `Its packets were recorded: --pcap writes them to a file${end}.`
}

function ms(value: number): string {
  return `${Number(value.toFixed(1))} ms`
}
