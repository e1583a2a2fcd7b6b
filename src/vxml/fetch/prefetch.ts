import type { Interpreter } from '../dialog/interpreter.ts'
import { PropertyScopes } from '../dialog/properties.ts'
import type { Properties } from '../document/vxml-document.ts'
import { fetchPolicy, mayPrefetch } from './fetch-policy.ts'
import { type Reference, references } from './references.ts'
import { resolveUri, splitFragment } from './resolve-uri.ts'
import type { LoadedDocument } from './resource-loader.ts'

/** However many a document names, so many are fetched ahead of their need. */
const MAX_PREFETCHES = 24

/**
 * Begins to fetch what the document says may be fetched "when the page is loaded" (VoiceXML 2.0 section
 * 6.1.1), as far as its address needs no script. `outer`: the properties of the root document.
 */
export function prefetchReferences(
  interpreter: Interpreter,
  { base, document }: LoadedDocument,
  outer: Properties | undefined,
): void {
  const begun = new Set<string>()
  for (const reference of references(document)) {
    if (begun.size >= MAX_PREFETCHES) return
    const properties = new PropertyScopes([...reference.properties, outer])
    const uri = prefetchable(reference, base, properties)
    if (uri === undefined || begun.has(uri)) continue
    begun.add(uri)
    begin(interpreter, reference, uri, properties)
  }
}

function prefetchable(
  { kind, uri, fetching }: Reference,
  base: string,
  properties: PropertyScopes,
): string | undefined {
  // A fragment alone is of this document.
  if (uri.trim().startsWith('#') || !mayPrefetch(properties, kind, fetching)) return undefined
  const resolved = resolveUri(uri, base)
  return resolved === undefined ? undefined : splitFragment(resolved).address
}

function begin(
  { loader, platform }: Interpreter,
  { kind, fetching }: Reference,
  uri: string,
  properties: PropertyScopes,
): void {
  const policy = fetchPolicy(properties, kind, fetching)
  if (kind !== 'audio') return loader.prefetch({ uri, method: 'GET', fields: [], ...policy })
  const { timeoutMs: fetchTimeoutMs, ...kept } = policy
  const part = { kind: 'audio', uri, fetchTimeoutMs, ...kept, fallback: [] } as const
  platform.prepare({ parts: [part], bargein: true, language: 'en-US' })
}
