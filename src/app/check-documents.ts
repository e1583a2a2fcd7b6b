import type { DocumentFault } from '#vxml'
import { CheckedResources, checkDialogue } from './check-dialogue.ts'
import { addressOf, TryResources } from './try-resources.ts'

/** One thing that is wrong, as a compiler would say it. */
export interface CheckFault extends DocumentFault {
  /** As it was named. */
  readonly document: string
}

/** Checks documents of a developer's own, files or URLs, in the order given. */
export async function* checkDocuments(documents: readonly string[]): AsyncGenerator<CheckFault> {
  const files = new TryResources()
  const resources = new CheckedResources((request) => files.fetch(request))
  let index = 0
  for await (const { faults } of checkDialogue(documents.map(addressOf), resources)) {
    const document = documents[index++] ?? ''
    for (const fault of faults) yield { ...fault, document }
  }
}
