import type { CheckAnswer } from '#api'
import { checkOne } from '../check-dialogue.ts'
import { fetchBeside, type NamedDocument, uriOf } from './given-document.ts'
import { serveThread } from './serve-thread.ts'

/** The inside of a thread that checks one document. */

const MOST_FAULTS = 1000
const MOST_CHARACTERS = 2000

serveThread<NamedDocument, CheckAnswer>(async (document, fetch) => {
  const uri = uriOf(document)
  const { faults, source } = await checkOne(uri, fetchBeside(document, fetch))
  return {
    faults: faults.slice(0, MOST_FAULTS).map(({ severity, message, line, column }) => {
      return { severity, message: message.slice(0, MOST_CHARACTERS), uri, line, column }
    }),
    faults_left_out: Math.max(0, faults.length - MOST_FAULTS),
    ...('text' in document || source === undefined ? {} : { source }),
  }
})
