import type { FetchRequest } from '#vxml'
import { type Conversation, HOST, type ServedResource } from './scripted-caller.ts'

export const XML = 'application/xml'

/** Lets time pass: an element that fetches, and is answered so much later. */
export function wait(seconds: number): string {
  return `<data src="wait?${seconds}" fetchtimeout="${seconds + 1}s"/>`
}

type Answer = (request: FetchRequest, times: number) => Partial<ServedResource>

/** Answers `wait` and the addresses given, by path; what is not named is left to the documents. */
export function server(
  answers: Readonly<Record<string, Partial<ServedResource> | Answer>>,
): (request: FetchRequest, times: number) => ServedResource | undefined {
  return (request, times) => {
    const { origin, pathname, search } = new URL(request.uri)
    if (pathname === '/wait') {
      const headers = { 'cache-control': 'no-store' }
      return { body: '', delayMs: Number(search.slice(1)) * 1000, headers }
    }
    const found = answers[origin === HOST ? pathname.slice(1) : `${origin}${pathname}`]
    if (found === undefined) return undefined
    const answer = typeof found === 'function' ? found(request, times) : found
    return { contentType: XML, body: '<a/>', ...answer }
  }
}

/** The requests for an address, as the server saw them. */
export function requests({ fetches }: Conversation, path: string): readonly FetchRequest[] {
  return fetches.filter(({ uri }) => uri === `${HOST}/${path}` || uri === path)
}

export function paths({ fetches }: Conversation): string[] {
  return fetches
    .map(({ uri }) => uri.replace(`${HOST}/`, ''))
    .filter((path) => !path.startsWith('wait'))
}
