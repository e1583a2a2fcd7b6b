import { type SaxesAttributeNS, SaxesParser, type SaxesTagNS } from 'saxes'
import { decodeXml } from './decode-xml.ts'
import { expandEntities } from './expand-entities.ts'
import { readInternalSubset } from './internal-subset.ts'
import type { XmlAttribute, XmlDocument, XmlElement, XmlNode, XmlText } from './xml-document.ts'
import { XmlError, type XmlErrorCode } from './xml-error.ts'

export interface XmlSource {
  readonly uri: string
  /** `charset` of the HTTP header; a byte order mark wins over it, it wins over the declaration. */
  readonly charset?: string
  readonly limits?: Partial<XmlLimits>
}

export interface XmlLimits {
  readonly bytes: number
  readonly depth: number
  readonly attributes: number
  /** Characters that internal entities may add to the document. */
  readonly entityExpansion: number
}

export const DEFAULT_XML_LIMITS: XmlLimits = {
  bytes: 1024 * 1024,
  depth: 128,
  attributes: 256,
  entityExpansion: 100_000,
}

/**
 * Reads a well-formed document (XML 1.0 with namespaces) into a small tree. Never fetches anything:
 * external DTDs are passed over with a warning, references to external entities refused.
 * Throws `XmlError`.
 */
export function parseXml(input: Uint8Array | string, source: XmlSource): XmlDocument {
  const limits = { ...DEFAULT_XML_LIMITS, ...source.limits }
  if (input.length > limits.bytes) {
    throw new XmlError('xml-too-large', `The document has more than ${limits.bytes} bytes`, 1, 1)
  }
  const decoded = typeof input === 'string' ? input : decodeXml(input, source.charset)
  const original = decoded.startsWith('\ufeff') ? decoded.slice(1) : decoded
  const places = new Places(original)
  const fault = (code: XmlErrorCode, message: string, offset: number): XmlError => {
    const { line, column } = places.at(offset)
    return new XmlError(code, message, line, column)
  }

  const subset = readInternalSubset(original)
  const expanded = expandEntities(original, subset, limits.entityExpansion, (message, offset) =>
    fault('xml-entity', message, offset),
  )
  const root = new TreeBuilder(
    limits,
    (offset) => places.at(expanded.sourceOffset(offset)),
    (code, message, offset) => fault(code, message, expanded.sourceOffset(offset)),
  ).build(expanded.text)
  const warnings = subset.warnings.map(({ message, offset }) => ({ message, ...places.at(offset) }))
  return { root, uri: source.uri, warnings }
}

interface Place {
  readonly line: number
  readonly column: number
}

interface OpenElement extends XmlElement {
  readonly children: XmlNode[]
}

interface OpenText extends XmlText {
  text: string
}

/** Turns the parser's events into the tree, and checks the bounds as they come. */
class TreeBuilder {
  readonly #limits: XmlLimits
  readonly #placeAt: (offset: number) => Place
  readonly #fault: (code: XmlErrorCode, message: string, offset: number) => XmlError
  readonly #parser = new SaxesParser({ xmlns: true, position: true })
  #root: OpenElement | undefined
  #open: OpenElement | undefined
  #depth = 0
  #attributes = 0
  #tagOffset = 0
  /** Where the text run that is being read began. */
  #textOffset = 0

  constructor(
    limits: XmlLimits,
    placeAt: (offset: number) => Place,
    fault: (code: XmlErrorCode, message: string, offset: number) => XmlError,
  ) {
    this.#limits = limits
    this.#placeAt = placeAt
    this.#fault = fault
  }

  build(text: string): XmlElement {
    const parser = this.#parser
    parser.on('error', (error) => {
      throw this.#wellFormednessFault(error.message)
    })
    parser.on('opentagstart', ({ name }) => {
      this.#attributes = 0
      // The parser has read the name, the `<` before it and one character behind it.
      this.#tagOffset = parser.position - name.length - 2
    })
    parser.on('attribute', () => {
      this.#attributes += 1
      if (this.#attributes > this.#limits.attributes) {
        const message = `An element has more than ${this.#limits.attributes} attributes`
        throw this.#fault('xml-too-many-attributes', message, this.#tagOffset)
      }
    })
    parser.on('opentag', (tag) => this.#openElement(tag))
    parser.on('closetag', () => this.#closeElement())
    parser.on('text', (run) => this.#addText(run))
    parser.on('cdata', (run) => {
      this.#addText(run)
      this.#textOffset = parser.position
    })
    parser.on('comment', () => {
      this.#textOffset = parser.position
    })
    parser.on('processinginstruction', () => {
      this.#textOffset = parser.position
    })
    parser.write(text).close()
    if (this.#root === undefined) throw this.#fault('xml-not-well-formed', 'There is no element', 0)
    return this.#root
  }

  #openElement(tag: SaxesTagNS): void {
    this.#depth += 1
    if (this.#depth > this.#limits.depth) {
      const message = `Elements are nested more than ${this.#limits.depth} deep`
      throw this.#fault('xml-too-deep', message, this.#tagOffset)
    }
    const attributeNodes = Object.values(tag.attributes).map(attributeOf)
    const element: OpenElement = {
      kind: 'element',
      name: tag.name,
      prefix: tag.prefix,
      local: tag.local,
      namespace: tag.uri,
      attributes: new Map(attributeNodes.map(({ name, value }) => [name, value])),
      attributeNodes,
      children: [],
      parent: this.#open,
      ...this.#placeAt(this.#tagOffset),
    }
    this.#open?.children.push(element)
    this.#root ??= element
    this.#open = element
    this.#textOffset = this.#parser.position
  }

  #closeElement(): void {
    this.#depth -= 1
    this.#open = this.#open?.parent as OpenElement | undefined
    this.#textOffset = this.#parser.position
  }

  #addText(run: string): void {
    const parent = this.#open
    if (parent === undefined || run === '') return
    const last = parent.children.at(-1)
    if (last?.kind === 'text') {
      const open: OpenText = last
      open.text += run
      return
    }
    parent.children.push({ kind: 'text', text: run, parent, ...this.#placeAt(this.#textOffset) })
  }

  /** The parser's sentence without the position it puts before it. */
  #wellFormednessFault(message: string): XmlError {
    const sentence = message.replace(/^(?:[^:]*:)?\d+:\d+: /, '').replace(/\.$/, '')
    const isEntity = /entity/.test(sentence)
    return this.#fault(
      isEntity ? 'xml-entity' : 'xml-not-well-formed',
      `The document is not well-formed: ${sentence}`,
      Math.max(0, this.#parser.position - 1),
    )
  }
}

function attributeOf({ name, prefix, local, uri, value }: SaxesAttributeNS): XmlAttribute {
  return { name, prefix, local, namespace: uri, value }
}

/** Lines and columns, from 1, of offsets into a text; line ends as XML 1.0 section 2.11 has them. */
class Places {
  readonly #starts: number[] = [0]

  constructor(text: string) {
    const end = /\r\n|\r|\n/g
    while (end.exec(text) !== null) this.#starts.push(end.lastIndex)
  }

  at(offset: number): Place {
    let low = 0
    let high = this.#starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.#starts[middle]! <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - this.#starts[low]! + 1 }
  }
}
