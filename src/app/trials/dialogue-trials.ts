import { type TrialAnswer, type TrialMove, type TrialRequest, trialNotFound } from '#api'
import {
  type Clock,
  OutdialError,
  type Random,
  randomHex,
  type Service,
  siblingModule,
  type Timer,
} from '#base'
import { type CompiledScriptEngine, compileScriptEngine, type ScriptLimits } from '#script'
import type { SessionLimits } from '#vxml'
import { DialogueThread } from './dialogue-thread.ts'
import type { NamedDocument } from './given-document.ts'
import { moveOf } from './move-of.ts'
import type { Fetch } from './thread-messages.ts'
import type { TrialQuestion, TrialTold } from './trial-question.ts'

export interface DialogueTrialsOptions {
  readonly clock: Clock
  readonly random: Random
  /** Guarded: a document may name any address. */
  readonly fetch: Fetch
  readonly limits: Partial<SessionLimits>
  readonly scriptLimits: Partial<ScriptLimits>
}

const MOST_OF_ACCOUNT = 5
const MOST = 20
const IDLE_MS = 15 * 60_000
const ID_BYTES = 16

interface Trial {
  readonly accountId: number
  readonly startUri: string
  readonly thread: DialogueThread<TrialQuestion, TrialTold>
  idle: Timer | undefined
}

/** The dialogues that are being tried on this server, each in a thread of its own. */
export class DialogueTrials implements Service {
  readonly #options: DialogueTrialsOptions
  readonly #trials = new Map<string, Trial>()
  /** Once for all threads, when the first of them needs it. */
  #compiled: Promise<CompiledScriptEngine> | undefined
  #stopped = false

  constructor(options: DialogueTrialsOptions) {
    this.#options = options
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {
    this.#stopped = true
    await Promise.all([...this.#trials.keys()].map((trialId) => this.#remove(trialId)))
  }

  /** @throws OutdialError `too-many-trials`, `overloaded` (temporary) */
  async begin(accountId: number, request: TrialRequest): Promise<TrialAnswer> {
    this.#requireRoom(accountId)
    const { clock, random, fetch, limits, scriptLimits } = this.#options
    const document = documentOf(request)
    const trialId = randomHex(random, ID_BYTES)
    const module = siblingModule(import.meta.url, 'trial-worker')
    const trial: Trial = {
      accountId,
      startUri: request.document_url ?? '',
      thread: new DialogueThread({ module, clock, fetch }),
      idle: undefined,
    }
    this.#trials.set(trialId, trial)
    const { fields = {}, trace = false } = request
    this.#compiled ??= compileScriptEngine()
    const compiled = await this.#compiled
    const question = { document, fields, trace, limits, scriptLimits, compiled }
    return await this.#ask(trialId, trial, { kind: 'start', ...question })
  }

  /** @throws OutdialError `trial-not-found`, `trial-busy` */
  async move(accountId: number, trialId: string, move: TrialMove): Promise<TrialAnswer> {
    const trial = this.#find(accountId, trialId)
    if (trial.thread.isBusy) {
      const sentence = 'The trial has not answered the last move yet; send the next one after that.'
      throw new OutdialError('trial-busy', sentence)
    }
    return await this.#ask(trialId, trial, { kind: 'move', move: moveOf(move) })
  }

  /** @throws OutdialError `trial-not-found` */
  async end(accountId: number, trialId: string): Promise<void> {
    this.#find(accountId, trialId)
    await this.#remove(trialId)
  }

  async #ask(trialId: string, trial: Trial, question: TrialQuestion): Promise<TrialAnswer> {
    trial.idle?.cancel()
    const told = await trial.thread
      .ask(question)
      .catch((thrown: unknown) => stopped(trial.startUri, thrown))
    if (told.waiting === null) await this.#remove(trialId)
    else if (this.#trials.has(trialId)) {
      trial.idle = this.#options.clock.setTimer(IDLE_MS, () => void this.#remove(trialId))
    }
    return { trial_id: trialId, ...told }
  }

  #requireRoom(accountId: number): void {
    const own = [...this.#trials.values()].filter((trial) => trial.accountId === accountId)
    if (own.length >= MOST_OF_ACCOUNT) {
      const sentence = `The account has ${MOST_OF_ACCOUNT} trials on this server; end one of them first.`
      throw new OutdialError('too-many-trials', sentence)
    }
    if (this.#trials.size < MOST && !this.#stopped) return
    const sentence = 'The server tries as many dialogues as it can; send it again in a moment.'
    throw new OutdialError('overloaded', sentence, { temporary: true })
  }

  #find(accountId: number, trialId: string): Trial {
    const trial = this.#trials.get(trialId)
    if (trial === undefined || trial.accountId !== accountId) throw trialNotFound()
    return trial
  }

  async #remove(trialId: string): Promise<void> {
    const trial = this.#trials.get(trialId)
    this.#trials.delete(trialId)
    trial?.idle?.cancel()
    await trial?.thread.end()
  }
}

export function documentOf({
  document_url: documentUrl,
  document: text = '',
}: Pick<TrialRequest, 'document_url' | 'document'>): NamedDocument {
  return documentUrl === undefined ? { text } : { documentUrl }
}

/** What is left to say where the thread is gone, with all that it knew. */
function stopped(uri: string, thrown: unknown): TrialTold {
  if (!(thrown instanceof OutdialError)) throw thrown
  const fault = { event: 'error.semantic', message: thrown.message, uri }
  return {
    events: [{ event: 'end', reason: 'error', virtual_ms: 0, steps: 0, fault }],
    events_left_out: 0,
    waiting: null,
    variables: [],
  }
}
