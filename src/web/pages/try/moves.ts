import type { Trial, TrialMove } from '#client'
import { type FormProblem, numberOrText } from '../../form-problem.ts'
import { type Html, html, NOTHING } from '../../html.ts'
import { choice, errorOf, field, problemSummary } from '../../parts/field.ts'
import type { Form } from '../../read-form.ts'

/** By the interface's name of the field. */
export const MOVE_LABELS: Readonly<Record<string, string>> = {
  ...{ dtmf: 'Keys', say: 'Phrase', confidence: 'Sureness' },
  ...{ duration_ms: 'Seconds', termchar: 'Then presses' },
}

/** What was typed into fields, by their names. */
export type TypedMove = Readonly<Partial<Record<(typeof TYPED)[number], string>>>

const TYPED = [
  ...(['dtmf', 'say', 'confidence', 'transfer', 'duration_ms', 'termchar'] as const),
  ...(['meanwhile', 'callee'] as const),
]

const KEYS = [...'123456789*0#']

export const TRANSFER_ENDS = {
  busy: 'is busy',
  noanswer: 'nobody answers',
  network_busy: 'the network is busy',
  far_end_disconnect: 'is answered; the other party hangs up',
  near_end_disconnect: 'is answered; the caller ends it',
  maxtime_disconnect: 'is answered; it takes too long',
  success: 'goes through',
  unknown: 'nobody knows',
} as const satisfies Readonly<Record<NonNullable<TrialMove['transfer']>, string>>

const CALLEES = {
  voice: 'a person',
  answeringmachine: 'an answering machine',
  fax: 'a fax',
  unknown: 'unknown',
} as const satisfies Readonly<Record<NonNullable<TrialMove['callee']>, string>>

export function typedMove(form: Form): TypedMove {
  const of = (name: string): string => (name === 'dtmf' ? keysOf(form) : form.text(name))
  return Object.fromEntries(TYPED.map((name) => [name, of(name)]))
}

/** What was typed, for the interface to check. */
export function readMove(form: Form): TrialMove {
  const text = (name: string): string => form.text(name)
  const filled = (name: string, value: unknown) => (text(name) === '' ? {} : { [name]: value })
  const seconds = numberOrText(text('duration_ms'))
  const duration = filled('duration_ms', typeof seconds === 'number' ? seconds * 1000 : seconds)
  const meanwhile = text('meanwhile') === '' ? {} : { say: text('meanwhile') }
  const moves: Readonly<Record<string, object>> = {
    keys: { dtmf: keysOf(form) },
    say: { say: text('say'), ...filled('confidence', numberOrText(text('confidence'))) },
    record: { record: true, ...duration, ...filled('termchar', text('termchar')) },
    transfer: { transfer: text('transfer'), ...duration, ...meanwhile },
    callee: { callee: text('callee') },
    ...{ silence: { silence: true }, nomatch: { nomatch: true } },
    ...{ hangup: { hangup: true }, beep: { beep: true } },
  }
  return (moves[text('move')] ?? {}) as TrialMove
}

/** Those of the field, and the key of the keypad with which the form was sent. */
function keysOf(form: Form): string {
  return form.all('dtmf').join('').replaceAll(/\s/g, '')
}

interface Moves {
  readonly action: string
  readonly waiting: NonNullable<Trial['waiting']>
  readonly typed: TypedMove
  readonly problem: FormProblem | undefined
}

/** What somebody on the telephone can do, a form each. */
export function moveForms({ action, waiting, typed, problem }: Moves): Html {
  const form = (move: string, content: Html): Html =>
    html`<form method="post" action="${action}" id="move-${move}" class="move"><input type="hidden" name="move" value="${move}">${content}</form>`
  return html`<h2>${WAITS[waiting]}</h2>
    ${problemSummary(problem)}
    ${waiting === 'record' ? form('record', recordFields(typed, problem)) : NOTHING}
    ${waiting === 'transfer' ? form('transfer', transferFields(typed, problem)) : NOTHING}
    ${form('keys', keypad(typed, problem))}
    ${form('say', phraseFields(typed, problem))}
    <form method="post" action="${action}" id="move-once" class="move once">
      ${ONCE.map(([move, label]) => html`<button name="move" value="${move}" id="move-${move}">${label}</button>`)}
    </form>
    <details class="figures" id="who-answered"><summary>Who answered</summary>
      ${form('callee', calleeFields(typed))}
      <form method="post" action="${action}" class="move"><button name="move" value="beep" id="move-beep">The machine has beeped</button></form>
    </details>`
}

