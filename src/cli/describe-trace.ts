import type { CallTrace, TracedAttempt } from '#app'

type Entry = TracedAttempt['entries'][number]
type Media = NonNullable<TracedAttempt['media']>

const ARROW_COLUMNS = 46

/** What happened in a call, on one page: a time line for each attempt, then how its audio fared. */
export function describeTrace(trace: CallTrace): string {
  const { callId, destination, campaignName, state, attempts } = trace
  const heading = `Call ${callId} to ${destination}, campaign “${campaignName}”, is ${state}`
  const first = `${heading}${endingOf(trace)}.`
  if (attempts.length > 0) return [first, ...attempts.map(describeAttempt)].join('\n\n')
  return `${first}\nIt was never dialled; \`outdial why ${callId}\` says why.`
}

function describeAttempt(attempt: TracedAttempt): string {
  const { attempt: number, trunk, state, beganAt, leftOut, media, packets } = attempt
  const heading = `Attempt ${number} by trunk ${trunk} is ${state}${endingOf(attempt)}.`
  const seen = new Set<string>()
  return [
    heading,
    ...(attempt.completeness === 'kept' ? [] : [incompleteness(attempt)]),
    `Milliseconds since ${zeroOf(attempt)}, ${beganAt.toISOString()}:`,
    ...attempt.entries.map((entry) => describeEntry(entry, seen)),
    ...(leftOut === undefined ? [] : [`${leftOut} further messages and steps were left out.`]),
    ...(media === undefined ? [] : describeMedia(media)),
    ...(packets === undefined ? [] : [describePackets(packets)]),
  ].join('\n')
}

function endingOf({ outcome, cause }: Pick<CallTrace, 'outcome' | 'cause'>): string {
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

function describeEntry(entry: Entry, seen: Set<string>): string {
  const time = entry.atMs.toFixed(1).padStart(10)
  const [subject, text] = told(entry, seen)
  return `${time}  ${subject.padEnd(9)} ${text}`.trimEnd()
}

function told(entry: Entry, seen: Set<string>): [subject: string, text: string] {
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

function describeWrite({
  state,
  detail,
  tookMs,
  error,
}: Extract<Entry, { kind: 'write' }>): string {
  const what = `${state.replace('-', ' ')}${detail === undefined ? '' : `, ${detail}`}`
  if (error !== undefined) return `${what}: not written, ${error}`
  return tookMs === undefined ? what : `${what} (${tookMs} ms)`
}

/** A rung of the ladder, Outdial on the left; `seen`: the messages before it. */
function describeMessage(message: Extract<Entry, { kind: 'sip' }>, seen: Set<string>): string {
  const { direction, transport, remote, text } = message
  const key = `${direction} ${text}`
  const again = seen.has(key) ? ', again' : ''
  seen.add(key)
  const label = `─ ${labelOf(text)}${again} `.padEnd(ARROW_COLUMNS, '─')
  const arrow = direction === 'out' ? `${label}▶` : `◀${label}`
  const host = remote.host.includes(':') ? `[${remote.host}]` : remote.host
  return `${arrow} ${host}:${remote.port} ${transport}`
}

/** The method, or the status and what it answers; and whether there is an SDP. */
function labelOf(text: string): string {
  const [startLine = ''] = text.split(/\r?\n/, 1)
  const sdp = /^(?:content-type|c)[ \t]*:[ \t]*application\/sdp/im.test(text)
  const [, status] = /^SIP\/2\.0 (.*)$/.exec(startLine) ?? []
  const [, method = ''] = /^cseq[ \t]*:[ \t]*\d+[ \t]+(\S+)/im.exec(text) ?? []
  if (status === undefined) return `${startLine.split(' ', 1)[0]}${sdp ? ' (SDP)' : ''}`
  return `${status} (${method}${sdp ? ', SDP' : ''})`
}

function describeSound(sound: Extract<Entry, { kind: 'media' }>): string {
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
      return `callee is ${sound.calleeType} (${sound.calleeKind}, confidence ${sound.confidence})`
    case 'prompt-ended':
      return `prompt ${sound.interrupted ? 'cut short' : 'ends'} after ${Math.round(sound.playedMs)} ms`
  }
}

function describeStep({ step, text, uri, line }: Extract<Entry, { kind: 'dialogue' }>): string {
  const place = uri === undefined ? '' : `(${uri}${line ? `:${line}` : ''})`
  return [step.padEnd(9), text, place].filter((part) => part !== '').join(' ')
}

function describePost(post: Extract<Entry, { kind: 'post' }>): string {
  const { httpStatus, error, tookMs } = post
  return `posted, try ${post.try}: ${error ?? httpStatus} (${tookMs} ms)`
}

function describeMedia(media: Media): string[] {
  const { packetsSent, packetsReceived, packetsLost, packetsDiscarded, packetsIgnored } = media
  const { jitterMs, bufferMs, roundTripMs, atPeer } = media
  const round = roundTripMs === undefined ? '' : `, round trip ${ms(roundTripMs)}`
  const expected = packetsReceived + packetsLost
  const percent = expected === 0 ? '' : ` (${((100 * packetsLost) / expected).toFixed(1)} %)`
  return [
    `Audio: ${packetsSent} packets sent; ${packetsReceived} received, ${packetsLost} lost${percent}, ` +
      `${packetsDiscarded} too late, ${packetsIgnored} ignored; ` +
      `jitter ${ms(jitterMs)}, buffer ${ms(bufferMs)}${round}.`,
    ...(atPeer === undefined
      ? []
      : [
          `The far end reported ${atPeer.packetsLost} lost and a jitter of ${ms(atPeer.jitterMs)}.`,
        ]),
    ...describeScores(media),
  ]
}

function describeScores({ mos, atPeer }: Media): string[] {
  const scores = [
    ...(mos === undefined ? [] : [`${mos.toFixed(2)} heard here`]),
    ...(atPeer === undefined ? [] : [`${atPeer.mos.toFixed(2)} heard there`]),
  ]
  if (scores.length === 0) return []
  return [
    `MOS ${scores.join(', ')}: estimated from loss and delay by the E-model (ITU-T G.107), all else at its defaults.`,
  ]
}

function describePackets({ leftOut }: NonNullable<TracedAttempt['packets']>): string {
  const end = leftOut === 0 ? '' : `; ${leftOut} had no room`
  return `Its packets were recorded: --pcap writes them to a file${end}.`
}

function ms(value: number): string {
  return `${Number(value.toFixed(1))} ms`
}
