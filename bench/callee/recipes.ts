import { Chance, hashOf } from './chance.ts'
import {
  ANNOUNCEMENTS,
  BROKEN_GREETINGS,
  DESKS,
  FIRMS,
  GREETINGS,
  HELLOS,
  HESITANT,
  NAMED,
  NAMES,
  NUMBERS,
  PLACES,
  SCREENINGS,
  SHORT_GREETINGS,
  TWICE,
} from './phrases.ts'

/** The detector is tuned on one half and scored on the other; no phrase, name or firm is in both. */
export type Half = 'tuning' | 'held'
export type Truth = 'voice' | 'answeringmachine' | 'fax' | 'unknown'

export interface Voice {
  readonly name: string
  readonly rate: number
  /** Of the voice's own pitch; a child's is about 1.35. */
  readonly pitch: number
}

/** One after the other they make what is heard. */
export type Part =
  | { readonly kind: 'speech'; readonly text: string; readonly voice: Voice }
  | { readonly kind: 'silence'; readonly durationMs: number }
  | {
      readonly kind: 'tone'
      readonly frequenciesHz: readonly number[]
      readonly durationMs: number
      readonly levelDbm0: number
      /** What a message follows. */
      readonly isBeep?: true
      /** ITU-T V.8: 15 Hz amplitude modulation, and the phase turned round every 450 ms. */
      readonly isModulated?: true
    }

/** One answered call, before the line does its part. */
export interface Recipe {
  readonly id: string
  readonly half: Half
  readonly group: string
  readonly truth: Truth
  readonly parts: readonly Part[]
  /** Of speech. */
  readonly levelDbm0: number
  /** Somebody talks, or a street is heard, behind who answers. */
  readonly background?: 'babble' | 'street'
}

export function halfOf(words: string): Half {
  return hashOf(`half of ${words}`) % 2 === 0 ? 'tuning' : 'held'
}

/** How many of each there are: about as many people as machines. */
const GROUPS: readonly Group[] = [
  { name: 'person: hello', count: 300, truth: 'voice', phrases: HELLOS, make: person([100, 900]) },
  { name: 'person: name', count: 72, truth: 'voice', phrases: NAMED, make: person([100, 800]) },
  { name: 'person: at work', count: 56, truth: 'voice', phrases: DESKS, make: person([50, 700]) },
  { name: 'person: late', count: 28, truth: 'voice', phrases: HELLOS, make: person([1000, 2400]) },
  {
    ...{ name: 'person: twice', count: 52, truth: 'voice', phrases: TWICE },
    make: person([100, 900], [900, 2200]),
  },
  {
    ...{ name: 'person: hesitant', count: 36, truth: 'voice', phrases: HESITANT },
    make: person([100, 900], [150, 500]),
  },
  {
    ...{ name: 'person: with background', count: 56, truth: 'voice', phrases: HELLOS },
    make: person([100, 900]),
    hasBackground: true,
  },
  {
    ...{ name: 'machine: greeting', count: 260, truth: 'answeringmachine', phrases: GREETINGS },
    make: machine([200, 600]),
  },
  {
    ...{ name: 'machine: in parts', count: 80, truth: 'answeringmachine' },
    ...{ phrases: BROKEN_GREETINGS, make: machine([150, 600]) },
  },
  {
    ...{ name: 'machine: short', count: 36, truth: 'answeringmachine' },
    ...{ phrases: SHORT_GREETINGS, make: machine([150, 600]) },
  },
  { name: 'fax: answers', count: 32, truth: 'fax', phrases: [], make: answeringFax },
  { name: 'fax: calls', count: 24, truth: 'fax', phrases: [], make: callingFax },
  {
    ...{ name: 'operator: SIT', count: 40, truth: 'unknown', phrases: ANNOUNCEMENTS },
    make: informationTones,
  },
  {
    ...{ name: 'operator: words only', count: 24, truth: 'answeringmachine' },
    ...{ phrases: ANNOUNCEMENTS, make: recording },
  },
  {
    ...{ name: 'call screening', count: 20, truth: 'answeringmachine' },
    ...{ phrases: SCREENINGS, make: recording },
  },
]

interface Group {
  readonly name: string
  readonly count: number
  readonly truth: Truth
  /** Empty: there are no words in it. */
  readonly phrases: readonly string[]
  readonly make: (chance: Chance, words: readonly string[]) => Part[]
  readonly hasBackground?: true
}

export function makeRecipes(seed: string): Recipe[] {
  return GROUPS.flatMap((group) =>
    Array.from({ length: group.count }, (_, index) => makeRecipe(group, index, seed)),
  )
}

function makeRecipe(group: Group, index: number, seed: string): Recipe {
  const { name, phrases, truth, hasBackground } = group
  const chance = new Chance(`${seed}: ${name} ${index}`)
  const phrase = phrases[index % phrases.length]
  const half = halfOf(phrase ?? `${name} ${index}`)
  const words = phrase === undefined ? [] : fillIn(phrase, half, chance).split('|')
  return {
    ...{ id: `${name} ${index}`, half, group: name, truth },
    parts: group.make(chance, words),
    levelDbm0: chance.between(-27, -13),
    ...(hasBackground ? { background: chance.pick(['babble', 'street'] as const) } : {}),
  }
}

function fillIn(phrase: string, half: Half, chance: Chance): string {
  const words = { name: NAMES, firm: FIRMS, place: PLACES, number: NUMBERS }
  return Object.entries(words).reduce((text, [slot, all]) => {
    const own = all.filter((word) => halfOf(word) === half)
    return text.replaceAll(`{${slot}}`, () => chance.pick(own))
  }, phrase)
}

