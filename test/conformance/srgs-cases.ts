import { readFileSync } from 'node:fs'
import type { FetchedGrammar } from '#grammar'
import { childElements, parseXml } from '#xml'

/** One input of a grammar of the suite, and its logical parse structure or `REJECT`. */
export interface SrgsCase {
  readonly input: string
  readonly output: string
}

export const SITE = 'http://srgs.test/'

/** What the grammar says of itself in `meta`, read apart from the reader that is on trial. */
export function casesOf(name: string, body: Uint8Array): SrgsCase[] {
  const metas = name.endsWith('.gram') ? abnfMetas(body) : xmlMetas(name, body)
  const byName = new Map(metas)
  return metas.flatMap(([key, input]) => {
    const number = /^in\.(\d+)$/.exec(key)?.[1]
    const output = number === undefined ? undefined : byName.get(`out.${number}`)
    return output === undefined ? [] : [{ input, output: output.trim() }]
  })
}

type Meta = readonly [name: string, content: string]

function abnfMetas(body: Uint8Array): Meta[] {
  const text = new TextDecoder(encodingOf(body)).decode(body)
  const pattern = /meta\s+(['"])(.*?)\1\s+is\s+(['"])([\s\S]*?)\3\s*;/g
  return [...text.matchAll(pattern)].map((found) => [found[2] ?? '', found[4] ?? ''])
}

function encodingOf([first, second, ...rest]: Uint8Array): string {
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  return /ISO-8859-1/.test(String.fromCharCode(...rest.slice(0, 40))) ? 'latin1' : 'utf-8'
}

/** By pattern where the document itself is the thing that must be refused. */
function xmlMetas(name: string, body: Uint8Array): Meta[] {
  try {
    const { root } = parseXml(body, { uri: SITE + name })
    return childElements(root, 'meta').map(({ attributes }) => [
      attributes.get('name') ?? '',
      attributes.get('content') ?? '',
    ])
  } catch {
    const pattern = /<meta\s+name=["']([^"']*)["']\s+content=(["'])(.*?)\2/gs
    const text = Buffer.from(body).toString('utf8')
    return [...text.matchAll(pattern)].map((found) => [found[1] ?? '', found[3] ?? ''])
  }
}

/**
 * The grammars that the suite refers to and that are not in the folder, as the structures that it
 * expects describe them.
 */
const STAND_INS: Readonly<Record<string, string>> = {
  '/ruleref-local.gram':
    '#ABNF 1.0;\nlanguage en-US;\nroot $local;\n$local = $fruit;\n$fruit = apples | oranges;\n',
  '/ruleref-local.grxml': xml(
    '<rule id="local"><ruleref uri="#fruit"/></rule><rule id="fruit"><one-of><item>apples</item><item>oranges</item></one-of></rule>',
  ),
  '/test/test.gram': '#ABNF 1.0;\nlanguage en-US;\nroot $local;\n$local = Bond James Bond;\n',
  '/test/test.grxml': xml('<rule id="local">Bond James Bond</rule>'),
}

/** From `folder`, as a disk gives it: without a media type. */
export function fetchCase(folder: URL, uri: string): FetchedGrammar {
  const { pathname } = new URL(uri)
  const standIn = STAND_INS[pathname]
  const body = standIn === undefined ? readFileSync(new URL('.' + pathname, folder)) : standIn
  return { uri, contentType: '', body: Buffer.from(body) }
}

function xml(rules: string): string {
  return `<grammar xmlns="http://www.w3.org/2001/06/grammar" version="1.0" xml:lang="en-US" root="local">${rules}</grammar>`
}
