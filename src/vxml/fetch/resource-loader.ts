import { parseDocument } from '../document/parse-document.ts'
import type { VxmlDocument } from '../document/vxml-document.ts'
import { VxmlEvent } from '../events/vxml-event.ts'
import type { Budget } from '../limits.ts'
import type { FetchFailure, FetchResponse } from '../platform.ts'
import type { SessionMoment } from '../session-moment.ts'
import { decodeText } from './decode-text.ts'
import type { FirstDocument } from './first-document.ts'
import { resolveUri } from './resolve-uri.ts'
import type { ResourceRequest } from './resource-request.ts'
import type { SessionHttp } from './session-http.ts'
import { withQuery } from './wire-request.ts'

/** A document in use: the shared tree, and where this copy of it came from. */
export interface LoadedDocument {
  /**
   * As asked for, with its query, without fragment: the name of the application where it is a root
   * document (section 1.5.2).
   */
  readonly uri: string
  /** What relative references start from. */
  readonly base: string
  readonly document: VxmlDocument
}

/** Fetches what documents refer to; failures are events (VoiceXML 2.0 section 5.2.6). */
export class ResourceLoader {
  readonly #http: SessionHttp
  readonly #budget: Budget
  readonly #note: (moment: SessionMoment) => void
  #first: FirstDocument | undefined

  /** `first`: the start document, where it was fetched before the session began. */
  constructor(
    http: SessionHttp,
    budget: Budget,
    note: (moment: SessionMoment) => void,
    first: FirstDocument | undefined,
  ) {
    this.#http = http
    this.#budget = budget
    this.#note = note
    this.#first = first
  }

  async loadDocument(request: ResourceRequest): Promise<LoadedDocument> {
    this.#budget.takeDocument()
    const response = await this.fetch(request)
    const { document, faults } = parseDocument(response.body, response, this.#budget.limits)
    if (document === undefined) {
      const fault = faults.find(({ severity }) => severity === 'error')
      if (fault?.limit !== undefined) this.#budget.refuse(fault.limit)
      throw new VxmlEvent('error.badfetch', fault?.message ?? 'The document cannot be read.', {
        uri: response.uri,
        ...(fault === undefined ? {} : { line: fault.line, column: fault.column }),
      })
    }
    for (const { line, column, message } of faults) {
      this.#note({ kind: 'warning', message, uri: response.uri, line, column })
    }
    if (document.httpEquiv.size > 0) this.#http.amend(request, response, document.httpEquiv)
    const uri = request.method === 'GET' ? withQuery(request.uri, request.fields) : request.uri
    const base = resolveUri(document.base ?? '', response.uri) ?? response.uri
    return { uri, base, document }
  }

  /** The body as text, in the character set that the answer names; `charset` where it names none. */
  async loadText(request: ResourceRequest, charset?: string): Promise<string> {
    const { body, contentType } = await this.fetch(request)
    const text = decodeText(body, contentType, charset)
    if (text !== undefined) return text
    throw new VxmlEvent('error.badfetch', `${request.uri} is in an unknown character set.`)
  }

  /** Any answer but 2xx, and none at all, is an event. */
  async fetch(request: ResourceRequest): Promise<FetchResponse> {
    const response = await this.#response(request).catch((failure: unknown) => {
      if (isTooLarge(failure)) this.#budget.refuse('documentBytes')
      throw new VxmlEvent('error.badfetch', failureSentence(request.uri, failure))
    })
    const { status } = response
    if (status < 200 || status > 299) {
      const sentence = `${request.uri} was answered with HTTP status ${status}.`
      throw new VxmlEvent(`error.badfetch.http.${status}`, sentence)
    }
    this.#budget.require('documentBytes', response.body.length)
    return response
  }

  /** Begins to fetch what may soon be needed; nothing is thrown. */
  prefetch(request: ResourceRequest): void {
    this.#http.prefetch(request)
  }

  /** Another document is entered: what was fetched ahead for the last one is let go. */
  forgetPrefetched(): void {
    this.#http.forgetEarly()
  }

  async #response(request: ResourceRequest): Promise<FetchResponse> {
    const first = this.#first
    this.#first = undefined
    if (first === undefined) return await this.#http.fetch(request)
    this.#note({ kind: 'fetch', uri: request.uri, method: request.method })
    this.#http.adopt(request, first)
    return first
  }
}

function isTooLarge(failure: unknown): boolean {
  return (failure as Partial<FetchFailure> | null)?.reason === 'too-large'
}

function failureSentence(uri: string, thrown: unknown): string {
  const failure = thrown as Partial<FetchFailure> | null | undefined
  return `${uri} cannot be fetched: ${failure?.message ?? String(thrown)}`
}
