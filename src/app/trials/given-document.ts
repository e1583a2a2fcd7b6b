import type { FetchFailure, FetchRequest, FetchResponse } from '#vxml'
import type { Fetch } from './thread-messages.ts'

/** A document by its address, or as it is. */
export type NamedDocument = { readonly documentUrl: string } | { readonly text: string }

/** RFC 2606: no server has this name, so that nothing of the network is ever meant. */
const NO_ADDRESS = 'http://document.invalid/'

/** Where a document stands; one that was given as text stands nowhere, at this address. */
export function uriOf(named: NamedDocument): string {
  return 'text' in named ? NO_ADDRESS : named.documentUrl
}

/** Fetches a document that was given as text from where it stands, and says of what is relative to it why it is not there. */
export function fetchBeside(named: NamedDocument, fetch: Fetch): Fetch {
  if (!('text' in named)) return fetch
  const body = Buffer.from(named.text, 'utf8')
  return async (request: FetchRequest): Promise<FetchResponse> => {
    const { uri } = request
    if (!uri.startsWith(NO_ADDRESS)) return await fetch(request)
    if (uri === NO_ADDRESS) {
      return { uri, status: 200, contentType: 'application/voicexml+xml; charset=utf-8', body }
    }
    const failure: FetchFailure = {
      reason: 'network',
      message:
        `"${uri.slice(NO_ADDRESS.length)}" is a relative address, and a document that is given as text has none ` +
        'that it could be relative to; write the whole address, or give the document by its URL.',
    }
    throw Object.assign(new Error(failure.message), failure)
  }
}
