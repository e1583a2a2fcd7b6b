import { createHash } from 'node:crypto'
import { childElements, parseXml, type XmlDocument, type XmlElement, XmlError } from '#xml'
import { DEFAULT_LIMITS, type SessionLimits } from '../limits.ts'
import { checkStructure, type DocumentFault } from './check-structure.ts'
import { describeNotXml } from './not-xml.ts'
import { parseForm, parseMenu } from './parse-dialog.ts'
import { parseDeclarations } from './parse-executable.ts'
import { parseCatches, parseLink, parseProperties } from './parse-scoped.ts'
import { fromVersion1 } from './version-1.ts'
import type { VxmlDocument } from './vxml-document.ts'
import { attribute, childrenNamed, isForeign, optional } from './xml-reading.ts'

export interface ParsedDocument {
  /** Absent where an error stands in the way. */
  readonly document?: VxmlDocument
  /** In document order. */
  readonly faults: readonly DocumentFault[]
  /** For the checker, which looks deeper. */
  readonly xml?: XmlDocument
}

export interface DocumentSource {
  readonly uri: string
  readonly contentType: string
}

export type ParseLimits = Pick<SessionLimits, 'documentBytes' | 'elementDepth'>

/** Bytes to tree. Never throws: what is wrong with them comes as faults. */
export function parseDocument(
  bytes: Uint8Array,
  source: DocumentSource,
  limits: ParseLimits = DEFAULT_LIMITS,
): ParsedDocument {
  const key = createHash('sha256')
    .update(`${limits.documentBytes} ${limits.elementDepth} ${source.contentType}`)
    .update('\n')
    .update(bytes)
    .digest('hex')
  const cached = recent.get(key)
  if (cached !== undefined) return cached
  const parsed = parseFresh(bytes, source, limits)
  if (recent.size >= RECENT_DOCUMENTS) recent.delete(recent.keys().next().value ?? key)
  recent.set(key, parsed)
  return parsed
}

/** Parsed once by their bytes: a campaign asks for the same document again and again. */
const recent = new Map<string, ParsedDocument>()
const RECENT_DOCUMENTS = 100

function parseFresh(
  bytes: Uint8Array,
  source: DocumentSource,
  { documentBytes, elementDepth }: ParseLimits,
): ParsedDocument {
  const faults: DocumentFault[] = []
  const notXml = describeNotXml(bytes, source.contentType)
  if (notXml !== undefined) {
    return { faults: [{ line: 1, column: 1, severity: 'error', message: notXml }] }
  }
  let xml: XmlDocument
  try {
    const charset = /charset="?([\w.:-]+)/i.exec(source.contentType)?.[1]
    const limits = { bytes: documentBytes, depth: elementDepth }
    xml = parseXml(bytes, { uri: source.uri, limits, ...optional('charset', charset) })
  } catch (thrown) {
    if (!(thrown instanceof XmlError)) throw thrown
    const { line, column, message } = thrown
    const limit = LIMITS_OF_XML[thrown.code]
    return { faults: [{ line, column, severity: 'error', message, ...optional('limit', limit) }] }
  }
  for (const { line, column, message } of xml.warnings) {
    faults.push({ line, column, severity: 'warning', message })
  }
  const root = fromVersion1(xml.root)
  checkStructure(root, (severity, { line, column }, message) => {
    faults.push({ line, column, severity, message })
  })
  faults.sort((one, other) => one.line - other.line || one.column - other.column)
  if (faults.some((fault) => fault.severity === 'error')) return { faults, xml }
  return { document: buildDocument(root), faults, xml }
}

const LIMITS_OF_XML: Readonly<Record<string, keyof ParseLimits>> = {
  'xml-too-large': 'documentBytes',
  'xml-too-deep': 'elementDepth',
}

function buildDocument(root: XmlElement): VxmlDocument {
  return {
    version: attribute(root, 'version') ?? '2.0',
    ...optional('language', attribute(root, 'xml:lang')),
    ...optional('application', attribute(root, 'application')),
    ...optional('base', attribute(root, 'xml:base')),
    httpEquiv: parseHttpEquiv(root),
    declarations: parseDeclarations(root),
    properties: parseProperties(root),
    catches: parseCatches(root),
    links: childrenNamed(root, 'link').map(parseLink),
    dialogs: childElements(root)
      .filter((child) => !isForeign(child))
      .flatMap((child) => {
        if (child.local === 'form') return [parseForm(child)]
        return child.local === 'menu' ? [parseMenu(child)] : []
      }),
  }
}

function parseHttpEquiv(root: XmlElement): Map<string, string> {
  return new Map(
    childrenNamed(root, 'meta').flatMap((meta): [string, string][] => {
      const name = attribute(meta, 'http-equiv')?.trim().toLowerCase() ?? ''
      return name === '' ? [] : [[name, attribute(meta, 'content') ?? '']]
    }),
  )
}
