import { type SaxesAttributeNS, SaxesParser } from 'saxes'
import { decodeXml } from './decode-xml.ts'
import { expandEntities } from './expand-entities.ts'
import { readInternalSubset } from './internal-subset.ts'
import { DEFAULT_XML_LIMITS, type XmlSource } from './parse-xml.ts'
import type { XmlAttribute } from './xml-document.ts'
import { XmlError, type XmlErrorCode } from './xml-error.ts'

/** All that is written in a document, comments, instructions and CDATA sections too: for a DOM. */
export interface XmlMarkupDocument {
  /** The root element, and what stands before and after it. */
  readonly children: readonly XmlMarkupNode[]
  /** The name in the DOCTYPE, where there is one. */
  readonly doctype?: string
}

export type XmlMarkupNode =
  | XmlMarkupElement
  | { readonly kind: 'text' | 'cdata' | 'comment'; readonly text: string }
  | { readonly kind: 'instruction'; readonly target: string; readonly text: string }

export interface XmlMarkupElement {
  readonly kind: 'element'
  /** As written: `ext:field`. */
  readonly name: string
  readonly prefix: string
  readonly local: string
  /** `''` where there is none. */
  readonly namespace: string
  readonly attributes: readonly XmlAttribute[]
  readonly children: readonly XmlMarkupNode[]
}

/** As `parseXml`, within the same limits, but with everything in its place. Throws `XmlError`. */
export function parseXmlMarkup(input: Uint8Array | string, source: XmlSource): XmlMarkupDocument {
  const limits = { ...DEFAULT_XML_LIMITS, ...source.limits }
  if (input.length > limits.bytes) {
    throw new XmlError('xml-too-large', `The document has more than ${limits.bytes} bytes`, 1, 1)
  }
  const decoded = typeof input === 'string' ? input : decodeXml(input, source.charset)
  const original = decoded.startsWith('\ufeff') ? decoded.slice(1) : decoded
  const subset = readInternalSubset(original)
  const { text } = expandEntities(
    original,
    subset,
    limits.entityExpansion,
    (message) =>
      // Where it is does not matter for data: no author looks at its lines.
      new XmlError('xml-entity', message, 1, 1),
  )
  return build(text, limits)
}

interface Open {
  readonly children: XmlMarkupNode[]
}

function build(text: string, limits: typeof DEFAULT_XML_LIMITS): XmlMarkupDocument {
  const parser = new SaxesParser({ xmlns: true, position: true })
  const document: Open = { children: [] }
  const open: Open[] = [document]
  let doctype: string | undefined
  let attributes = 0
  const fault = (code: XmlErrorCode, message: string): XmlError =>
    new XmlError(code, message, parser.line, parser.column + 1)
  const add = (node: XmlMarkupNode): void => void open.at(-1)?.children.push(node)

  parser.on('error', (error) => {
    const sentence = error.message.replace(/^(?:[^:]*:)?\d+:\d+: /, '').replace(/\.$/, '')
    throw fault('xml-not-well-formed', `The document is not well-formed: ${sentence}`)
  })
  parser.on('doctype', (declaration) => {
    doctype = /^\s*([^\s[]+)/.exec(declaration)?.[1]
  })
  parser.on('opentagstart', () => {
    attributes = 0
  })
  parser.on('attribute', () => {
    attributes += 1
    if (attributes > limits.attributes) {
      const message = `An element has more than ${limits.attributes} attributes`
      throw fault('xml-too-many-attributes', message)
    }
  })
  parser.on('opentag', ({ name, prefix, local, uri, attributes: given }) => {
    if (open.length > limits.depth) {
      throw fault('xml-too-deep', `Elements are nested more than ${limits.depth} deep`)
    }
    const children: XmlMarkupNode[] = []
    const named = Object.values(given).map(attributeOf)
    add({ kind: 'element', name, prefix, local, namespace: uri, attributes: named, children })
    open.push({ children })
  })
  parser.on('closetag', () => void open.pop())
  // White space around the root element is no text of the document.
  parser.on('text', (run) => {
    if (open.length > 1 && run !== '') add({ kind: 'text', text: run })
  })
  parser.on('cdata', (run) => add({ kind: 'cdata', text: run }))
  parser.on('comment', (run) => add({ kind: 'comment', text: run }))
  parser.on('processinginstruction', ({ target, body }) =>
    add({ kind: 'instruction', target, text: body }),
  )
  parser.write(text).close()
  return { children: document.children, ...(doctype === undefined ? {} : { doctype }) }
}

function attributeOf({ name, prefix, local, uri, value }: SaxesAttributeNS): XmlAttribute {
  return { name, prefix, local, namespace: uri, value }
}
