/** An XML document as this house reads it: elements and text, each with its place in the source. */
export interface XmlDocument {
  readonly root: XmlElement
  /** Where it came from: the base of its relative references, unless `xml:base` says otherwise. */
  readonly uri: string
  /** What was passed over without harm, e.g. an external DTD that is not fetched. */
  readonly warnings: readonly XmlWarning[]
}

export interface XmlWarning {
  readonly message: string
  readonly line: number
  readonly column: number
}

export type XmlNode = XmlElement | XmlText

export interface XmlElement {
  readonly kind: 'element'
  /** As written: `ext:field`. */
  readonly name: string
  /** `''` where there is none. */
  readonly prefix: string
  readonly local: string
  /** `''` where there is none. */
  readonly namespace: string
  /** Values by name as written (`xml:lang`), in document order; namespace declarations included. */
  readonly attributes: ReadonlyMap<string, string>
  /** The same with their namespaces. */
  readonly attributeNodes: readonly XmlAttribute[]
  readonly children: readonly XmlNode[]
  readonly parent: XmlElement | undefined
  /** Of the `<`; from 1. */
  readonly line: number
  readonly column: number
}

export interface XmlAttribute {
  readonly name: string
  readonly prefix: string
  readonly local: string
  /** `''` where there is none: an attribute without a prefix belongs to no namespace. */
  readonly namespace: string
  readonly value: string
}

/** A run of character data; neighbouring text, entities and CDATA sections are one run. */
export interface XmlText {
  readonly kind: 'text'
  readonly text: string
  readonly parent: XmlElement
  readonly line: number
  readonly column: number
}

/** The child elements, in order; only those of this local name, if one is given. */
export function childElements(element: XmlElement, local?: string): XmlElement[] {
  return element.children.filter(
    (node): node is XmlElement =>
      node.kind === 'element' && (local === undefined || node.local === local),
  )
}

/** All text inside, in document order, as written. */
export function textContent(node: XmlNode): string {
  return node.kind === 'text' ? node.text : node.children.map(textContent).join('')
}

/** The nearest value of an inherited attribute such as `xml:lang` or `xml:base`. */
export function inheritedAttribute(element: XmlElement, name: string): string | undefined {
  for (let at: XmlElement | undefined = element; at !== undefined; at = at.parent) {
    const value = at.attributes.get(name)
    if (value !== undefined) return value
  }
  return undefined
}
