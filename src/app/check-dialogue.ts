import { errorMessage } from '#base'
import { type GrammarError, loadGrammar } from '#grammar'
import {
  checkDocument,
  checkDocumentWithGrammars,
  type DocumentFault,
  type FetchRequest,
  type FetchResponse,
} from '#vxml'
import { childElements, parseXml, type XmlElement } from '#xml'
import { allElements, rootNames, scriptNames, unknownNames } from './check-expressions.ts'
import { misnamed } from './check-names.ts'
import { type SchemaFault, schemaFaults } from './check-schema.ts'
import { misspoken } from './check-scripts.ts'
import { type Reference, references, unreachableDialogs } from './check-targets.ts'

type Fetch = (request: FetchRequest) => Promise<FetchResponse>

/**
 * Looks at VoiceXML documents and grammars: form, structure, the W3C's schemas, what is referred to, what is
 * never reached, names in expressions that nothing declares. `uris`: absolute; of each, in their order, its faults
 * from its top to its end.
 */
export async function* checkDialogue(
  uris: readonly string[],
  resources: CheckedResources,
): AsyncGenerator<{ readonly uri: string; readonly faults: readonly DocumentFault[] }> {
  const entered = await enteredDialogs(uris, resources)
  for (const uri of uris) {
    const faults = await faultsOf(uri, resources, entered.get(uri) ?? new Set())
    faults.sort((one, other) => one.line - other.line || one.column - other.column)
    yield { uri, faults }
  }
}

/** One document by itself, with its source where it is to be had. */
export async function checkOne(
  uri: string,
  fetch: Fetch,
): Promise<{ readonly faults: readonly DocumentFault[]; readonly source?: string }> {
  const resources = new CheckedResources(fetch)
  const found: DocumentFault[] = []
  for await (const { faults } of checkDialogue([uri], resources)) found.push(...faults)
  const response = await resources.get(uri)
  if (typeof response === 'string') return { faults: found }
  return { faults: found, source: new TextDecoder().decode(response.body) }
}

/** By document: the dialogs that the others of the documents lead to. */
async function enteredDialogs(
  uris: readonly string[],
  resources: CheckedResources,
): Promise<Map<string, Set<string>>> {
  const entered = new Map<string, Set<string>>()
  for (const uri of uris) {
    const response = await resources.get(uri)
    const root = typeof response === 'string' ? undefined : readTree(response)
    for (const { target } of root === undefined ? [] : references(root)) {
      const resolved = target.startsWith('#') ? null : URL.parse(target, uri)
      if (resolved === null) continue
      const id = resolved.hash.slice(1)
      resolved.hash = ''
      entered.set(resolved.href, (entered.get(resolved.href) ?? new Set()).add(id))
    }
  }
  return entered
}

async function faultsOf(
  uri: string,
  resources: CheckedResources,
  entered: ReadonlySet<string>,
): Promise<DocumentFault[]> {
  const response = await resources.get(uri)
  if (typeof response === 'string') return [fault(START, 'error', response)]
  const root = readTree(response)
  const isGrammar = root === undefined ? isGrammarText(response) : root.local === 'grammar'
  if (isGrammar) return [...(await checkGrammar(uri, resources)), ...lint(response, root, [])]
  const found = await checkForm(response)
  if (root === undefined || root.local !== 'vxml') return found
  return [
    ...lint(response, root, found.filter(isNoTarget)),
    ...(await checkReferences(root, response.uri, resources)),
    ...unreachableDialogs(root, entered).map(unreachable),
    ...(await checkNames(root, response.uri, resources)),
    ...[...misnamed(root), ...misspoken(root)].map(({ element, severity, message }) =>
      fault(element, severity, message),
    ),
  ]
}

/** As when a call is queued, but an inline grammar that cannot be read is an error too. */
async function checkForm(response: FetchResponse): Promise<DocumentFault[]> {
  const structure = new Set(checkDocument(response.body, response).map(({ message }) => message))
  const whole = await checkDocumentWithGrammars(response.body, response)
  return whole.map((one) => {
    const message = one.message.replace(PLACE, '.')
    return structure.has(one.message) ? { ...one, message } : { ...one, message, severity: 'error' }
  })
}

/** It stands before the sentence already. */
const PLACE = / \(line \d+, column \d+\)\.$/

const START = { line: 1, column: 1 }

