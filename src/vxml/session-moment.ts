import type { JsonValue } from '#script'
import type { Prompt, RecordEnd, TransferEnd, TransferRequest } from './platform.ts'

/** What a session tells whoever follows it (a trace, a terminal, a test); plain data, in order. */
export type SessionMoment =
  | { readonly kind: 'fetch'; readonly uri: string; readonly method: 'GET' | 'POST' }
  | {
      /** Left the queue to be played; after a hang-up nobody hears it any more. */
      readonly kind: 'prompt'
      readonly prompt: Prompt
    }
  | {
      /** The waiting state begins; prompts may still play. */
      readonly kind: 'listen'
      readonly modes: readonly ('dtmf' | 'voice')[]
      /** Absent: for ever. */
      readonly timeoutMs?: number
    }
  | {
      readonly kind: 'input'
      readonly mode: 'dtmf' | 'voice'
      readonly text: string
      readonly interpretation: JsonValue
      readonly confidence: number
    }
  | { readonly kind: 'nomatch'; readonly mode: 'dtmf' | 'voice'; readonly text: string }
  | { readonly kind: 'noinput' }
  | { readonly kind: 'record'; readonly reason: RecordEnd['reason']; readonly durationMs: number }
  | {
      readonly kind: 'transfer'
      readonly dest: string
      readonly type: TransferRequest['type']
      readonly result: TransferEnd['result']
    }
  | {
      /** A step of the form interpretation algorithm, e.g. `select <field name="city">`. */
      readonly kind: 'step'
      readonly message: string
      readonly uri: string
      readonly line: number
      readonly column: number
    }
  | {
      /** Something in a document that is passed over. */
      readonly kind: 'warning'
      readonly message: string
      readonly uri: string
      readonly line: number
      readonly column: number
    }
  | {
      /** Any event on its way to its handler. */
      readonly kind: 'throw'
      readonly event: string
      readonly message: string
      readonly uri: string
      readonly line?: number
      readonly column?: number
    }
