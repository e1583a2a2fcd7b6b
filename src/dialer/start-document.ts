import { errorMessage } from '#base'
import type { ClaimedCall } from '#model'
import { type FirstDocument, fetchFirstDocument } from '#vxml'
import type { Dialer } from './dialer.ts'
import { fetchForSession } from './fetch-for-session.ts'

/** How long the start document may take (Plum's `fetchtimeout`). */
export const START_FETCH_TIMEOUT_MS = 30_000

/** How `start_url` is fetched: a script may want to read its query. */
export function startMethod(claim: ClaimedCall): 'GET' | 'POST' {
  return claim.startMethod === 'get' ? 'GET' : 'POST'
}

/** What `start_url` is told of the call, in the documented order. */
export function startFields(claim: ClaimedCall): [name: string, value: string][] {
  const { callParameters, campaignParameters, columns = {} } = claim
  const fields: [name: string, value: string][] = [
    ['phone_number', claim.phoneNumber],
    ['call_id', String(claim.callId)],
    ['message_reference', claim.messageReference],
  ]
  // A call has one or the other, unless its list has parameters for every row.
  if (callParameters !== '' || campaignParameters === '') {
    fields.push(['call_parameters', callParameters])
  }
  if (campaignParameters !== '') fields.push(['campaign_parameters', campaignParameters])
  return [...fields, ...Object.entries(columns)]
}

/**
 * Fetches the start document while the phone rings. A failure is not an ending: the dialogue fetches
 * it again when the callee answers, and reports what is wrong then.
 */
export async function fetchStartDocument(
  dialer: Dialer,
  claim: ClaimedCall,
): Promise<FirstDocument | undefined> {
  try {
    const response = await fetchFirstDocument(
      { clock: dialer.clock, fetch: (request) => fetchForSession(dialer, request) },
      {
        uri: addressOf(claim.startUrl),
        method: startMethod(claim),
        fields: startFields(claim),
        timeoutMs: START_FETCH_TIMEOUT_MS,
      },
    )
    return response.status === 200 ? response : undefined
  } catch (error) {
    dialer.log.warn('start document not fetched while ringing', {
      callId: claim.callId,
      error: errorMessage(error),
    })
    return undefined
  }
}

/** Without the fragment, which names a dialog to the interpreter and nothing to the server. */
function addressOf(startUrl: string): string {
  return startUrl.split('#', 1)[0] ?? startUrl
}
