import { GrammarError, loadInlineGrammar } from '#grammar'
import { childElements, type XmlElement } from '#xml'
import type { DocumentFault } from './check-structure.ts'
import { type DocumentSource, parseDocument } from './parse-document.ts'
import { ownText } from './xml-reading.ts'

/** What is wrong with a VoiceXML document, in document order. Never throws. */
export function checkDocument(bytes: Uint8Array, source: DocumentSource): DocumentFault[] {
  const { document, faults } = parseDocument(bytes, source)
  if (document !== undefined && document.dialogs.length === 0) {
    const message =
      'There is no <form> and no <menu>: the document can only be an application root.'
    return [...faults, { line: 1, column: 1, severity: 'warning', message }]
  }
  return [...faults]
}

/**
 * The same, and its inline grammars read as the interpreter will read them. A grammar that cannot be
 * read is a warning: the document runs until it comes to listen to it. Never rejects.
 */
export async function checkDocumentWithGrammars(
  bytes: Uint8Array,
  source: DocumentSource,
): Promise<DocumentFault[]> {
  const faults = checkDocument(bytes, source)
  const { xml } = parseDocument(bytes, source)
  for (const grammar of xml === undefined ? [] : inlineGrammars(xml.root)) {
    const fault = await grammarFault(grammar, source.uri)
    if (fault !== undefined) faults.push(fault)
  }
  return faults.sort((one, other) => one.line - other.line || one.column - other.column)
}

function inlineGrammars(element: XmlElement): XmlElement[] {
  if (element.local !== 'grammar') return childElements(element).flatMap(inlineGrammars)
  const elsewhere = element.attributes.has('src') || element.attributes.has('srcexpr')
  const empty = childElements(element).length === 0 && ownText(element) === ''
  return elsewhere || empty ? [] : [element]
}

async function grammarFault(grammar: XmlElement, uri: string): Promise<DocumentFault | undefined> {
  try {
    await loadInlineGrammar(grammar, uri)
    return undefined
  } catch (thrown) {
    // What a grammar refers to elsewhere is not fetched here.
    if (!(thrown instanceof GrammarError) || thrown.code === 'grammar-fetch') return undefined
    const line = thrown.line === 0 ? grammar.line : thrown.line
    const column = thrown.line === 0 ? grammar.column : thrown.column
    return { line, column, severity: 'warning', message: thrown.message }
  }
}
