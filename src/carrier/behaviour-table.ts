import type { Behaviour } from './behaviour.ts'

/** One line of the table: the numbers whose last two digits are from `first` to `last`. */
export interface BehaviourRow {
  readonly first: number
  readonly last: number
  /** What the callee does, for people; `x` stands for the last digit. */
  readonly says: string
  /** `x`: the last digit of the number dialled. */
  readonly behaviour: (x: string) => Behaviour
}

const HELLO = 'Hello?'
const GREETING =
  'Hi, you have reached our voice mail. We cannot come to the phone right now. ' +
  'Please leave a message after the tone.'
const NO_TONE_GREETING = 'You have reached our voice mail. Please speak now.'
const HOLD = 'Please hold while we connect your call.'
const NOT_IN_SERVICE =
  'We are sorry. The number you have dialled is not in service. Please check the number and try again.'

const refuse = (first: number, status: number, says: string): BehaviourRow => ({
  first,
  last: first,
  says,
  behaviour: () => ({ status }),
})

const answer = (first: number, says: string, behaviour: Behaviour): BehaviourRow => ({
  first,
  last: first,
  says,
  behaviour: () => behaviour,
})

/**
 * What the simulated carrier's callees do, by the last two digits of the number. Numbers that are not
 * here behave as 00. `docs/reference/carrier.md` shows this table; a test keeps the two the same.
 */
export const BEHAVIOUR_TABLE: readonly BehaviourRow[] = [
  answer(0, 'answers, says hello, listens and presses nothing', { says: HELLO }),
  {
    first: 1,
    last: 9,
    says: 'answers, says hello, and presses x after every prompt',
    behaviour: (x) => ({ says: HELLO, press: x, repeat: true }),
  },
  {
    first: 10,
    last: 19,
    says: 'answers without a word and presses x once, after the first prompt',
    behaviour: (x) => ({ press: x }),
  },
  refuse(20, 486, 'is busy'),
  answer(21, 'is busy the first time a number is dialled, then answers as 01', {
    status: 486,
    refusals: 1,
    says: HELLO,
    press: '1',
    repeat: true,
  }),
  answer(22, 'is busy the first two times a number is dialled, then answers as 01', {
    status: 486,
    refusals: 2,
    says: HELLO,
    press: '1',
    repeat: true,
  }),
  answer(30, 'rings for ever', { neverAnswers: true }),
  answer(31, 'rings for 3 seconds, then answers as 01', {
    answerAfterMs: 3000,
    says: HELLO,
    press: '1',
    repeat: true,
  }),
  refuse(40, 603, 'declines the call'),
  refuse(41, 404, 'does not exist: unknown number'),
  refuse(42, 503, 'cannot be reached: congestion'),
  refuse(43, 500, 'cannot be reached: the network has an error'),
  refuse(44, 480, 'is not available'),
  refuse(45, 302, 'has moved: redirects to the number that ends in 00'),
  refuse(46, 488, 'refuses the codecs offered'),
  answer(50, 'is an answering machine: greeting, beep, records for a minute', {
    says: GREETING,
    tone: 'beep',
    hangupAfterMs: 60_000,
  }),
  answer(51, 'is an answering machine that does not beep', {
    says: NO_TONE_GREETING,
    hangupAfterMs: 60_000,
  }),
  answer(60, 'is a fax machine: 2100 Hz for 3 seconds, hangs up after 30', {
    tone: 'fax',
    hangupAfterMs: 30_000,
  }),
  answer(70, 'answers, says hello, and hangs up 1 second after answering', {
    says: HELLO,
    hangupAfterMs: 1000,
  }),
  answer(71, 'answers, and hangs up 1 second into the first prompt', { hangupDuring: 'prompt' }),
  answer(80, 'answers and stays silent', {}),
  answer(81, 'announces something before answering (183, early media), then answers as 01', {
    early: HOLD,
    says: HELLO,
    press: '1',
    repeat: true,
  }),
  answer(82, 'announces that the number is not in service (183, early media), then refuses', {
    early: NOT_IN_SERVICE,
    status: 404,
  }),
  answer(83, 'plays a busy tone (183, early media) and never answers', {
    earlyTone: 'busy',
    neverAnswers: true,
  }),
  answer(84, 'plays the tones of a vacant number (183, early media), then refuses', {
    earlyTone: 'vacant',
    early: NOT_IN_SERVICE,
    status: 480,
  }),
  answer(85, 'plays a congestion tone (183, early media), then refuses', {
    earlyTone: 'congestion',
    status: 503,
  }),
  answer(86, 'plays a ringing tone (183, early media), then answers as 01', {
    earlyTone: 'ringing',
    says: HELLO,
    press: '1',
    repeat: true,
  }),
  answer(90, 'never replies: the network is down', { silent: true }),
  answer(91, 'answers after 2 seconds without having rung (only 100 Trying)', {
    rings: false,
    answerAfterMs: 2000,
    says: HELLO,
    press: '1',
    repeat: true,
  }),
  answer(92, 'asks for credentials first (407), then answers as 01', {
    challenge: true,
    says: HELLO,
    press: '1',
    repeat: true,
  }),
  answer(
    95,
    'answers and presses wrong keys first: 9 after the first prompt, * after the second, then 1',
    {
      says: HELLO,
      press: ['9', '*', '1'],
      repeat: true,
    },
  ),
]

/** By the last two digits, whatever stands between and before them. */
export function tableBehaviour(number: string): Behaviour {
  const digits = number.replace(/\D/g, '').slice(-2)
  const ending = digits.length === 2 ? Number(digits) : 0
  const row = BEHAVIOUR_TABLE.find(({ first, last }) => first <= ending && ending <= last)
  return (row ?? BEHAVIOUR_TABLE[0]!).behaviour(String(ending % 10))
}

/** The table as lines of text, for a terminal. */
export function describeBehaviours(): string {
  return BEHAVIOUR_TABLE.map((row) => `  …${label(row).padEnd(6)} ${row.says}`).join('\n')
}

/** The table in Markdown, as its page has it. */
export function formatBehaviourTable(): string {
  const lines = BEHAVIOUR_TABLE.map(
    (row) => `| ${label(row)} | ${row.says} | ${replyOf(row.behaviour('x'))} |`,
  )
  return ['| Ends in | The callee … | SIP reply |', '|---|---|---|', ...lines].join('\n')
}

function label({ first, last }: BehaviourRow): string {
  const digits = (ending: number): string => String(ending).padStart(2, '0')
  return first === last ? digits(first) : `${digits(first)}–${digits(last)}`
}

function replyOf(behaviour: Behaviour): string {
  const { status, refusals, silent, neverAnswers, rings, challenge } = behaviour
  const early = behaviour.early ?? behaviour.earlyTone
  if (silent) return 'none'
  if (neverAnswers) return early === undefined ? '180' : '180, 183'
  const first = challenge ? '407, then ' : ''
  if (refusals !== undefined) return `${status}, then 180, 200`
  if (status !== undefined) return `${early === undefined ? '' : '183, '}${status}`
  return `${first}${rings === false ? '100' : early === undefined ? '180' : '180, 183'}, 200`
}
