import { addressOf, TryResources } from './try-resources.ts'
import { type TrySessionOptions, trySession } from './try-session.ts'

export interface TryOptions extends Omit<TrySessionOptions, 'startUri' | 'fetch'> {
  /** A URL or the path of a file. */
  readonly document: string
}

/** Tries a dialogue of a developer's own: it may read files, and reach every network. */
export async function tryDialogue({ document, ...options }: TryOptions): Promise<boolean> {
  const resources = new TryResources()
  return await trySession({
    ...options,
    startUri: addressOf(document),
    fetch: (request) => resources.fetch(request),
  })
}
