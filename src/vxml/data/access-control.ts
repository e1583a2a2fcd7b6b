/**
 * The `<?access-control?>` instructions of an XML document (the W3C Note that VoiceXML 2.1 section 5
 * refers to): whether a document from `referring` may read it. Each names hosts in `allow` and `deny`:
 * `voice.example.com`, `*.example.com` (which is `example.com` too), `*`. Of those that match, the most
 * exact one decides, and at equals the denial; where some are allowed, the others are not.
 *
 * A document without such an instruction may be read: what is behind a firewall is kept from every
 * fetch alike, by the addresses that the platform may reach.
 */
export function mayRead(
  instructions: readonly { readonly target: string; readonly text: string }[],
  referring: string,
): boolean {
  const rules = instructions
    .filter(({ target }) => target === 'access-control')
    .map(({ text }) => ({ allow: hosts(text, 'allow'), deny: hosts(text, 'deny') }))
  if (rules.length === 0) return true
  const host = URL.parse(referring)
  if (host === null) return false
  const allowed = rules.flatMap(({ allow }) => allow)
  const granted = mostExact(allowed, host)
  const refused = mostExact(
    rules.flatMap(({ deny }) => deny),
    host,
  )
  if (granted === 0 && refused === 0) return allowed.length === 0
  return granted > refused
}

/** The words of a pseudo-attribute. */
function hosts(text: string, name: 'allow' | 'deny'): string[] {
  const found = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(text)
  return (found?.[1] ?? found?.[2] ?? '').split(/\s+/).filter((word) => word !== '')
}

/** How exact the best matching pattern is; 0 where none matches. */
function mostExact(patterns: readonly string[], referring: URL): number {
  return Math.max(0, ...patterns.map((pattern) => exactness(pattern.toLowerCase(), referring)))
}

function exactness(pattern: string, { protocol, hostname, host }: URL): number {
  const [, scheme, name = ''] = /^(?:([a-z][a-z\d+.-]*):\/\/)?([^/]*)/.exec(pattern) ?? []
  if (scheme !== undefined && `${scheme}:` !== protocol) return 0
  if (name === '*') return 1
  if (name === hostname || name === host) return name.length + 2
  if (!name.startsWith('*.')) return 0
  const domain = name.slice(2)
  return hostname === domain || hostname.endsWith(`.${domain}`) ? domain.length + 1 : 0
}