const WAITS: Readonly<Record<NonNullable<Trial['waiting']>, string>> = {
  listen: 'It listens',
  record: 'It records',
  transfer: 'It transfers',
}

const ONCE = [
  ['silence', 'Say nothing'],
  ['nomatch', 'Mumble'],
  ['hangup', 'Hang up'],
] as const

function keypad(typed: TypedMove, problem: FormProblem | undefined): Html {
  return html`<div class="beside">
      ${field({ name: 'dtmf', label: 'Keys', value: typed.dtmf ?? '', maxLength: 200, autocomplete: 'off', inputMode: 'tel', error: errorOf(problem, 'dtmf') })}
      <button id="press">Press</button>
    </div>
    <div class="keypad" role="group" aria-label="Keypad">
      ${KEYS.map((key) => html`<button name="dtmf" value="${key}" id="key-${KEY_IDS[key] ?? key}">${key}</button>`)}
    </div>`
}

const KEY_IDS: Readonly<Record<string, string>> = { '*': 'star', '#': 'pound' }

function phraseFields(typed: TypedMove, problem: FormProblem | undefined): Html {
  return html`<div class="beside">
      ${field({ name: 'say', label: 'Phrase', value: typed.say ?? '', maxLength: 2000, autocomplete: 'off', error: errorOf(problem, 'say') })}
      <button id="say">Say</button>
    </div>
    <details class="figures" id="sureness"${(typed.confidence ?? '') === '' ? NOTHING : html` open`}><summary>How well it is heard</summary>
      ${field({ name: 'confidence', label: 'Sureness', type: 'number', min: 0, max: 1, step: 'any', value: typed.confidence ?? '', hint: 'From 0 to 1; empty: 1', error: errorOf(problem, 'confidence') })}
    </details>`
}

function recordFields(typed: TypedMove, problem: FormProblem | undefined): Html {
  const keys = [['', 'nothing'] as const, ...KEYS.map((key) => [key, key] as const)]
  return html`${secondsField('Speaks for so many seconds', 3, typed, problem)}
    ${choice({ name: 'termchar', label: 'Then presses', value: typed.termchar ?? '', options: keys, error: errorOf(problem, 'termchar') })}
    <button class="main" id="record">Speak</button>`
}

function transferFields(typed: TypedMove, problem: FormProblem | undefined): Html {
  return html`${choice({ name: 'transfer', label: 'The transfer', value: typed.transfer ?? 'busy', options: Object.entries(TRANSFER_ENDS) })}
    ${secondsField('After so many seconds', 5, typed, problem)}
    ${field({ name: 'meanwhile', label: 'Said meanwhile', value: typed.meanwhile ?? '', maxLength: 2000, autocomplete: 'off', hint: 'What a grammar of the transfer listens for; empty: nothing' })}
    <button class="main" id="transfer">Let it end so</button>`
}

function secondsField(
  label: string,
  absent: number,
  typed: TypedMove,
  problem: FormProblem | undefined,
): Html {
  return field({
    ...{ name: 'duration_ms', label, type: 'number', min: 0, max: 86_400, step: 'any' },
    ...{ value: typed.duration_ms ?? String(absent), error: errorOf(problem, 'duration_ms') },
  })
}

function calleeFields(typed: TypedMove): Html {
  return html`<div class="beside">
    ${choice({ name: 'callee', label: 'It turns out to be', value: typed.callee ?? 'voice', options: Object.entries(CALLEES) })}
    <button id="callee">So it is</button>
  </div>`
}
