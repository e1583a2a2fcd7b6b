import type { TrialAnswer } from '#api'
import type { CompiledScriptEngine, ScriptLimits } from '#script'
import type { SessionLimits } from '#vxml'
import type { Move } from '../try-moves.ts'
import type { NamedDocument } from './given-document.ts'

/** What the thread of a trial is asked: first to begin, then move by move. */
export type TrialQuestion =
  | {
      readonly kind: 'start'
      readonly document: NamedDocument
      readonly fields: Readonly<Record<string, string>>
      readonly trace: boolean
      readonly limits: Partial<SessionLimits>
      readonly scriptLimits: Partial<ScriptLimits>
      readonly compiled: CompiledScriptEngine
    }
  | { readonly kind: 'move'; readonly move: Move }

/** What has happened since. */
export type TrialTold = Omit<TrialAnswer, 'trial_id'>
