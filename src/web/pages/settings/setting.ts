import { formatCallingWindow, WEEKDAYS } from '#model'
import { numberOrText } from '../../form-problem.ts'
import { type Html, html, NOTHING } from '../../html.ts'
import {
  choice,
  errorOf,
  type Field,
  field,
  idOf,
  type Problem,
  textArea,
} from '../../parts/field.ts'
import { shownText } from '../../shown-text.ts'

/** What stands in the inputs of a form, by their names. */
export type Texts = Readonly<Record<string, string>>

/** Something that can be set: how it is told, how it is asked, and what was answered. */
export interface Setting {
  /** The interface's. */
  readonly name: string
  readonly label: string
  /** `undefined`: it is not set. */
  readonly shown: (value: unknown) => Html | string
  /** What its inputs hold for a value; their names begin with its own. */
  readonly write: (value: unknown) => Texts
  readonly control: (texts: Texts, problem: Problem | undefined) => Html
  /** For the interface: `null` takes the value away. What cannot be read is handed on as it was typed. */
  readonly read: (texts: Texts) => unknown
}

export interface Words extends Pick<Field, 'name' | 'label' | 'hint' | 'required'> {
  /** What holds where it is not set. */
  readonly unset?: string
}

export function textSetting(
  one: Words & Pick<Field, 'type' | 'maxLength' | 'placeholder' | 'autocomplete' | 'inputMode'>,
): Setting {
  return {
    ...single(one),
    control: (texts, problem) =>
      field({ ...one, value: texts[one.name] ?? '', error: errorOf(problem, one.name) }),
    read: (texts) => {
      const text = (texts[one.name] ?? '').trim()
      return text === '' && one.required !== true ? null : text
    },
  }
}

/** `tells`: the number as people read it. */
export function numberSetting(
  one: Words & Pick<Field, 'min' | 'max' | 'step'> & { readonly tells?: (value: number) => string },
): Setting {
  const { tells = String, ...asked } = one
  return {
    ...single(one),
    shown: (value) => (typeof value === 'number' ? tells(value) : (one.unset ?? 'not set')),
    control: (texts, problem) =>
      field({
        ...{ step: 1, ...asked, type: 'number' },
        ...{ value: texts[one.name] ?? '', error: errorOf(problem, one.name) },
      }),
    read: (texts) => {
      const text = texts[one.name] ?? ''
      return text.trim() === '' ? null : numberOrText(text)
    },
  }
}

/** Where `unset` says what holds then, none need be chosen. */
export function choiceSetting(
  one: Words & { readonly options: readonly (readonly [value: string, text: string])[] },
): Setting {
  const { unset, options } = one
  return {
    ...single(one),
    shown: (value) =>
      options.find(([key]) => key === String(value))?.[1] ??
      (value === undefined ? (unset ?? 'not set') : shownText(String(value))),
    control: (texts, problem) =>
      choice({
        ...one,
        value: texts[one.name] ?? '',
        options: unset === undefined ? options : [['', unset], ...options],
        error: errorOf(problem, one.name),
      }),
    read: (texts) => texts[one.name] || null,
  }
}

export function yesNoSetting(one: Words): Setting {
  const asked = choiceSetting({
    ...one,
    options: [
      ['true', 'Yes'],
      ['false', 'No'],
    ],
  })
  return {
    ...asked,
    read: (texts) => {
      const read = asked.read(texts)
      return read === 'true' || read === 'false' ? read === 'true' : read
    },
  }
}

/** Words or numbers in a row, with spaces or commas between. */
export function listSetting(one: Words & { readonly ofNumbers?: boolean }): Setting {
  const text = textSetting(one)
  return {
    ...text,
    shown: (value) =>
      Array.isArray(value) && value.length > 0
        ? shownText(value.join(', '))
        : (one.unset ?? 'not set'),
    write: (value) => ({ [one.name]: Array.isArray(value) ? value.join(' ') : '' }),
    read: (texts) => {
      const words = wordsOf(texts[one.name])
      if (words.length === 0) return null
      return one.ofNumbers === true ? words.map(numberOrText) : words
    },
  }
}

