/**
 * The internal subset of a DOCTYPE (XML 1.0 section 2.8), read only for its general entities. Nothing
 * is ever fetched: an external subset or entity is named and left alone.
 */
export interface InternalSubset {
  /** Offset just after the DOCTYPE's `>`; 0 where there is no DOCTYPE. */
  readonly end: number
  /** Replacement texts; `undefined` for an external or unparsed entity. */
  readonly entities: ReadonlyMap<string, string | undefined>
  readonly warnings: readonly { readonly message: string; readonly offset: number }[]
}

const DOCTYPE = /^(?:\s|<\?[\s\S]*?\?>|<!--[\s\S]*?-->)*<!DOCTYPE\s/

export function readInternalSubset(text: string): InternalSubset {
  const entities = new Map<string, string | undefined>()
  const warnings: { message: string; offset: number }[] = []
  const before = DOCTYPE.exec(text)?.[0]
  if (before === undefined) return { end: 0, entities, warnings }

  const outer = findOutside(text, before.length, /[[>]/g)
  if (/\s(?:SYSTEM|PUBLIC)\s/.test(text.slice(before.length, outer))) {
    warnings.push({ message: 'The external DTD is not fetched', offset: before.length })
  }
  if (text[outer] !== '[') return { end: outer + 1, entities, warnings }

  let at = outer + 1
  for (;;) {
    at = findOutside(text, at, /[<%\]]/g)
    if (at >= text.length || text[at] === ']') break
    if (text[at] === '%') {
      // Section 5.1: who passes over a parameter entity must not read declarations behind it.
      warnings.push({ message: 'Parameter entities are not expanded', offset: at })
      at = findOutside(text, at, /]/g)
      break
    }
    const end = findOutside(text, at + 1, />/g)
    readEntity(text.slice(at, end), entities)
    at = end + 1
  }
  return { end: findOutside(text, at, />/g) + 1, entities, warnings }
}

/** The next match of `wanted` outside quotes, comments and processing instructions. */
function findOutside(text: string, from: number, wanted: RegExp): number {
  const skip = /"[^"]*"|'[^']*'|<!--[\s\S]*?-->|<\?[\s\S]*?\?>/y
  wanted.lastIndex = from
  for (let at = from; at < text.length; ) {
    skip.lastIndex = at
    const skipped = skip.exec(text)?.[0].length
    if (skipped !== undefined) {
      at += skipped
      continue
    }
    wanted.lastIndex = at
    if (wanted.exec(text)?.index === at) return at
    const next = nextOf(text, at + 1)
    at = next
  }
  return text.length
}

/** Characters between which nothing can begin that matters here. */
function nextOf(text: string, from: number): number {
  const mark = /["'<>[\]%]/g
  mark.lastIndex = from
  return mark.exec(text)?.index ?? text.length
}

const ENTITY = /^<!ENTITY\s+([^\s%"']+)\s+(?:"([^"]*)"|'([^']*)'|(SYSTEM|PUBLIC)\s)/

function readEntity(declaration: string, entities: Map<string, string | undefined>): void {
  const match = ENTITY.exec(declaration)
  const name = match?.[1]
  // Section 4.2: the first declaration of a name binds.
  if (match === null || name === undefined || entities.has(name)) return
  const literal = match[2] ?? match[3]
  entities.set(name, literal === undefined ? undefined : expandCharacters(literal))
}

/** Section 4.5: character references in the literal are replaced at once, others stay. */
function expandCharacters(literal: string): string {
  return literal.replace(/&#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}));/g, (whole, hex, decimal) => {
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
    return code > 0x10ffff ? whole : String.fromCodePoint(code)
  })
}
