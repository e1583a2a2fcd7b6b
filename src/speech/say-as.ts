/**
 * `<say-as interpret-as>` in English words: the types of SSML's note (https://www.w3.org/TR/ssml-sayas/)
 * and the `vxml:` types of VoiceXML 2.0 appendix P. What does not have the form of its type is read
 * as it stands.
 */
export function sayAs(text: string, interpretAs: string, format = ''): string {
  const type = interpretAs.toLowerCase().replace(/^(?:vxml|acme):/, '')
  const speaker = Object.hasOwn(SPEAKERS, type) ? SPEAKERS[type] : undefined
  return speaker?.(text.trim(), format.toLowerCase()) ?? text
}

type Speaker = (text: string, format: string) => string | undefined

const SPEAKERS: Readonly<Record<string, Speaker>> = {
  digits: spell,
  characters: spell,
  'spell-out': spell,
  acronym: spell,
  letters: spell,
  number: (text, format) =>
    format === 'digits' ? spell(text) : format === 'ordinal' ? ordinal(text) : cardinal(text),
  cardinal,
  ordinal,
  telephone,
  phone: telephone,
  date,
  time,
  currency,
  boolean: (text) => (text === 'true' ? 'yes' : text === 'false' ? 'no' : undefined),
}

const CHARACTER_NAMES: Readonly<Record<string, string>> = {
  '*': 'star',
  '#': 'pound',
  '+': 'plus',
  '-': 'dash',
  '.': 'dot',
  ',': 'comma',
  '/': 'slash',
  _: 'underscore',
  '@': 'at',
  '&': 'and',
  a: 'ay',
  A: 'ay',
}

/** `120` → `1 2 0`; letters by their names. */
function spell(text: string): string {
  return [...text]
    .filter((character) => character.trim() !== '')
    .map((character) => CHARACTER_NAMES[character] ?? character.toUpperCase())
    .join(' ')
}

/** Groups of digits with a pause between them: `617-712-3000 x12`. */
function telephone(text: string): string {
  const [number = '', extension] = text.split(/x|ext\.?/i)
  const groups = number.match(/[\d*#+]+/g)
  if (groups === null) return spell(text)
  const spoken = (groups.length === 1 ? northAmerican(groups[0]!) : groups).map(spell).join(', ')
  return extension === undefined ? spoken : `${spoken}, extension ${spell(extension)}`
}

function northAmerican(digits: string): string[] {
  const parts = /^(\+?1)?(\d{3})(\d{3})(\d{4})$/.exec(digits)
  return parts === null ? [digits] : parts.slice(1).filter((part) => part !== undefined)
}

function cardinal(text: string): string | undefined {
  const number = /^([+-]?)(\d[\d,]*)?(?:\.(\d+))?$/.exec(text)
  if (number === null || (number[2] === undefined && number[3] === undefined)) return undefined
  const sign = number[1] === '-' ? 'minus ' : ''
  const whole = (number[2] ?? '0').replaceAll(',', '')
  return sign + whole + (number[3] === undefined ? '' : ` point ${spell(number[3])}`)
}

/** flite reads `3rd` as a word of its own, so the ending is enough. */
function ordinal(text: string): string | undefined {
  if (!/^\d+$/.test(text)) return undefined
  const tens = text.at(-2) === '1' ? undefined : text.at(-1)
  return text + ({ '1': 'st', '2': 'nd', '3': 'rd' }[tens ?? ''] ?? 'th')
}

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const

/** `yyyymmdd` with `?` for what is not known (appendix P), ISO 8601, or fields in the order of `format`. */
function date(text: string, format: string): string | undefined {
  const fixed = /^([\d?]{4})-?([\d?]{2})-?([\d?]{2})$/.exec(text)
  const fields = fixed?.slice(1) ?? text.split(/[-/. ]+/)
  const order = fixed !== null ? 'ymd' : /^[ymd]{1,3}$/.test(format) ? format : 'mdy'
  if (fields.length !== order.length || !fields.every((field) => /^[\d?]+$/.test(field))) {
    return undefined
  }
  const field = (letter: string): string => fields[order.indexOf(letter)] ?? ''
  const month = MONTHS[Number(field('m')) - 1]
  if (order.includes('m') && month === undefined && !field('m').includes('?')) return undefined
  const day = ordinal(field('d').replace(/^0/, ''))
  return [month, day, year(field('y'))].filter((part) => part !== undefined).join(' ') || undefined
}

/** The engine says years as people do; an unknown one is left out. */
function year(text: string): string | undefined {
  return /^\d{2,4}$/.test(text) ? `, ${text}` : undefined
}

/** `hhmm` followed by `a`, `p`, `h` or `?` (appendix P), or `h:mm[:ss]` with or without am and pm. */
function time(text: string): string | undefined {
  const parts = /^(\d{1,2}):?(\d{2})(?::(\d{2}))?\s*([aphx?]?)\.?m?\.?$/i.exec(text)
  if (parts === null) return undefined
  const hour = Number(parts[1])
  const minute = Number(parts[2])
  const half = parts[4]?.toLowerCase()
  if (hour > 24 || minute > 59) return undefined
  if (half === 'h')
    return `${hour} ${minute === 0 ? 'hundred hours' : `${clockMinute(minute)} hours`}`
  const spoken = minute === 0 ? `${hour} o'clock` : `${hour} ${clockMinute(minute)}`
  const seconds = parts[3] === undefined ? '' : ` and ${Number(parts[3])} seconds`
  if (half === 'a' || half === 'p') {
    return `${minute === 0 ? hour : spoken}${seconds} ${half === 'a' ? 'A M' : 'P M'}`
  }
  return spoken + seconds
}

function clockMinute(minute: number): string {
  return minute < 10 ? `oh ${minute}` : String(minute)
}

const CURRENCIES: Readonly<Record<string, readonly [whole: string, part: string]>> = {
  USD: ['dollar', 'cent'],
  CAD: ['Canadian dollar', 'cent'],
  AUD: ['Australian dollar', 'cent'],
  EUR: ['euro', 'cent'],
  GBP: ['pound', 'penny'],
  CHF: ['Swiss franc', 'centime'],
  JPY: ['yen', ''],
  INR: ['rupee', 'paisa'],
  $: ['dollar', 'cent'],
  '€': ['euro', 'cent'],
  '£': ['pound', 'penny'],
}

/** `USD12.50` (appendix P), `$12.50` or `12.50`. */
function currency(text: string, format: string): string | undefined {
  const parts = /^([A-Z]{3}|[$€£])?\s*(\d[\d,]*)?(?:\.(\d{1,2}))?$/i.exec(text)
  if (parts === null || (parts[2] === undefined && parts[3] === undefined)) return undefined
  const names = CURRENCIES[(parts[1] ?? (format || 'USD')).toUpperCase()]
  if (names === undefined) return undefined
  const whole = Number((parts[2] ?? '0').replaceAll(',', ''))
  const part = Number((parts[3] ?? '0').padEnd(2, '0'))
  const amounts = [
    whole > 0 || part === 0 ? counted(whole, names[0]) : undefined,
    part > 0 && names[1] !== '' ? counted(part, names[1]) : undefined,
  ]
  return amounts.filter((amount) => amount !== undefined).join(' and ')
}

function counted(count: number, noun: string): string {
  if (count === 1 || noun === 'yen') return `${count} ${noun}`
  if (noun === 'penny') return `${count} pence`
  if (noun === 'paisa') return `${count} paise`
  return `${count} ${noun}s`
}
