import { parseXml, XmlError } from '#xml'
import { beginningOf, decodeGrammar } from './decode-grammar.ts'
import type { Grammar, GrammarMode } from './grammar.ts'
import { GrammarError } from './grammar-error.ts'
import { ABNF_ENCODING, readAbnf } from './read-abnf.ts'
import { JSGF_ENCODING, readJsgf } from './read-jsgf.ts'
import { readSrgsFile } from './read-srgs-xml.ts'

export interface FetchedGrammar {
  /** After redirects. */
  readonly uri: string
  /** `''` where the server or the file system names none. */
  readonly contentType: string
  readonly body: Uint8Array
}

type Form = 'xml' | 'abnf' | 'jsgf'

/**
 * A grammar document in one of its three forms. Which it is, its content tells.
 *
 * Departs from SRGS 1.0 section 2.2.2, which has the declared media type decide: because servers rarely
 * know the types of grammars, only one that names a form of grammar is held against the content.
 * Throws `GrammarError`.
 */
export function readGrammar(
  { uri, contentType, body }: FetchedGrammar,
  externals: ReadonlyMap<string, Grammar>,
  preferred: { readonly type?: string; readonly mode?: GrammarMode; readonly language?: string },
): Grammar {
  const form = formOf(body)
  requireDeclared(form, contentType, preferred.type)
  const charset = /charset\s*=\s*"?([^";\s]+)/i.exec(contentType)?.[1]
  if (form === 'abnf') {
    return readAbnf(decodeGrammar(body, ABNF_ENCODING, charset), uri, externals)
  }
  if (form === 'jsgf') {
    return readJsgf(decodeGrammar(body, JSGF_ENCODING, charset), uri, externals, preferred)
  }
  try {
    const { root } = parseXml(body, charset === undefined ? { uri } : { uri, charset })
    return readSrgsFile(root, uri, externals)
  } catch (thrown) {
    if (!(thrown instanceof XmlError)) throw thrown
    throw new GrammarError('grammar-syntax', `${uri}: ${thrown.message}`, thrown)
  }
}

function formOf(body: Uint8Array): Form {
  const header = /^\s*#(ABNF|JSGF)/.exec(beginningOf(body))?.[1]
  return header === 'ABNF' ? 'abnf' : header === 'JSGF' ? 'jsgf' : 'xml'
}

const FORMS: ReadonlyMap<string, Form> = new Map([
  ['application/srgs+xml', 'xml'],
  ['application/grammar+xml', 'xml'],
  ['application/srgs', 'abnf'],
  ['application/x-jsgf', 'jsgf'],
  ['application/jsgf', 'jsgf'],
])

/**
 * The server's word counts first; the author's where it says nothing of grammars. Both textual forms have
 * the suffix `.gram`, so that servers cannot tell them apart.
 */
function requireDeclared(form: Form, contentType: string, preferred = ''): void {
  const types = [contentType, preferred].map(
    (type) => type.split(';')[0]?.trim().toLowerCase() ?? '',
  )
  const declared = types.find((type) => FORMS.has(type))
  if (declared === undefined || (FORMS.get(declared) === 'xml') === (form === 'xml')) return
  throw new GrammarError('grammar-media-type', `The grammar is declared as ${declared}, and is not`)
}
