import { ULAW_TO_LINEAR } from '#audio'
import { openWave } from './open-wave.ts'

const COLUMNS = 500
const WIDTH = 1000
const HEIGHT = 120
const FULL = 32_768
/**
 * How loud a recording was, as a picture: above the line what was said to the callee (left), below it what came
 * from there (right). `wave`: stereo G.711 µ-law in a WAV file, read once, piece by piece.
 */
export async function drawWaveform(wave: ReadableStream<Uint8Array>): Promise<string> {
  const { dataBytes, pieces } = await openWave(wave)
  const peaks = new Peaks(dataBytes)
  for await (const piece of pieces) peaks.add(piece)
  return pictureOf(peaks)
}

/** The loudest sample of each column and channel. */
class Peaks {
  readonly left = new Uint16Array(COLUMNS)
  readonly right = new Uint16Array(COLUMNS)
  readonly #bytes: number
  #at = 0

  constructor(bytes: number) {
    this.#bytes = Math.max(bytes, 1)
  }

  add(piece: Uint8Array): void {
    for (const code of piece) {
      const column = Math.min(COLUMNS - 1, Math.floor((this.#at / this.#bytes) * COLUMNS))
      const side = this.#at % 2 === 0 ? this.left : this.right
      const level = Math.abs(ULAW_TO_LINEAR[code] ?? 0)
      if (level > (side[column] ?? 0)) side[column] = level
      this.#at += 1
    }
  }
}

function pictureOf({ left, right }: Peaks): string {
  const step = WIDTH / COLUMNS
  const middle = HEIGHT / 2
  // Half the range of a sample is a third of what an ear takes it for.
  const heightOf = (level: number): number => Math.sqrt(level / FULL) * (middle - 2)
  const bars = (levels: Uint16Array, isUp: boolean): string =>
    [...levels]
      .map((level, column) => {
        const height = heightOf(level)
        const x = (column * step).toFixed(1)
        return `M${x} ${middle}V${(isUp ? middle - height : middle + height).toFixed(1)}`
      })
      .join('')
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none"><g fill="none" stroke-width="${step * 0.7}"><path stroke="#3b82c4" d="${bars(left, true)}"/><path stroke="#2f9e62" d="${bars(right, false)}"/><path stroke="#888" stroke-width="1" d="M0 ${middle}H${WIDTH}"/></g></svg>`
}
