import type { Trace, TracedAttempt, TracedMedia, TraceEntry } from '#client'
import { roleAllows } from '#model'
import { type Html, html, NOTHING } from '../../html.ts'
import { facts } from '../../parts/table.ts'
import { shownText } from '../../shown-text.ts'
import { shownTime } from '../../shown-time.ts'
import type { Visit } from '../../visit.ts'
import { sipLadder } from './sip-ladder.ts'

type Kind = TraceEntry['kind']
type Entry<K extends Kind> = Extract<TraceEntry, { kind: K }>

/** What happened in each attempt: SIP as a ladder, the dialogue step by step, and how the audio fared. */
export function tracePanels(visit: Visit, trace: Trace): Html {
  return html`${trace.attempts.map((attempt) => attemptPanel(visit, attempt))}${packetsPanel(visit, trace)}`
}

/** All attempts as a file, for who may hear the call. */
function packetsPanel(visit: Visit, { call_id, attempts }: Trace): Html {
  const hasAudio = attempts.some(({ packets_recorded }) => packets_recorded)
  const hasSip = attempts.some(({ entries }) => entries.some(({ kind }) => kind === 'sip'))
  if (!(hasAudio || hasSip) || !roleAllows(visit.role, 'operator')) return NOTHING
  return html`<section class="panel" id="packets"><h2>Packets</h2>
    <p><a href="/calls/${call_id}/call.pcap" download>Download for Wireshark</a>
      <span class="aside">${hasAudio ? 'SIP and audio' : 'SIP'} of all attempts.${hasAudio ? NOTHING : ' Audio is recorded only while OUTDIAL_TRACE=packets.'}</span></p>
  </section>`
}

function attemptPanel(visit: Visit, attempt: TracedAttempt): Html {
  const { attempt: number, trunk, began_at, completeness, left_out, media } = attempt
  const of = <K extends Kind>(kind: K) =>
    attempt.entries.filter((entry): entry is Entry<K> => entry.kind === kind)
  return html`<section class="panel" id="attempt-${number}">
    <h2>Attempt ${number}: what happened</h2>
    <p class="aside">By trunk ${shownText(trunk)}, from ${shownTime(visit, began_at)} on. ${COMPLETENESS[completeness]}
      ${left_out > 0 ? `${left_out} further messages and steps were left out.` : NOTHING}</p>
    ${completeness === 'kept' ? sipLadder(visit, number, of('sip')) : NOTHING}
    ${dialogueSteps(of('dialogue'))}
    ${timeLine(attempt.entries)}
    ${media === null ? NOTHING : mediaFacts(media)}
  </section>`
}

const COMPLETENESS: Readonly<Record<TracedAttempt['completeness'], string>> = {
  kept: '',
  'in-progress': 'It is in progress; its trace is kept when it has ended.',
  missing: 'Its trace was not kept: tracing was off, or its server was gone.',
}

/** What was said and heard. Keys and phrases stand in no trace: their kind does. */
function dialogueSteps(steps: readonly Entry<'dialogue'>[]): Html {
  if (steps.length === 0) return NOTHING
  return html`<h3>Dialogue</h3><ol class="dialogue">${steps.map((entry) => {
    const { step, text } = entry
    const place = placeOf(entry)
    return html`<li class="step-${STEP_CLASSES[step] ?? 'other'}">
      <span class="at">${secondsText(entry)}</span> <b>${STEP_NAMES[step] ?? step}</b>
      ${shownText(text)} ${place === '' ? NOTHING : html`<span class="aside">${shownText(place)}</span>`}</li>`
  })}</ol>`
}

const STEP_CLASSES: Readonly<Record<string, string>> = {
  ...{ said: 'said', heard: 'heard', noinput: 'event', nomatch: 'event', event: 'event' },
}

const STEP_NAMES: Readonly<Record<string, string>> = {
  ...{ said: 'said', heard: 'heard', visit: 'at', fetch: 'fetched', noinput: 'heard nothing' },
  ...{ nomatch: 'did not understand', end: 'ended' },
}

function placeOf({ uri, line }: Entry<'dialogue'>): string {
  if (uri === undefined) return ''
  return line !== undefined && line > 0 ? `${uri}:${line}` : uri
}

/** Everything else, as it came: what was written when, and what began and ended in the audio. */
function timeLine(entries: readonly TraceEntry[]): Html {
  const others = entries.filter((entry) => entry.kind !== 'sip' && entry.kind !== 'dialogue')
  if (others.length === 0) return NOTHING
  return html`<h3>Line, audio, database and result</h3><ol class="dialogue">${others.map(
    (entry) =>
      html`<li><span class="at">${secondsText(entry)}</span> <b>${KINDS[entry.kind]}</b> ${shownText(otherText(entry))}</li>`,
  )}</ol>`
}

const KINDS: Readonly<Record<Other['kind'], string>> = {
  ...{ claim: 'line', write: 'database', media: 'audio', post: 'result' },
}

type Other = Entry<'claim' | 'write' | 'media' | 'post'>

function otherText(entry: Other): string {
  switch (entry.kind) {
    case 'claim':
      return `given on trunk ${entry.trunk}`
    case 'write': {
      const { state, detail, error, took_ms } = entry
      const more = detail === undefined ? '' : `, ${detail}`
      const failed = error === undefined ? '' : `: not written, ${error}`
      return `${state}${more}${failed}${took_ms === undefined ? '' : ` (${took_ms} ms)`}`
    }
    case 'post':
      return `posted, try ${entry.try}: ${entry.error ?? entry.http_status} (${entry.took_ms} ms)`
    case 'media':
      return soundText(entry)
  }
}

function soundText(sound: Entry<'media'>): string {
  switch (sound.event) {
    case 'first-received':
      return 'the first packet came'
    case 'prompt-started':
      return 'a prompt began'
    case 'early-media':
      return 'what the network plays before the answer is heard'
    case 'beep-ended':
      return 'the beep ended'
    case 'progress-tone':
      return `the network plays: ${sound.tone}`
    case 'callee-known':
      return `the callee is ${sound.callee_type} (${sound.callee_kind}, confidence ${sound.confidence})`
    case 'prompt-ended':
      return `a prompt ${sound.interrupted ? 'was cut short' : 'ended'} after ${Math.round(sound.played_ms)} ms`
  }
}

function mediaFacts(media: TracedMedia): Html {
  const { packets_received, packets_lost, at_peer } = media
  const expected = packets_received + packets_lost
  const lost = expected === 0 ? '' : ` (${((100 * packets_lost) / expected).toFixed(1)} %)`
  const ms = (value: number): string => `${value.toFixed(1)} ms`
  return html`<h3>Audio</h3>${facts([
    ['Sent', `${media.packets_sent} packets`],
    ['Received', `${packets_received} packets`],
    ['Lost', `${packets_lost}${lost}`],
    ['Too late', media.packets_discarded],
    ['Jitter', ms(media.jitter_ms)],
    ['Buffer', ms(media.buffer_ms)],
    ['Round trip', media.round_trip_ms === undefined ? undefined : ms(media.round_trip_ms)],
    ['Quality here (MOS)', media.mos?.toFixed(2)],
    ['Lost at the far end', at_peer?.packets_lost],
    ['Jitter at the far end', at_peer === undefined ? undefined : ms(at_peer.jitter_ms)],
    ['Quality there (MOS)', at_peer?.mos?.toFixed(2)],
  ])}<p class="aside">MOS is estimated from loss and delay by the E-model (ITU-T G.107).</p>`
}

function secondsText({ at_ms }: TraceEntry): string {
  return `${(at_ms / 1000).toFixed(2)} s`
}