/** Told better by `checkReferences`. */
function isNoTarget({ message }: DocumentFault): boolean {
  return !/> leads to "/.test(message)
}

function readTree({ body, uri, contentType }: FetchResponse): XmlElement | undefined {
  try {
    const charset = /charset="?([\w.:-]+)/i.exec(contentType)?.[1]
    return parseXml(body, { uri, ...(charset === undefined ? {} : { charset }) }).root
  } catch {
    return undefined
  }
}

/** SRGS 1.0 section 4.1 and JSGF: a text form identifies itself. */
function isGrammarText({ body, uri }: FetchResponse): boolean {
  const start = Buffer.from(body.subarray(0, 200)).toString('latin1').replaceAll('\0', '')
  return /^[^\n#<]*#(ABNF|JSGF)/.test(start) || /\.(gram|abnf|jsgf|grxml)$/.test(uri)
}

async function checkGrammar(uri: string, resources: CheckedResources): Promise<DocumentFault[]> {
  const fetch = async (wanted: string): Promise<FetchResponse> => {
    const response = await resources.get(wanted)
    if (typeof response === 'string') throw new Error(response)
    return response
  }
  try {
    await loadGrammar(uri, { fetch })
    return []
  } catch (thrown) {
    const { line = 0, column = 0 } = thrown as Partial<GrammarError>
    return [
      fault(line > 0 ? { line, column } : START, 'error', errorMessage(thrown).replace(PLACE, '.')),
    ]
  }
}

/** What the schema refuses is an error, unless Outdial knows what it means. */
function lint(
  { body }: FetchResponse,
  root: XmlElement | undefined,
  found: readonly DocumentFault[],
): DocumentFault[] {
  if (root === undefined) return [...found]
  const told = new Map(found.map((known) => [`${known.line}:${known.column}`, known]))
  const bySchema = schemaFaults(Buffer.from(body).toString('utf8'), root).filter(isNoRuleName)
  const refused = new Set<DocumentFault>()
  const added = bySchema.flatMap((schemaFault) => {
    const { line, column } = schemaFault.element
    const known = told.get(`${line}:${column}`)
    if (known === undefined) return [ofSchema(schemaFault)]
    if (schemaFault.element.prefix === '') refused.add(known)
    return []
  })
  const kept = found.map((one) => {
    const message = one.message.replace(/; it is ignored\.$/, '.')
    return refused.has(one) ? { ...one, message, severity: 'error' as const } : one
  })
  return [...kept, ...added]
}

/** The schema wants ids that differ in all of a document; those of rules need to in one grammar only. */
function isNoRuleName({ element, message }: SchemaFault): boolean {
  return element.local !== 'rule' || !message.includes("'Id.datatype'")
}

function ofSchema({ element, message, strangeAttribute }: SchemaFault): DocumentFault {
  if (strangeAttribute === undefined) return fault(element, 'error', message)
  const sentence = `<${element.local}>: "${strangeAttribute}" is no attribute of the Recommendation; other browsers may not know it.`
  return fault(element, 'warning', sentence)
}

async function checkReferences(
  root: XmlElement,
  uri: string,
  resources: CheckedResources,
): Promise<DocumentFault[]> {
  const found: DocumentFault[] = []
  const base = URL.parse(root.attributes.get('xml:base') ?? '', uri)?.href ?? uri
  for (const reference of references(root)) {
    const sentence = await missing(reference, { root, uri, base }, resources)
    if (sentence === undefined) continue
    // What is in an <audio> is said where its file is missing.
    const severity = reference.element.local === 'audio' ? 'warning' : 'error'
    found.push(fault(reference.element, severity, sentence))
  }
  return found
}

async function missing(
  { element, target, to }: Reference,
  { root, uri, base }: { root: XmlElement; uri: string; base: string },
  resources: CheckedResources,
): Promise<string | undefined> {
  const leads = `<${element.local}> leads to "${target}"`
  const resolved = URL.parse(target, target.startsWith('#') ? uri : base)
  if (resolved === null) return `${leads}, which is no address.`
  const id = fragmentOf(resolved)
  resolved.hash = ''
  let document: XmlElement | undefined = root
  if (!target.startsWith('#')) {
    const response = await resources.get(resolved.href)
    if (typeof response === 'string') return `${leads}. ${response}`
    document = readTree(response)
  }
  if (to === 'resource' || id === '' || document?.local !== 'vxml') return undefined
  const ids = childElements(document).map((dialog) => dialog.attributes.get('id'))
  if (ids.includes(id)) return undefined
  const where = document === root ? 'this document' : 'that document'
  return `${leads}, but no form or menu of ${where} has that id.`
}

function fragmentOf({ hash }: URL): string {
  try {
    return decodeURIComponent(hash.slice(1))
  } catch {
    return hash.slice(1)
  }
}

function unreachable(dialog: XmlElement): DocumentFault {
  const id = dialog.attributes.get('id')
  const named =
    id === undefined ? `This <${dialog.local}> has no id` : `<${dialog.local} id="${id}">`
  const sentence =
    id === undefined
      ? `${named}, so nothing can lead to it: it is never reached.`
      : `${named} is never reached: nothing leads to it.`
  return fault(dialog, 'warning', sentence)
}

/** Where variables may come from elsewhere, only what looks like a slip is told, and as a warning. */
async function checkNames(
  root: XmlElement,
  uri: string,
  resources: CheckedResources,
): Promise<DocumentFault[]> {
  const outer = await outerNames(root, uri, resources)
  const isOpen = outer === undefined
  return unknownNames(root, outer ?? []).flatMap(({ element, name, near, owner }) => {
    if (isOpen && near === undefined && owner === undefined) return []
    const sentence = `<${element.local}>: "${name}" ${unknownBecause(near, owner)}`
    return [fault(element, isOpen ? 'warning' : 'error', sentence)]
  })
}

function unknownBecause(near: string | undefined, owner: XmlElement | undefined): string {
  if (owner !== undefined) {
    return `is a variable of ${tagOf(owner)}, which no other dialog sees. Declare it in the document.`
  }
  return `is declared nowhere. ${near === undefined ? 'Declare it by <var>.' : `Did you mean "${near}"?`}`
}

function tagOf({ local, attributes, line }: XmlElement): string {
  const id = attributes.get('id')
  return id === undefined ? `the <${local}> in line ${line}` : `<${local} id="${id}">`
}

/** Of the root document and of scripts elsewhere; undefined where they are not to be had. */
async function outerNames(
  root: XmlElement,
  uri: string,
  resources: CheckedResources,
): Promise<string[] | undefined> {
  const names: string[] = []
  const application = root.attributes.get('application')
  const scripts = allElements(root).filter(({ local }) => local === 'script')
  if (scripts.some(({ attributes }) => attributes.has('srcexpr'))) return undefined
  for (const src of scripts.map(({ attributes }) => attributes.get('src'))) {
    if (src === undefined) continue
    const response = await resources.get(URL.parse(src, uri)?.href ?? src)
    if (typeof response === 'string') return undefined
    names.push(...scriptNames(Buffer.from(response.body).toString('utf8')))
  }
  if (application === undefined) return names
  const response = await resources.get(URL.parse(application, uri)?.href ?? application)
  const tree = typeof response === 'string' ? undefined : readTree(response)
  return tree === undefined ? undefined : [...names, ...rootNames(tree)]
}

function fault(
  { line, column }: { readonly line: number; readonly column: number },
  severity: DocumentFault['severity'],
  message: string,
): DocumentFault {
  return { line, column, severity, message }
}

/** Each is fetched once; a sentence where it is not to be had. */
export class CheckedResources {
  readonly #fetchFrom: Fetch
  readonly #known = new Map<string, Promise<FetchResponse | string>>()

  constructor(fetch: Fetch) {
    this.#fetchFrom = fetch
  }

  get(uri: string): Promise<FetchResponse | string> {
    const known = this.#known.get(uri) ?? this.#fetch(uri)
    this.#known.set(uri, known)
    return known
  }

  async #fetch(uri: string): Promise<FetchResponse | string> {
    try {
      const response = await this.#fetchFrom({
        uri,
        method: 'GET',
        fields: [],
        timeoutMs: FETCH_TIMEOUT_MS,
      })
      if (response.status >= 200 && response.status < 300) return response
      if (uri.startsWith('file:')) return `There is no such file: ${uri}`
      return `${uri} is answered with HTTP status ${response.status}.`
    } catch (thrown) {
      return `${uri} cannot be fetched: ${errorMessage(thrown)}`
    }
  }
}

const FETCH_TIMEOUT_MS = 10_000
