import { type Clock, type Logger, type Random, randomUint32, systemRandom } from '#base'
import { compileEngine, createInstance } from './instance.ts'
import { namesRealm, scopesRealm } from './open-realm.ts'
import { type EvaluationWatch, Sandbox } from './sandbox.ts'
import type { ScriptContext } from './script-context.ts'
import { DEFAULT_SCRIPT_LIMITS, type ScriptLimits } from './script-limits.ts'
import { SessionScripts } from './session-scripts.ts'
import { type OpenRealm, SharedRealm } from './shared-realm.ts'

export interface ScriptEngineOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly limits?: Partial<ScriptLimits>
  /** Of `compileScriptEngine`: made once, for the engines of all workers. */
  readonly compiled?: CompiledScriptEngine
  /** Seeds `Math.random`; the engine's own chance where absent. */
  readonly random?: Random
}

/**
 * Makes the sandboxes of one worker. They take turns in one WebAssembly instance, and each finds its own
 * memory there and nothing of any other's.
 */
export interface ScriptEngine {
  /** `watch` is told of each evaluation: a built-in can hang where nothing in this thread could stop it. */
  createContext(watch?: EvaluationWatch): Promise<ScriptContext>
}

/** The machine code of the engine; it can be handed to other threads, which then share it. */
export type CompiledScriptEngine = WebAssembly.Module

export async function compileScriptEngine(): Promise<CompiledScriptEngine> {
  return compileEngine()
}

export async function createScriptEngine(options: ScriptEngineOptions): Promise<ScriptEngine> {
  const { clock, log, random = systemRandom } = options
  const limits = { ...DEFAULT_SCRIPT_LIMITS, ...options.limits }
  const { compiled = await compileScriptEngine() } = options
  const open = async (realm: OpenRealm): Promise<SharedRealm> =>
    new SharedRealm(await createInstance(compiled, limits.heapBytes), realm)
  const scopes = await open(scopesRealm(clock, limits))
  const names = await open(namesRealm(limits))
  return {
    async createContext(watch) {
      const sandbox = new Sandbox({
        clock,
        limits,
        scopes,
        names,
        seed: randomUint32(random),
        ...(watch === undefined ? {} : { watch }),
      })
      return new SessionScripts(sandbox, limits, log)
    },
  }
}
