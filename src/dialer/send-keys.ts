import { sleep } from '#base'
import type { Trunk } from '#model'
import type { MediaStream } from '#rtp'
import type { Dialog } from '#sip'
import type { Dialer } from './dialer.ts'

export interface KeyedCall {
  readonly callId: number
  readonly trunk: Trunk
  readonly dialog: Pick<Dialog, 'ended' | 'sendDigit'>
  readonly media: Pick<MediaStream, 'sendDigits'>
}

const KEY_MS = 100
const GAP_MS = 100
/** As `MediaStream.sendDigits` has them. */
const PAUSES_MS: Readonly<Record<string, number>> = { p: 1000, w: 500 }

/**
 * Presses `keys` (0–9 * # A–D, `p` waits 1 s, `w` half a second) as the trunk takes them: extension
 * dialling. What INFO does not reach is sent in the media. Resolves when all are sent, or they hung up.
 */
export async function sendKeys(
  { clock, log }: Pick<Dialer, 'clock' | 'log'>,
  { callId, trunk, dialog, media }: KeyedCall,
  keys: string,
): Promise<void> {
  const over = new AbortController()
  void dialog.ended.then(() => over.abort())
  const left = trunk.keys === 'info' ? await sendByInfo(clock, dialog, keys, over.signal) : keys
  if (left === '' || over.signal.aborted) return
  if (trunk.keys === 'info') log.warn('keys not taken by INFO', { callId })
  const hungUp = new Promise<void>((resolve) =>
    over.signal.addEventListener('abort', () => resolve(), { once: true }),
  )
  await Promise.race([media.sendDigits(left, { inBand: trunk.keys === 'inband' }), hungUp])
}

/** Resolves with what is left, from the first key on that was refused. */
async function sendByInfo(
  clock: Dialer['clock'],
  dialog: KeyedCall['dialog'],
  keys: string,
  signal: AbortSignal,
): Promise<string> {
  for (const [at, key] of [...keys].entries()) {
    if (signal.aborted) return ''
    const pauseMs = PAUSES_MS[key]
    if (pauseMs === undefined) {
      const isTaken = await dialog.sendDigit({ digit: key, durationMs: KEY_MS })
      if (!isTaken) return keys.slice(at)
    }
    await sleep(clock, pauseMs ?? KEY_MS + GAP_MS, signal)
  }
  return ''
}
