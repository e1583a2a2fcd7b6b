import type { PromptPort } from '#app'
import { type Logger, seededRandom, silentLogger, VirtualClock } from '#base'
import type { HostedSession, SessionHost } from '#dialer'
import { createScriptEngine, type ScriptEngine } from '#script'
import type { RenderedPrompt } from '#speech'
import { type Platform, type Prompt, type SessionOptions, startSession } from '#vxml'

/** Of speech: so long a character. */
const MS_A_CHARACTER = 60

/** Prompts that are as long as their words, and silent. */
export const simPrompts: PromptPort = {
  start: async () => {},
  stop: async () => {},
  prepare: () => {},
  async render(prompt: Prompt): Promise<RenderedPrompt> {
    const durationMs = MS_A_CHARACTER * JSON.stringify(prompt.parts).length
    return { audio: new SharedArrayBuffer(8 * durationMs), durationMs, marks: [] }
  },
}

/**
 * One for all runs of this process, since to make one takes longer than a run: its sessions know nothing
 * of one another. Its clock only measures how long scripts take, which in a world takes no time.
 */
export function simScriptEngine(): Promise<ScriptEngine> {
  const random = seededRandom('scripts')
  return createScriptEngine({ clock: new VirtualClock(), log: silentLogger, random })
}

/** The interpreter in this thread, on the process's clock. */
export function simSessions(script: ScriptEngine, log: Logger): SessionHost {
  return {
    start: async () => {},
    stop: async () => {},
    run: (start: Omit<SessionOptions, 'platform' | 'script' | 'log'>, platform: Platform) => {
      const session = startSession({ ...start, platform, script, log })
      const hosted: HostedSession = {
        ended: session.ended,
        receive: (event) => session.receive(event),
      }
      return hosted
    },
  }
}
