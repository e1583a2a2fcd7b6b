import { HttpSink, type ReceivedRequest } from './http-sink.ts'

/** A document, or what makes one of a request: that is how a real application answers a form. */
export type Page = string | Uint8Array | ((request: ReceivedRequest) => string)

/**
 * A customer's web application: serves VoiceXML and audio by path from a real HTTP server, and
 * records who asked for what. What it does not have is a 404.
 */
export class WebApplication extends HttpSink {
  readonly #pages = new Map<string, { readonly page: Page; readonly contentType: string }>()

  constructor(documents: Readonly<Record<string, Page>> = {}) {
    super()
    for (const [path, page] of Object.entries(documents)) this.serve(path, page)
    this.answer = (request) => {
      const found = this.#pages.get(request.url.split('?')[0] ?? '')
      if (found === undefined) return { status: 404 }
      const { page, contentType } = found
      const body = typeof page === 'function' ? page(request) : page
      return { status: 200, headers: { 'content-type': contentType }, body }
    }
  }

  /** `path` begins with a slash. Replaces what was there. */
  serve(path: string, page: Page, contentType = 'application/voicexml+xml'): void {
    this.#pages.set(path, { page, contentType })
  }

  /** The requests for one path, in order. */
  requestsFor(path: string): ReceivedRequest[] {
    return this.received.filter(({ url }) => url.split('?')[0] === path)
  }
}
