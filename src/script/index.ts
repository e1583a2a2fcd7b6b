export type { EvaluationWatch } from './sandbox.ts'
export type {
  HeldArray,
  JsonValue,
  ScopedVariable,
  ScopeName,
  ScriptContext,
  ScriptPlace,
  ScriptValue,
  SemanticProgram,
  SemanticRule,
  SemanticStep,
} from './script-context.ts'
export {
  type CompiledScriptEngine,
  compileScriptEngine,
  createScriptEngine,
  type ScriptEngine,
  type ScriptEngineOptions,
} from './script-engine.ts'
export { ScriptError, type ScriptErrorCode, type ScriptLimitName } from './script-error.ts'
export { DEFAULT_SCRIPT_LIMITS, type ScriptLimits } from './script-limits.ts'
