import { readFileSync } from 'node:fs'
import { createLogger, OutdialError, systemClock, systemRandom } from '#base'
import {
  Carrier,
  type CarrierCall,
  describeBehaviours,
  formatCarrierEvent,
  parseCarrierScriptText,
} from '#carrier'
import type { HostPort } from './config.ts'

export interface CarrierOptions {
  readonly bind: HostPort
  readonly outputFolder?: string
  /** JSON: phone number → behaviour. */
  readonly scriptFile?: string
  /** What happens, a line each. */
  readonly onEvent: (line: string) => void
}

/** What one callee heard. */
export interface HeardCall {
  readonly number: string
  readonly wavFile?: string
  /** How long the caller was audible. */
  readonly speechSeconds: number
}

export interface RunningCarrier {
  readonly address: HostPort
  readonly heard: () => HeardCall[]
  /** Resolves when no call is open and every recording is written. */
  readonly settled: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** The table of behaviours, for `--help`. */
export const describeCarrier = describeBehaviours

/** Starts the simulated carrier. @throws OutdialError `carrier-…`, `sip-…` */
export async function runCarrier(options: CarrierOptions): Promise<RunningCarrier> {
  const waiting = new Set<() => void>()
  const carrier = new Carrier({
    bind: options.bind,
    ...(options.outputFolder === undefined ? {} : { outputFolder: options.outputFolder }),
    ...(options.scriptFile === undefined ? {} : { script: readScript(options.scriptFile) }),
    log: createLogger('warn'),
    clock: systemClock,
    random: systemRandom,
    onEvent(event) {
      const line = formatCarrierEvent(event)
      if (line !== undefined) options.onEvent(line)
      for (const look of waiting) look()
    },
  })
  try {
    await carrier.start()
  } catch (error) {
    await carrier.stop()
    throw error
  }
  return {
    address: carrier.address,
    heard: () => carrier.calls.map(heardCall),
    settled: () =>
      new Promise((resolve) => {
        const look = (): void => {
          if (carrier.calls.some(({ endedAt }) => endedAt === undefined)) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
    stop: () => carrier.stop(),
  }
}

function heardCall({ number, wavFile, heardMs }: CarrierCall): HeardCall {
  return {
    number,
    ...(wavFile === undefined ? {} : { wavFile }),
    speechSeconds: heardMs / 1000,
  }
}

function readScript(path: string): ReturnType<typeof parseCarrierScriptText> {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    const sentence = `The carrier's script ${path} cannot be read.`
    throw new OutdialError('carrier-invalid-script', sentence, { field: 'script', cause })
  }
  return parseCarrierScriptText(text)
}
