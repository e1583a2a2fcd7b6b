import { parseXmlMarkup, type XmlMarkupNode } from '#xml'
import { charsetOf } from '../fetch/decode-text.ts'
import type { FetchResponse } from '../platform.ts'

/**
 * A document in the form in which it goes into the sandbox, where `dom-script.ts` makes nodes of it as
 * they are asked for. A node is an array that begins with its `nodeType` of DOM Level 2:
 * `[9, children, doctype]`, `[1, name, namespace, attributes, children]` with attributes
 * `[2, name, namespace, value]`, `[3 | 4 | 8, data]`, `[7, target, data]`.
 */
export type DataTree = readonly (string | number | DataTree)[]

export interface XmlData {
  readonly tree: DataTree
  /** The processing instructions before the root element. */
  readonly instructions: readonly { readonly target: string; readonly text: string }[]
}

/** Throws `XmlError` where it is not well-formed, or beyond the bounds of documents. */
export function readXmlData({ body, contentType, uri }: FetchResponse): XmlData {
  const charset = charsetOf(contentType)
  const { children, doctype } = parseXmlMarkup(body, {
    uri,
    ...(charset === undefined ? {} : { charset }),
  })
  const root = children.findIndex(({ kind }) => kind === 'element')
  return {
    tree: [9, children.map(compact), doctype ?? ''],
    instructions: children.slice(0, root).filter((node) => node.kind === 'instruction'),
  }
}

function compact(node: XmlMarkupNode): DataTree {
  switch (node.kind) {
    case 'element': {
      const attributes = node.attributes.map(({ name, namespace, value }) => [
        2,
        name,
        namespace,
        value,
      ])
      return [1, node.name, node.namespace, attributes, node.children.map(compact)]
    }
    case 'text':
      return [3, node.text]
    case 'cdata':
      return [4, node.text]
    case 'comment':
      return [8, node.text]
    case 'instruction':
      return [7, node.target, node.text]
  }
}
