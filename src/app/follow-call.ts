import { sleep } from '#base'
import { type CallDescription, describeCall } from '#calls'
import type { Ground } from './wire.ts'

const LOOK_EVERY_MS = 200

/** Yields a call's description at once and whenever it has changed; ends when the call has. */
export async function* followCall(
  { calls, clock }: Pick<Ground, 'calls' | 'clock'>,
  callId: number,
): AsyncGenerator<CallDescription> {
  let last = ''
  for (;;) {
    const call = await describeCall(calls, callId)
    if (call === undefined) return
    const now = JSON.stringify(call)
    if (now !== last) yield call
    last = now
    if (call.state === 'ended') return
    await sleep(clock, LOOK_EVERY_MS)
  }
}
