import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { applyGain, concat, levelDbm0, resample, silence, tone } from '#audio'
import { silentLogger, systemClock } from '#base'
import { FliteSynthesizer } from '#speech'
import { Chance } from './chance.ts'
import { backgroundOf, LINES, type Line, overLine } from './line.ts'
import { GREETINGS } from './phrases.ts'
import { type Half, halfOf, makeRecipes, type Part, type Recipe, type Voice } from './recipes.ts'

/** One answered call as our side hears it, from the answer on, 8 kHz. */
export interface CorpusCall extends Omit<Recipe, 'parts' | 'levelDbm0' | 'background'> {
  readonly line: Line
  readonly samples: Int16Array
  /** When each of the beeps after which one speaks is over. */
  readonly beepEndsMs: readonly number[]
}

/** The same seed gives the same corpus, whatever the machine. */
export const SEED = 'outdial 1'
/** What was spoken once is kept here: git does not look at it. */
const CACHE = join(import.meta.dirname, '..', '.cache', 'callee')
const WORKERS = 2

/** Every call of a half twice: over a clean line, and over one that is not. */
export async function* corpusOf(half: Half): AsyncGenerator<CorpusCall> {
  const recipes = makeRecipes(SEED).filter((recipe) => recipe.half === half)
  const speaker = await Speaker.start()
  try {
    await speaker.sayAll(recipes)
    for (const recipe of recipes) yield* callsOf(recipe, speaker)
  } finally {
    await speaker.stop()
  }
}

async function* callsOf(recipe: Recipe, speaker: Speaker): AsyncGenerator<CorpusCall> {
  const { parts, levelDbm0: speechDbm0, background, ...known } = recipe
  const chance = new Chance(`${SEED}: line of ${recipe.id}`)
  const pieces: Int16Array[] = []
  const beepEndsMs: number[] = []
  let lengthMs = 0
  for (const part of parts) {
    const piece = await soundOf(part, speechDbm0, speaker)
    pieces.push(piece)
    lengthMs += piece.length / 8
    if (part.kind === 'tone' && part.isBeep) beepEndsMs.push(lengthMs)
  }
  const dry = concat(pieces)
  const talkers = background === 'babble' ? await speaker.babble(recipe.half, chance) : []
  const behind = backgroundOf(background, dry.length, talkers, chance)
  for (const line of ['clean', chance.pick(LINES)] as const) {
    const samples = overLine(dry, behind, line, chance)
    yield { ...known, line, samples, beepEndsMs }
  }
}

async function soundOf(part: Part, speechDbm0: number, speaker: Speaker): Promise<Int16Array> {
  switch (part.kind) {
    case 'silence':
      return silence(part.durationMs)
    case 'tone':
      return part.isModulated ? modulated(tone(part)) : tone(part)
    case 'speech': {
      const said = await speaker.say(part.text, part.voice)
      return applyGain(said, speechDbm0 - levelDbm0(said))
    }
  }
}

function modulated(samples: Int16Array): Int16Array {
  return samples.map((sample, at) => {
    const seconds = at / 8000
    const turned = Math.floor(seconds / 0.45) % 2 === 0 ? 1 : -1
    return Math.round(sample * turned * (0.83 + 0.17 * Math.sin(2 * Math.PI * 15 * seconds)))
  })
}

/** The voices, which take a minute for the whole corpus and are asked once. */
class Speaker {
  readonly #synthesizer: FliteSynthesizer
  readonly #said = new Map<string, Promise<Int16Array>>()

  private constructor(synthesizer: FliteSynthesizer) {
    this.#synthesizer = synthesizer
  }

  static async start(): Promise<Speaker> {
    mkdirSync(CACHE, { recursive: true })
    const synthesizer = new FliteSynthesizer({
      ...{ clock: systemClock, log: silentLogger, workers: WORKERS },
      ...{ deadlineMs: 300_000, queueLimit: 5000 },
    })
    await synthesizer.start()
    return new Speaker(synthesizer)
  }

  stop(): Promise<void> {
    return this.#synthesizer.stop()
  }

  /** Beforehand, so that all workers have something to do. */
  async sayAll(recipes: readonly Recipe[]): Promise<void> {
    const parts = recipes.flatMap((recipe) => recipe.parts)
    await Promise.all(
      parts.flatMap((part) =>
        part.kind === 'speech' ? [this.#spoken(part.text, part.voice)] : [],
      ),
    )
  }

  /** Pitch changes by playing it faster or slower, and the voice speaks so much slower or faster. */
  async say(text: string, voice: Voice): Promise<Int16Array> {
    return resample(await this.#spoken(text, voice), Math.round(100 * voice.pitch) * 80, 8000)
  }

  babble(half: Half, chance: Chance): Promise<Int16Array[]> {
    const texts = GREETINGS.filter((text) => !text.includes('{') && halfOf(text) === half)
    const voices = ['slt', 'rms', 'awb'].map((name) => ({ name, rate: 1, pitch: 1 }))
    return Promise.all(voices.map((voice) => this.say(chance.pick(texts), voice)))
  }

  #spoken(text: string, voice: Voice): Promise<Int16Array> {
    const name = voice.name
    const rate = voice.rate / voice.pitch
    const key = createHash('sha256')
      .update(`${name} ${rate.toFixed(4)} ${text}`)
      .digest('hex')
    const said = this.#said.get(key) ?? this.#kept(join(CACHE, key.slice(0, 24)), text, name, rate)
    this.#said.set(key, said)
    return said
  }

  async #kept(file: string, text: string, name: string, rate: number): Promise<Int16Array> {
    if (existsSync(file)) {
      const bytes = new Uint8Array(readFileSync(file))
      return new Int16Array(bytes.buffer, 0, bytes.length / 2)
    }
    const samples = await this.#synthesizer.synthesize(text, { name, rate })
    writeFileSync(file, new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength))
    return samples
  }
}
