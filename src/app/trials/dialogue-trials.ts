import {
  type Trial,
  type TrialAnswer,
  type TrialList,
  type TrialMove,
  type TrialRequest,
  trialNotFound,
} from '#api'
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
import { Transcript } from './transcript.ts'
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

/** What stays of a trial that has ended. */
interface Past {
  readonly accountId: number
  readonly asked: TrialRequest
  readonly beganAt: Date
  readonly transcript: Transcript
  idle: Timer | undefined
}

interface Running extends Past {
  readonly thread: DialogueThread<TrialQuestion, TrialTold>
}

/** The dialogues that are being tried on this server, each in a thread of its own. */
export class DialogueTrials implements Service {
  readonly #options: DialogueTrialsOptions
  readonly #trials = new Map<string, Running>()
  /** Those that have ended by themselves, the oldest first. */
  readonly #past = new Map<string, Past>()
  /** Once for all threads, when the first of them needs it. */
  #compiled: Promise<CompiledScriptEngine> | undefined
  #stopped = false

  constructor(options: DialogueTrialsOptions) {
    this.#options = options
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {
    this.#stopped = true
    for (const trialId of this.#past.keys()) this.#forget(trialId)
    await Promise.all([...this.#trials.keys()].map((trialId) => this.#remove(trialId)))
  }

  /** @throws OutdialError `too-many-trials`, `overloaded` (temporary) */
  async begin(accountId: number, request: TrialRequest): Promise<TrialAnswer> {
    this.#requireRoom(accountId)
    const { clock, random, fetch, limits, scriptLimits } = this.#options
    const document = documentOf(request)
    const trialId = randomHex(random, ID_BYTES)
    const module = siblingModule(import.meta.url, 'trial-worker')
    const trial: Running = {
      accountId,
      asked: request,
      beganAt: new Date(clock.now()),
      transcript: new Transcript(),
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

  /** Those that wait for a move. */
  list(accountId: number): TrialList {
    const own = [...this.#trials].filter(([, { accountId: owner, transcript }]) => {
      return owner === accountId && transcript.waiting !== null
    })
    return {
      trials: own.map(([trial_id, { asked, beganAt, transcript }]) => {
        const { document_url } = asked
        return {
          trial_id,
          began_at: beganAt.toISOString(),
          ...(document_url === undefined ? {} : { document_url }),
          waiting: transcript.waiting,
        }
      }),
    }
  }

  /** One that has ended too, for a while. @throws OutdialError `trial-not-found` */
  look(accountId: number, trialId: string): Trial {
    const { asked, beganAt, transcript } = this.#findAny(accountId, trialId)
    return { trial_id: trialId, began_at: beganAt.toISOString(), asked, ...transcript.read() }
  }

  /** @throws OutdialError `trial-not-found`, `trial-busy` */
  async move(accountId: number, trialId: string, move: TrialMove): Promise<TrialAnswer> {
    const trial = this.#find(accountId, trialId)
    if (trial.thread.isBusy) {
      const sentence = 'The trial has not answered the last move yet; send the next one after that.'
      throw new OutdialError('trial-busy', sentence)
    }
    return await this.#ask(trialId, trial, { kind: 'move', move: moveOf(move) }, move)
  }

  /** @throws OutdialError `trial-not-found` */
  async end(accountId: number, trialId: string): Promise<void> {
    this.#findAny(accountId, trialId)
    this.#forget(trialId)
    await this.#remove(trialId)
  }

  async #ask(
    trialId: string,
    trial: Running,
    question: TrialQuestion,
    move?: TrialMove,
  ): Promise<TrialAnswer> {
    trial.idle?.cancel()
    const told = await trial.thread
      .ask(question)
      .catch((thrown: unknown) => stopped(trial.asked.document_url ?? '', thrown))
    trial.transcript.add(move, told)
    if (told.waiting === null) await this.#conclude(trialId)
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

  #find(accountId: number, trialId: string): Running {
    const trial = this.#trials.get(trialId)
    if (trial === undefined || trial.accountId !== accountId) throw trialNotFound()
    return trial
  }

  #findAny(accountId: number, trialId: string): Past {
    const past = this.#past.get(trialId)
    return past?.accountId === accountId ? past : this.#find(accountId, trialId)
  }

  /** Its thread goes, and what was said in it stays for a while; unless it was ended by somebody meanwhile. */
  async #conclude(trialId: string): Promise<void> {
    const trial = this.#trials.get(trialId)
    if (trial === undefined || this.#stopped) return
    const { accountId, asked, beganAt, transcript } = trial
    const idle = this.#options.clock.setTimer(IDLE_MS, () => this.#forget(trialId))
    this.#past.set(trialId, { accountId, asked, beganAt, transcript, idle })
    const own = [...this.#past].filter(([, past]) => past.accountId === accountId)
    for (const [id] of own.slice(0, -MOST_OF_ACCOUNT)) this.#forget(id)
    for (const id of [...this.#past.keys()].slice(0, -MOST)) this.#forget(id)
    await this.#remove(trialId)
  }

  #forget(trialId: string): void {
    this.#past.get(trialId)?.idle?.cancel()
    this.#past.delete(trialId)
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
