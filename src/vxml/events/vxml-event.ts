import { errorMessage } from '#base'
import { GrammarError } from '#grammar'
import { ScriptError } from '#script'
import type { Place } from '../document/vxml-document.ts'

/** Where in which document an event arose. */
export interface EventOrigin extends Partial<Place> {
  readonly uri?: string
}

/**
 * An event (VoiceXML 2.0 section 5.2), thrown as the Recommendation throws it: it ends the executable
 * content it arises in and looks for a `<catch>`.
 */
export class VxmlEvent extends Error {
  /** Dot-separated, e.g. `error.badfetch.http.404`. */
  readonly event: string
  readonly origin: EventOrigin

  constructor(event: string, message: string, origin: EventOrigin = {}) {
    super(message)
    this.event = event
    this.origin = origin
  }
}

/** What scripts and grammars throw, as the event it is; anything else is not for documents to see. */
export function asVxmlEvent(thrown: unknown, origin: EventOrigin): VxmlEvent {
  if (thrown instanceof VxmlEvent) {
    return thrown.origin.line === undefined
      ? new VxmlEvent(thrown.event, thrown.message, { ...origin, ...thrown.origin })
      : thrown
  }
  if (thrown instanceof ScriptError && thrown.code !== 'script-engine-lost') {
    const { message, uri, line } = thrown
    const isElsewhere = uri !== undefined && uri !== origin.uri
    const sentence = isElsewhere ? `${message} (${uri}, line ${line ?? 1})` : message
    return new VxmlEvent('error.semantic', sentence + e4xHint(message), origin)
  }
  if (thrown instanceof GrammarError) return ofGrammar(thrown, origin)
  throw thrown
}

/** Where it is wrong: an inline grammar in the document, another one in its own text. */
function ofGrammar(error: GrammarError, origin: EventOrigin): VxmlEvent {
  const event = GRAMMAR_EVENTS[error.code] ?? 'error.badfetch'
  const { uri, line, column } = error
  const sentence = errorMessage(error).replace(/ \(line \d+, column \d+\)\.?$/, '')
  if (line === 0) return new VxmlEvent(event, errorMessage(error), origin)
  return uri === '' || uri === origin.uri
    ? new VxmlEvent(event, `${sentence}.`, { ...origin, line, column })
    : new VxmlEvent(event, `${sentence} (${uri}, line ${line}, column ${column}).`, origin)
}

/** Documents of other platforms may hold ECMA-357, which no engine of today reads. */
function e4xHint(message: string): string {
  return E4X_ERRORS.test(message)
    ? '. If this is E4X (XML in ECMAScript): it is not supported, use <data> and its DOM instead'
    : ''
}

const E4X_ERRORS = /expression: '<'|expecting field name|'XML(List)?' is not defined/

const GRAMMAR_EVENTS: Readonly<Record<string, string>> = {
  'grammar-unsupported': 'error.unsupported.format',
  'grammar-builtin': 'error.unsupported.builtin',
}
