import { argument } from './argument.ts'
import type { Field } from './read-field.ts'

const SECONDS: Readonly<Record<string, string>> = { talk: 'talkSeconds', ring: 'ringSeconds' }

/** `answered=0.4` and `talk=60`, of an option that may come many times. */
export function collectRates(text: string, earlier: readonly Field[] = []): readonly Field[] {
  return [...earlier, argument(readRate)(text)]
}

function readRate(text: string): Field {
  const [, name = '', value = ''] = /^([a-z-]+)=(\d+(?:\.\d+)?)$/.exec(text) ?? []
  if (name === '') throw new Error(`"${text}" is not name=number, for example answered=0.4.`)
  return [SECONDS[name] ?? name, Number(value)]
}
