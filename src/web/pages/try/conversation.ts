import type { TrialEvent, TrialMove, TrialTurn } from '#client'
import { type Html, html, NOTHING } from '../../html.ts'
import { badge } from '../../parts/badge.ts'
import { shownText } from '../../shown-text.ts'
import { durationText } from '../../shown-time.ts'
import { TRANSFER_ENDS } from './moves.ts'
import { speakable } from './speakable.ts'

/** The address that the interface gives to a document that was given as text. */
export const NO_ADDRESS = 'http://document.invalid/'

type Event<Name extends TrialEvent['event']> = Extract<TrialEvent, { event: Name }>

/** A move of the caller, and what the dialogue made of it. `number`: of all turns, those left out included. */
export function conversationTurn(turn: TrialTurn, number: number): Html {
  const { move, events, events_left_out } = turn
  return html`<li class="turn" id="turn-${number}">
    ${move === undefined ? NOTHING : moveBubble(move)}
    ${events.map((event) => eventLine(event))}
    ${events_left_out === 0 ? NOTHING : html`<p class="line">${events_left_out} further events were left out.</p>`}
  </li>`
}

export function moveBubble(move: TrialMove): Html {
  const [did, what] = moveWords(move)
  return html`<p class="bubble caller"><b>${did}</b>${what === '' ? NOTHING : html` ${shownText(what)}`}</p>`
}

/** As plain text. */
export function moveText(move: TrialMove): string {
  return moveWords(move).join(' ').trim()
}

function moveWords(move: TrialMove): readonly [did: string, what: string] {
  const { dtmf, say, transfer, record, callee, confidence, termchar } = move
  const seconds = (absentMs: number): string => `${(move.duration_ms ?? absentMs) / 1000} s`
  if (transfer !== undefined) {
    const meanwhile = say === undefined ? '' : `; meanwhile “${say}”`
    return ['The transfer', `${TRANSFER_ENDS[transfer]}, after ${seconds(5000)}${meanwhile}`]
  }
  if (record)
    return ['Spoke', `for ${seconds(3000)}${termchar ? `, then pressed ${termchar}` : ''}`]
  if (dtmf !== undefined) return ['Pressed', dtmf]
  if (say !== undefined)
    return ['Said', `“${say}”${confidence === undefined ? '' : ` (sureness ${confidence})`}`]
  if (callee !== undefined) return ['Who answered:', callee]
  if (move.nomatch) return ['Mumbled', '']
  if (move.hangup) return ['Hung up', '']
  return [move.beep ? 'The machine has beeped' : 'Said nothing', '']
}

function eventLine(event: TrialEvent): Html {
  switch (event.event) {
    case 'prompt':
      return promptBubble(event)
    case 'end':
      return ending(event)
    case 'step':
      return NOTHING
    default: {
      const [what, text, isGrave] = eventWords(event)
      return html`<p class="line${isGrave ? ' grave' : ''}"><b>${what}</b> ${text === '' ? NOTHING : shownText(text)}</p>`
    }
  }
}

type Small = Exclude<TrialEvent, Event<'prompt'> | Event<'end'> | { event: 'step' }>

function eventWords(
  event: Small | Event<'step'>,
): readonly [what: string, text: string, isGrave?: boolean] {
  switch (event.event) {
    case 'fetch': {
      const { uri, status, message = '' } = event
      const told = status === 0 ? message : String(status)
      return ['fetched', `${placeText({ uri })}: ${told}`, status === 0 || status >= 400]
    }
    case 'listen': {
      const { modes, timeout_ms } = event
      const what = modes.map((mode) => LISTENED[mode] ?? mode).join(' and ')
      return ['listens', `for ${what}${timeout_ms === undefined ? '' : `, ${timeout_ms / 1000} s`}`]
    }
    case 'input':
      return ['understood', inputText(event)]
    case 'noinput':
      return ['heard nothing', '']
    case 'nomatch':
      return ['did not understand', event.value]
    case 'record': {
      const beep = event.beep ? 'after a beep, ' : ''
      return ['records', `${beep}for ${event.max_time_ms / 1000} s at most (${event.type})`]
    }
    case 'transfer':
      return ['transfers', `to ${event.dest} (${event.type})`]
    case 'log':
      return ['log', event.label === '' ? event.text : `${event.label}: ${event.text}`]
    case 'throw': {
      const { name, message } = event
      return ['event', `${name}: ${message} ${inPlace(event)}`, name.startsWith('error.')]
    }
    default:
      return ['passed over', `${event.text} ${inPlace(event)}`]
  }
}

const LISTENED: Readonly<Record<string, string>> = { dtmf: 'keys', voice: 'words' }

function inputText({ value, interpretation, confidence }: Event<'input'>): string {
  const meaning = JSON.stringify(interpretation)
  const means = meaning === JSON.stringify(value) ? '' : ` as ${meaning}`
  return `${value}${means}${confidence < 1 ? `, sureness ${confidence}` : ''}`
}

function promptBubble({ text, audio, bargein }: Event<'prompt'>): Html {
  return html`<div class="bubble prompt">
    ${text.trim() === '' ? NOTHING : html`<p class="said">${shownText(text)}</p>`}
    ${audio.map((uri) => html`<p class="line">plays ${shownText(uri)}</p>`)}
    ${speakable(text).map((piece) => html`<audio controls preload="none" src="/try/speech?${String(new URLSearchParams({ text: piece }))}" aria-label="The prompt, spoken"></audio>`)}
    ${bargein ? NOTHING : html`<p class="line">It cannot be interrupted.</p>`}
  </div>`
}

const ENDS: Readonly<Record<Event<'end'>['reason'], string>> = {
  exit: 'It has ended',
  disconnect: 'It has hung up',
  hangup: 'The caller has hung up',
  error: 'It has ended by an error',
  limit: 'It has come to a limit',
}

function ending(event: Event<'end'>): Html {
  const { reason, value, disconnect_value, virtual_ms, fault } = event
  return html`<div class="ending">
    <p class="said">${badge(reason === 'error' || reason === 'limit' ? 'bad' : 'good', reason)} ${ENDS[reason]}.
      It would have taken ${durationText(virtual_ms / 1000)}.</p>
    ${fault === undefined ? NOTHING : html`<p class="line grave"><b>${shownText(fault.event)}</b> ${shownText(`${fault.message} ${inPlace(fault)}`)}</p>`}
    ${returned('It returned', value)}
    ${returned('To the one who hung up', disconnect_value)}
  </div>`
}

function returned(name: string, value: unknown): Html {
  if (value === undefined) return NOTHING
  return html`<p class="line">${name}</p><pre>${shownText(JSON.stringify(value, null, 2))}</pre>`
}

interface Place {
  readonly uri: string
  readonly line?: number
  readonly column?: number
}

function inPlace(place: Place): string {
  return place.uri === '' ? '' : `(${placeText(place)})`
}

/** A place as plain text; a document without an address is called so. */
export function placeText({ uri, line, column }: Place): string {
  const name = uri.startsWith(NO_ADDRESS) ? `the document${uri.slice(NO_ADDRESS.length)}` : uri
  if (line === undefined || line === 0) return name
  return `${name}, line ${line}${column === undefined ? '' : `, column ${column}`}`
}
