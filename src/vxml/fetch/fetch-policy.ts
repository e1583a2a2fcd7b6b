import type { PropertyScopes } from '../dialog/properties.ts'
import { parseTimeDesignation } from '../document/time-designation.ts'
import type { Fetching } from '../document/vxml-document.ts'
import { parseSeconds } from './freshness.ts'
import type { ResourceRequest } from './resource-request.ts'

/** The kinds of resource that have fetching properties of their own (section 6.3.5; 2.1 section 5.1). */
export type ResourceKind = 'audio' | 'document' | 'grammar' | 'object' | 'script' | 'data'

export type FetchPolicy = Pick<ResourceRequest, 'timeoutMs' | 'maxAgeSeconds' | 'maxStaleSeconds'>

/** VoiceXML 2.0 section 6.1.1: the attribute, else the innermost property. */
export function fetchPolicy(
  properties: PropertyScopes,
  kind: ResourceKind,
  fetching: Fetching,
): FetchPolicy {
  const maxAgeSeconds = seconds(fetching.maxAge, properties.get(`${kind}maxage`))
  const maxStaleSeconds = seconds(fetching.maxStale, properties.get(`${kind}maxstale`))
  return {
    timeoutMs: parseTimeDesignation(fetching.timeout ?? '') ?? properties.timeMs('fetchtimeout'),
    ...(maxAgeSeconds === undefined ? {} : { maxAgeSeconds }),
    ...(maxStaleSeconds === undefined ? {} : { maxStaleSeconds }),
  }
}

/** What cannot be read decides nothing. */
function seconds(...texts: readonly (string | undefined)[]): number | undefined {
  for (const text of texts) {
    const parsed = parseSeconds(text ?? '')
    if (parsed !== undefined) return parsed
  }
  return undefined
}

/** Whether it may be fetched before it is needed. */
export function mayPrefetch(
  properties: PropertyScopes,
  kind: ResourceKind,
  fetching: Fetching,
): boolean {
  const hint = fetching.hint ?? properties.get(`${kind}fetchhint`) ?? DEFAULT_HINTS[kind]
  return hint.trim() === 'prefetch'
}

/**
 * Departs from VoiceXML 2.1 section 5.1, where data is prefetched unless told otherwise: because its
 * address is often a question to a server that what was sent before it has changed. A hint obliges to
 * nothing (section 6.1.1), and one that is written is heeded.
 */
const DEFAULT_HINTS: Readonly<Record<ResourceKind, string>> = {
  audio: 'safe',
  document: 'safe',
  grammar: 'prefetch',
  object: 'prefetch',
  script: 'prefetch',
  data: 'safe',
}
