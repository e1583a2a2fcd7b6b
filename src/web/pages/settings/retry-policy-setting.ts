import { RETRIED_ENDINGS } from '#model'
import { numberOrText } from '../../form-problem.ts'
import { html, NOTHING } from '../../html.ts'
import { choice, errorOf, field, textArea } from '../../parts/field.ts'
import { shownText } from '../../shown-text.ts'
import { group, type Setting, type Texts, type Words } from './setting.ts'

interface Rule {
  readonly retry?: boolean
  readonly interval?: number
}
interface Policy {
  readonly outcomes?: Readonly<Record<string, Rule>>
  readonly statuses?: Readonly<Record<string, Rule>>
  readonly jitter?: number
  readonly trunkRetries?: number
}

const AGAIN = [
  ['', 'as usual'],
  ['true', 'again'],
  ['false', 'not again'],
] as const

/** What is followed by another attempt, and when: a row for each outcome, a line for each SIP status. */
export function retryPolicySetting({ name, label, hint, unset = 'as usual' }: Words): Setting {
  return {
    ...{ name, label },
    shown: (value) => {
      const told = sentences((value ?? {}) as Policy)
      return told.length === 0 ? unset : html`${told.map((one) => html`${shownText(one)}<br>`)}`
    },
    write: (value) => write(name, (value ?? {}) as Policy),
    read: (texts) => read(name, texts),
    control: (texts, problem) => {
      const error = errorOf(problem, name)
      const input = (path: string) => ({
        name: `${name}.${path}`,
        value: texts[`${name}.${path}`] ?? '',
        error: error?.includes(`.${path}:`) === true ? error : undefined,
      })
      const isPlaced = RETRIED_ENDINGS.some((one) => error?.includes(`.outcomes.${one}.`))
      return group(
        { name, label, hint, error: isPlaced ? undefined : error },
        html`<details${error === undefined && isEmpty(name, texts) ? NOTHING : html` open`} id="${name}-rules"><summary>Rules</summary>
          ${RETRIED_ENDINGS.map((ending) => {
            const words = ending.replaceAll('-', ' ')
            return html`<div class="pair">
              ${choice({ ...input(`outcomes.${ending}.retry`), label: `After ${words}`, options: AGAIN })}
              ${field({ ...input(`outcomes.${ending}.interval`), label: `seconds after ${words}`, type: 'number', min: 60, max: 172_800, step: 1 })}
            </div>`
          })}
          ${textArea({ ...input('statuses'), label: 'By SIP status', rows: 3, hint: 'A line each, before the outcomes: 480 again 3600, or 404 not' })}
          ${field({ ...input('jitter'), label: 'Later by chance', type: 'number', min: 0, step: 1, hint: 'Up to so many seconds' })}
          ${field({ ...input('trunkRetries'), label: 'Failures of trunks that are not counted', type: 'number', min: 0, max: 100, step: 1, hint: 'Of one call; 20 where it is empty' })}
        </details>`,
      )
    },
  }
}

function write(
  name: string,
  { outcomes = {}, statuses = {}, jitter, trunkRetries }: Policy,
): Texts {
  const text = (value: unknown): string => (value === undefined ? '' : String(value))
  return {
    ...Object.fromEntries(
      RETRIED_ENDINGS.flatMap((ending) => [
        [`${name}.outcomes.${ending}.retry`, text(outcomes[ending]?.retry)],
        [`${name}.outcomes.${ending}.interval`, text(outcomes[ending]?.interval)],
      ]),
    ),
    [`${name}.statuses`]: Object.entries(statuses).map(ruleLine).join('\n'),
    [`${name}.jitter`]: text(jitter),
    [`${name}.trunkRetries`]: text(trunkRetries),
  }
}

function read(name: string, texts: Texts): unknown {
  const text = (path: string): string => (texts[`${name}.${path}`] ?? '').trim()
  const outcomes = RETRIED_ENDINGS.flatMap((ending) => {
    const retry = text(`outcomes.${ending}.retry`)
    const interval = text(`outcomes.${ending}.interval`)
    if (retry === '' && interval === '') return []
    const again = retry === '' ? {} : { retry: retry === 'true' }
    return [
      [ending, { ...again, ...(interval === '' ? {} : { interval: numberOrText(interval) }) }],
    ]
  })
  const lines = text('statuses')
    .split('\n')
    .filter((line) => line.trim() !== '')
  const numbers = (['jitter', 'trunkRetries'] as const).flatMap((path) =>
    text(path) === '' ? [] : [[path, numberOrText(text(path))]],
  )
  if (outcomes.length + lines.length + numbers.length === 0) return null
  return {
    ...(outcomes.length === 0 ? {} : { outcomes: Object.fromEntries(outcomes) }),
    ...(lines.length === 0 ? {} : { statuses: Object.fromEntries(lines.map(readLine)) }),
    ...Object.fromEntries(numbers),
  }
}

/** `480 again 3600`, `404 not`, `503 600`; a word that is none of these is handed on, to be refused. */
function readLine(line: string): [string, unknown] {
  const [status = '', ...words] = line.trim().split(/[\s,:]+/)
  const rule = words.map((word) => {
    if (word === 'again' || word === 'not') return ['retry', word === 'again']
    return ['interval', numberOrText(word)]
  })
  return [status, Object.fromEntries(rule)]
}

function ruleLine([key, { retry, interval }]: [string, Rule]): string {
  const again = retry === undefined ? [] : [retry ? 'again' : 'not']
  return [key, ...again, ...(interval === undefined ? [] : [interval])].join(' ')
}

function sentences({ outcomes = {}, statuses = {}, jitter, trunkRetries }: Policy): string[] {
  return [
    ...[...Object.entries(statuses), ...Object.entries(outcomes)].map(ruleLine),
    ...(jitter === undefined ? [] : [`up to ${jitter} s later by chance`]),
    ...(trunkRetries === undefined ? [] : [`${trunkRetries} failures of trunks are not counted`]),
  ]
}

function isEmpty(name: string, texts: Texts): boolean {
  return Object.entries(texts).every(([key, text]) => !key.startsWith(`${name}.`) || text === '')
}
