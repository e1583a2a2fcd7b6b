import { XmlError } from '#xml'
import type { FormVisit } from '../dialog/form-visit.ts'
import type { DataNode } from '../document/vxml-document.ts'
import { VxmlEvent } from '../events/vxml-event.ts'
import { submission } from '../executable/submission.ts'
import { resolveReference } from '../executable/transition.ts'
import { mediaType } from '../fetch/decode-text.ts'
import { withFetchAudio } from '../fetch/fetch-audio.ts'
import { fetchPolicy } from '../fetch/fetch-policy.ts'
import { splitFragment } from '../fetch/resolve-uri.ts'
import type { FetchResponse } from '../platform.ts'
import { mayRead } from './access-control.ts'
import { bindDocument } from './bind-document.ts'
import { type DataTree, readXmlData } from './read-xml-data.ts'

/**
 * `<data>` (VoiceXML 2.1 section 5): fetches without leaving the dialog, and binds what came to a
 * variable, as a read-only DOM. Without a name the content is not looked at.
 */
export async function fetchData(visit: FormVisit, element: DataNode): Promise<void> {
  const { loader, scripts } = visit.interpreter
  const uri = resolveReference(visit, visit.evaluateWritten(element.src))
  const request = {
    uri: splitFragment(uri).address,
    ...submission(visit, element, element.namelist),
    ...fetchPolicy(visit.properties, 'data', element.fetching),
  }
  const response = await withFetchAudio(visit, element.fetching, () => loader.fetch(request))
  const { name } = element
  if (name === undefined) return
  if (isJson(response)) {
    const value = readJson(response)
    scripts.declare(name, undefined, visit.place(element))
    scripts.assignValue(name, value)
    return
  }
  const tree = readXml(response, visit.context.document.uri)
  // "It shares the same scoping rules as the <var> element."
  scripts.declare(name, undefined, visit.place(element))
  bindDocument(scripts, name, tree)
}

/** RFC 3023. An answer without any type is taken at its word, being asked for as XML. */
function isXml(response: FetchResponse): boolean {
  const type = mediaType(response.contentType)
  return type === '' || XML_TYPES.has(type) || type.endsWith('+xml')
}

const XML_TYPES = new Set([
  'text/xml',
  'application/xml',
  'text/xml-external-parsed-entity',
  'application/xml-external-parsed-entity',
])

/** "If an interpreter receives a document in a data format that it does not understand": badfetch. */
function readXml(response: FetchResponse, referring: string): DataTree {
  if (!isXml(response)) {
    const type = mediaType(response.contentType)
    throw new VxmlEvent('error.badfetch', `${response.uri} is ${type}, and neither XML nor JSON.`)
  }
  try {
    const { tree, instructions } = readXmlData(response)
    if (!mayRead(instructions, referring)) {
      const sentence = `${response.uri} does not let documents of ${URL.parse(referring)?.host} read it.`
      throw new VxmlEvent('error.noauthorization', sentence)
    }
    return tree
  } catch (thrown) {
    if (!(thrown instanceof XmlError)) throw thrown
    throw new VxmlEvent('error.badfetch', `${response.uri}: ${thrown.message}`)
  }
}

/** "An interpreter may support additional data formats": JSON is bound as the value that it is. */
function isJson(response: FetchResponse): boolean {
  const type = mediaType(response.contentType)
  return type === 'application/json' || type.endsWith('+json')
}

function readJson({ uri, body }: FetchResponse): ReturnType<typeof JSON.parse> {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    throw new VxmlEvent('error.badfetch', `${uri} is not the JSON that it says it is.`)
  }
}
