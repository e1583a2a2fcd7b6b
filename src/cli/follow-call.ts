import { type Clock, sleep } from '#base'
import type { Call, Client } from '#client'
import { passes } from './passes.ts'
import { GONE } from './watch-server.ts'

/** Ringing and answering are no events of a server: they are looked for. */
const LOOK_EVERY_MS = 500

export interface Following {
  readonly callId: number
  readonly clock: Clock
  /** That the server does not answer, and that it does again. */
  readonly tell: (line: string) => void
}

/** Yields a call at once and whenever it has changed, to its end. While its server does not answer it waits. */
export async function* followCall(
  client: Client,
  { callId, clock, tell }: Following,
): AsyncGenerator<Call> {
  let last = ''
  let isSilent = false
  for (;;) {
    const call = await look(client, callId)
    if ((call === undefined) !== isSilent) {
      isSilent = call === undefined
      tell(isSilent ? `The server ${GONE}` : 'The server answers again.')
    }
    if (call !== undefined) {
      const now = JSON.stringify(call)
      if (now !== last) yield call
      last = now
      if (call.state === 'ended') return
    }
    await sleep(clock, LOOK_EVERY_MS)
  }
}

/** Undefined: not now. */
async function look(client: Client, callId: number): Promise<Call | undefined> {
  try {
    return await client.getCall({ call_id: callId })
  } catch (error) {
    if (passes(error)) return undefined
    throw error
  }
}
