import { OutdialError } from '#base'

/** `script-engine-lost`: an earlier limit cost the context its engine; nothing more can be evaluated. */
export type ScriptErrorCode = 'script-failed' | 'script-limit' | 'script-engine-lost'

/** The bound that was met; `time` covers both milliseconds and steps. */
export type ScriptLimitName = 'time' | 'memory' | 'stack' | 'length'

export interface ScriptErrorFacts {
  /** The ECMAScript error's name, e.g. `ReferenceError`. */
  readonly errorName?: string
  readonly uri?: string
  /** Line of the document, where known. */
  readonly line?: number
  readonly limit?: ScriptLimitName
}

/** Code of a document failed or met a limit; for VoiceXML an `error.semantic`. */
export class ScriptError extends OutdialError {
  readonly errorName: string | undefined
  readonly uri: string | undefined
  readonly line: number | undefined
  readonly limit: ScriptLimitName | undefined

  constructor(code: ScriptErrorCode, message: string, facts: ScriptErrorFacts = {}) {
    super(code, message)
    this.errorName = facts.errorName
    this.uri = facts.uri
    this.line = facts.line
    this.limit = facts.limit
  }

  /** The same, told where the code stands; a line that the engine knows wins. */
  placed(place: { readonly uri?: string; readonly line?: number }): ScriptError {
    const uri = this.uri ?? place.uri
    const line = this.line ?? place.line
    return new ScriptError(this.code as ScriptErrorCode, this.message, {
      ...(this.errorName === undefined ? {} : { errorName: this.errorName }),
      ...(uri === undefined ? {} : { uri }),
      ...(line === undefined ? {} : { line }),
      ...(this.limit === undefined ? {} : { limit: this.limit }),
    })
  }
}
