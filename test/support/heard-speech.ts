import { goertzelPower, powerToDbm0 } from '#audio'
import { until } from './until.ts'

const FRAME = 160
/** Mean amplitude of a 20 ms frame in which somebody speaks. */
const LOUD = 300
const SILENT_FRAMES = 35

/** Waits until a far end has heard speech and then the pause in which an answer is expected. */
export async function promptAndPause(heard: () => Int16Array): Promise<Int16Array> {
  let samples: Int16Array = new Int16Array()
  await until(async () => {
    samples = heard()
    const last = loudFrames(samples).at(-1)
    return last !== undefined && samples.length / FRAME - last > SILENT_FRAMES
  }, 20_000)
  return samples
}

/** How many seconds of an 8 kHz recording are speech, or as loud. */
export function loudSeconds(samples: Int16Array): number {
  return (loudFrames(samples).length * FRAME) / 8000
}

/** How long a pitch stands out in it: its frames of 20 ms with that pitch and little else, in seconds. */
export function pitchSeconds(samples: Int16Array, hertz: number): number {
  const frames = loudFrames(samples).filter((index) => {
    const range = { start: index * FRAME, end: (index + 1) * FRAME }
    const pitch = powerToDbm0(goertzelPower(samples, hertz, range))
    return pitch > -20 && pitch > powerToDbm0(goertzelPower(samples, hertz * 1.9, range)) + 15
  })
  return (frames.length * FRAME) / 8000
}

function loudFrames(samples: Int16Array): number[] {
  const frames = Math.floor(samples.length / FRAME)
  return Array.from({ length: frames }, (_, index) => index).filter((index) => {
    const frame = samples.subarray(index * FRAME, (index + 1) * FRAME)
    return frame.reduce((sum, sample) => sum + Math.abs(sample), 0) / FRAME > LOUD
  })
}