type Range = readonly [leastMs: number, mostMs: number]

/** Picks up, speaks, and waits for an answer. */
function person(before: Range, between: Range = [0, 0]): Group['make'] {
  return (chance, words) => {
    const voice = personVoice(chance)
    return [pause(chance, before), ...spoken(chance, words, voice, between), rest(5000)]
  }
}

function machine(between: Range): Group['make'] {
  return (chance, words) => [
    pause(chance, chance.next() < 0.8 ? [150, 900] : [900, 1600]),
    ...spoken(chance, words, recordedVoice(chance), between),
    pause(chance, [150, 1400]),
    ...beeps(chance),
    rest(3000),
  ]
}

/** A recording after which nothing sounds. */
function recording(chance: Chance, words: readonly string[]): Part[] {
  const voice = recordedVoice(chance)
  return [pause(chance, [150, 900]), ...spoken(chance, words, voice, [300, 500]), rest(3000)]
}

function beeps(chance: Chance): Part[] {
  const frequenciesHz = beepFrequencies(chance)
  const levelDbm0 = chance.between(-24, -9) - (frequenciesHz.length - 1) * 3
  const beep = (durationMs: number): Part => ({
    ...{ kind: 'tone', frequenciesHz, durationMs, levelDbm0 },
    isBeep: true,
  })
  const last = beep(chance.next() < 0.8 ? chance.between(180, 800) : chance.between(800, 1600))
  if (chance.next() < 0.9) return [last]
  // So many messages wait.
  return [beep(150), rest(200), beep(150), rest(200), last]
}

/** ITU-T E.180 and Q.23 have other uses for some pairs; machines sound anything else. */
function beepFrequencies(chance: Chance): number[] {
  const usual = [440, 500, 620, 800, 950, 1000, 1050, 1100, 1400, 1500]
  const one = chance.next() < 0.5 ? chance.pick(usual) : Math.round(chance.between(350, 2000))
  if (chance.next() < 0.75) return [one]
  const other = chance.pick([0.61, 0.72, 1.27, 1.39, 1.68]) * one
  return other < 350 || other > 2000 ? [one] : [one, Math.round(other)].sort((a, b) => a - b)
}

/** ITU-T T.30 section 4.3.3.2 (CED) and V.8 (ANSam). */
function answeringFax(chance: Chance): Part[] {
  const isModulated = chance.next() < 0.5
  const tone: Part = {
    ...{ kind: 'tone', frequenciesHz: [2100 + chance.between(-12, 12)] },
    ...{ durationMs: chance.between(2600, 4000), levelDbm0: chance.between(-22, -10) },
    ...(isModulated ? { isModulated } : {}),
  }
  return [pause(chance, [200, 2500]), tone, rest(2000)]
}

/** ITU-T T.30 section 4.3.3.1 (CNG): half a second in every three and a half. */
function callingFax(chance: Chance): Part[] {
  const [frequency, levelDbm0] = [1100 + chance.between(-35, 35), chance.between(-22, -10)]
  const tone: Part = {
    ...{ kind: 'tone', frequenciesHz: [frequency], levelDbm0 },
    durationMs: chance.between(430, 570),
  }
  return [pause(chance, [100, 2500]), tone, rest(3000), tone, rest(1000)]
}

/** ITU-T E.180 section 7, in the variants of North America. */
function informationTones(chance: Chance, words: readonly string[]): Part[] {
  const levelDbm0 = chance.between(-26, -12)
  const tone = (frequency: number, durationMs: number): Part => ({
    ...{ kind: 'tone', frequenciesHz: [frequency + chance.between(-8, 8)], durationMs, levelDbm0 },
  })
  const length = (): number => chance.pick([274, 330, 380])
  return [
    pause(chance, [100, 1200]),
    tone(chance.pick([913.8, 950, 985.2]), length()),
    tone(chance.pick([1370.6, 1400, 1428.5]), length()),
    tone(chance.pick([1776.7, 1800]), length()),
    pause(chance, [200, 900]),
    ...spoken(chance, words, recordedVoice(chance), [300, 500]),
    rest(1000),
  ]
}

function spoken(chance: Chance, words: readonly string[], voice: Voice, between: Range): Part[] {
  return words.flatMap((text, index): Part[] => [
    ...(index === 0 ? [] : [pause(chance, between)]),
    { kind: 'speech', text, voice },
  ])
}

function pause(chance: Chance, [leastMs, mostMs]: Range): Part {
  return rest(chance.between(leastMs, mostMs))
}

function rest(durationMs: number): Part {
  return { kind: 'silence', durationMs: Math.round(durationMs) }
}

const VOICES = ['slt', 'rms', 'awb', 'kal16', 'kal']

/** Faster than the voices are by themselves, which is slower than people speak on the phone. */
function personVoice(chance: Chance): Voice {
  const isChild = chance.next() < 0.15
  const pitch = isChild ? chance.between(1.25, 1.45) : chance.between(0.88, 1.15)
  return { name: chance.pick(VOICES), rate: steps(chance.between(1, 1.5)), pitch: steps(pitch) }
}

function recordedVoice(chance: Chance): Voice {
  const [rate, pitch] = [chance.between(0.95, 1.35), chance.between(0.9, 1.15)]
  return { name: chance.pick(VOICES), rate: steps(rate), pitch: steps(pitch) }
}

const steps = (value: number): number => Math.round(value * 50) / 50
