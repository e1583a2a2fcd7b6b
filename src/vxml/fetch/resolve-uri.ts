/**
 * RFC 3986: `reference` against `base`; undefined where no http(s) address comes of it. What is read from
 * a file may refer to files, and nothing else may.
 */
export function resolveUri(reference: string, base: string): string | undefined {
  const resolved = URL.parse(reference.trim(), base)
  if (resolved === null) return undefined
  const isFile = resolved.protocol === 'file:' && base.startsWith('file:')
  return isFile || /^https?:$/.test(resolved.protocol) ? resolved.href : undefined
}

/** The address to fetch and the fragment (without `#`; absent where there is none). */
export function splitFragment(uri: string): { address: string; fragment?: string } {
  const hash = uri.indexOf('#')
  if (hash < 0) return { address: uri }
  const fragment = uri.slice(hash + 1)
  return { address: uri.slice(0, hash), ...(fragment === '' ? {} : { fragment }) }
}