const DAY_NAMES = {
  ...{ mon: 'Monday', tue: 'Tuesday', wed: 'Wednesday', thu: 'Thursday' },
  ...{ fri: 'Friday', sat: 'Saturday', sun: 'Sunday' },
} as const

type Window = Readonly<Record<string, readonly string[]>>

/** A calling window: a field for each day of the week. */
export function windowSetting({ name, label, hint, unset = 'not set' }: Words): Setting {
  const inputs = WEEKDAYS.map((day) => [day, `${name}.${day}`] as const)
  return {
    ...{ name, label },
    shown: (value) => (value === undefined ? unset : formatCallingWindow(value as Window)),
    write: (value) => {
      const window = (value ?? {}) as Window
      return Object.fromEntries(inputs.map(([day, input]) => [input, window[day]?.join(' ') ?? '']))
    },
    control: (texts, problem) => {
      const error = errorOf(problem, name)
      const isDay = (day: string): boolean => error?.includes(`.${day}:`) === true
      const isWhole = error !== undefined && !WEEKDAYS.some(isDay)
      return group(
        { name, label, hint, error: isWhole ? error : undefined },
        html`<div class="days">${inputs.map(([day, input]) =>
          field({
            ...{ name: input, label: DAY_NAMES[day], value: texts[input] ?? '', maxLength: 200 },
            error: isDay(day) ? error : undefined,
          }),
        )}</div>`,
      )
    },
    read: (texts) => {
      const days = inputs.map(([day, input]) => [day, wordsOf(texts[input])] as const)
      const open = days.filter(([, hours]) => hours.length > 0)
      return open.length === 0 ? null : Object.fromEntries(open)
    },
  }
}

type Holidays = Readonly<Record<string, readonly string[]>>

/** A line for each country, zone or `*`, with its dates. */
export function holidaysSetting(one: Words): Setting {
  const lines = (value: unknown): string[] =>
    Object.entries((value ?? {}) as Holidays).map(
      ([place, dates]) => `${place}: ${dates.join(' ')}`,
    )
  return {
    ...{ name: one.name, label: one.label },
    shown: (value) => {
      const all = lines(value)
      return all.length === 0
        ? (one.unset ?? 'none')
        : html`${all.map((line) => html`${shownText(line)}<br>`)}`
    },
    write: (value) => ({ [one.name]: lines(value).join('\n') }),
    control: (texts, problem) =>
      textArea({ ...one, value: texts[one.name] ?? '', error: errorOf(problem, one.name) }),
    read: (texts) => {
      const places = new Map<string, string[]>()
      for (const line of (texts[one.name] ?? '').split('\n')) {
        const [place, ...dates] = line.split(/[\s,:]+/).filter((word) => word !== '')
        if (place !== undefined) places.set(place, [...(places.get(place) ?? []), ...dates])
      }
      return places.size === 0 ? null : Object.fromEntries(places)
    },
  }
}

/** Several inputs that are one setting; a link to the setting leads to the first line of it. */
export function group(
  {
    name,
    label,
    hint,
    error,
  }: {
    readonly name: string
    readonly label: string
    readonly hint?: string | undefined
    readonly error?: string | undefined
  },
  inputs: Html,
): Html {
  return html`<fieldset id="${idOf(name)}" tabindex="-1">
    <legend>${label}</legend>
    ${hint === undefined ? NOTHING : html`<p class="hint">${hint}</p>`}
    ${error === undefined ? NOTHING : html`<p class="error">${error}</p>`}
    ${inputs}
  </fieldset>`
}

function single({
  name,
  label,
  unset,
}: Words): Pick<Setting, 'name' | 'label' | 'shown' | 'write'> {
  return {
    ...{ name, label },
    shown: (value) => (value === undefined ? (unset ?? 'not set') : shownText(String(value))),
    write: (value) => ({ [name]: value === undefined ? '' : String(value) }),
  }
}

function wordsOf(text: string | undefined): string[] {
  return (text ?? '').split(/[\s,]+/).filter((word) => word !== '')
}
