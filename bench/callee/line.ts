import {
  ALAW_TO_LINEAR,
  applyGain,
  clip,
  encodeAlaw,
  encodeUlaw,
  G722Decoder,
  G722Encoder,
  LossConcealment,
  levelDbm0,
  ULAW_TO_LINEAR,
} from '#audio'
import type { Chance } from './chance.ts'

/** What lies between who answers and us; `clean` is PCMU and nothing else. */
export const LINES = [
  ...['noise', 'hum', 'PCMA', 'G.722', 'noise, PCMA'],
  ...['1 % lost', '5 % lost', 'noise, 3 % lost', 'G.722, 3 % lost', 'bursts lost'],
] as const
export type Line = (typeof LINES)[number] | 'clean'

const FRAME = 160

/** The line's noise, its codec, and the packets that it lost, concealed as a call's are. */
export function overLine(
  dry: Int16Array,
  behind: Int16Array | undefined,
  line: Line,
  chance: Chance,
): Int16Array {
  let samples = behind === undefined ? dry : mixed(dry, behind)
  if (line.includes('noise')) {
    samples = mixed(samples, noise(dry.length, chance.between(-62, -44), chance))
  }
  if (line.includes('hum'))
    samples = mixed(samples, hum(dry.length, chance.between(-55, -40), chance))
  samples = coded(samples, line)
  const share = /(\d+) % lost/.exec(line)?.[1]
  if (share !== undefined) return concealed(samples, 1, Number(share) / 100, chance)
  return line === 'bursts lost' ? concealed(samples, 3, 0.012, chance) : samples
}

/** 15 to 25 dB below who speaks loud; undefined where it is quiet. */
export function backgroundOf(
  kind: 'babble' | 'street' | undefined,
  length: number,
  talkers: readonly Int16Array[],
  chance: Chance,
): Int16Array | undefined {
  if (kind === undefined) return undefined
  const level = chance.between(-48, -38)
  if (kind === 'street') return noise(length, level, chance, 0.9)
  const samples = new Int16Array(length)
  for (const talker of talkers) {
    const shift = Math.floor(chance.next() * talker.length)
    for (let n = 0; n < length; n++) {
      samples[n] = (samples[n] ?? 0) + (talker[(n + shift) % talker.length] ?? 0) / 4
    }
  }
  return applyGain(samples, level - levelDbm0(samples))
}

/** `lowPass`: 0 is white, near 1 a rumble. */
function noise(length: number, level: number, chance: Chance, lowPass = 0.5): Int16Array {
  const samples = new Int16Array(length)
  let last = 0
  for (let n = 0; n < length; n++) {
    const white = chance.next() + chance.next() + chance.next() - 1.5
    last = lowPass * last + (1 - lowPass) * white
    samples[n] = Math.round(last * 8000)
  }
  return applyGain(samples, level - levelDbm0(samples))
}

function hum(length: number, level: number, chance: Chance): Int16Array {
  const base = chance.pick([50, 60])
  const samples = Int16Array.from({ length }, (_, n) => {
    const turn = (2 * Math.PI * base * n) / 8000
    return Math.round(3000 * (Math.sin(turn) + 0.5 * Math.sin(2 * turn) + 0.3 * Math.sin(3 * turn)))
  })
  return applyGain(samples, level - levelDbm0(samples))
}

function mixed(one: Int16Array, other: Int16Array): Int16Array {
  return one.map((sample, n) => clip(sample + (other[n] ?? 0)))
}

function coded(samples: Int16Array, line: Line): Int16Array {
  if (line.includes('G.722')) {
    const [encoder, decoder] = [new G722Encoder(), new G722Decoder()]
    return samples.map((sample) => decoder.decode(encoder.encode(sample)))
  }
  const [bytes, table] = line.includes('PCMA')
    ? [encodeAlaw(samples), ALAW_TO_LINEAR]
    : [encodeUlaw(samples), ULAW_TO_LINEAR]
  return Int16Array.from(bytes, (byte) => table[byte] ?? 0)
}

/** `burst`: packets lost together; `share`: of the packets, with which such a loss begins. */
function concealed(samples: Int16Array, burst: number, share: number, chance: Chance): Int16Array {
  const concealment = new LossConcealment()
  const heard = samples.slice()
  let lost = 0
  for (let at = 0; at + FRAME <= heard.length; at += FRAME) {
    if (lost === 0 && chance.next() < share) lost = burst
    if (lost > 0) concealment.conceal(heard, at, FRAME)
    else concealment.hear(heard, at, FRAME)
    lost = Math.max(0, lost - 1)
  }
  return heard
}
