import { silentLogger, systemClock, VirtualClock } from '#base'
import {
  type CompiledScriptEngine,
  createScriptEngine,
  type EvaluationWatch,
  type ScriptLimits,
} from '#script'
import {
  type FetchRequest,
  type FetchResponse,
  type Session,
  type SessionLimits,
  type SessionVariables,
  startSession,
} from '#vxml'
import { TryCaller, type WaitPoint } from './try-caller.ts'
import { endEvent, type TryEvent } from './try-event.ts'
import type { Move } from './try-moves.ts'

export interface TrySessionOptions {
  /** Absolute. */
  readonly startUri: string
  readonly fetch: (request: FetchRequest) => Promise<FetchResponse>
  /** Told to the first document as a call's fields are, and to scripts as the columns of a list. */
  readonly params: Readonly<Record<string, string>>
  /** Asked when the interpreter waits and the prompts are over; nothing more is silence for ever. */
  readonly nextMove: (
    point: WaitPoint,
    session: Pick<Session, 'variables'>,
  ) => Promise<Move | undefined>
  readonly onEvent: (event: TryEvent) => void
  /** Adds the steps of the algorithm. */
  readonly trace?: boolean
  readonly limits?: Partial<SessionLimits>
  readonly scriptLimits?: Partial<ScriptLimits>
  /** Made here where it is absent. */
  readonly compiled?: CompiledScriptEngine
  /** Told of each evaluation of a script. */
  readonly watch?: EvaluationWatch
}

/**
 * Runs a dialogue without a telephone, in virtual time: what would take ten minutes is over in
 * milliseconds. Resolves whether it ended well: by an exit, or because somebody hung up.
 */
export async function trySession(options: TrySessionOptions): Promise<boolean> {
  const { startUri, fetch, params, nextMove, onEvent, trace = false, limits = {}, watch } = options
  const { scriptLimits, compiled } = options
  const clock = new VirtualClock(systemClock.now())
  const caller = new TryCaller({ clock, fetch, nextMove, onEvent, trace })
  const engine = await createScriptEngine({
    ...{ clock, log: silentLogger },
    ...(scriptLimits === undefined ? {} : { limits: scriptLimits }),
    ...(compiled === undefined ? {} : { compiled }),
  })
  // Made before the dialogue begins, for in virtual time there is no waiting for it.
  const scripts = await engine.createContext(watch)
  const fields = { ...CALL_FIELDS, ...params }
  const session = startSession({
    platform: caller,
    startUri,
    startMethod: 'POST',
    startFields: Object.entries(fields),
    variables: variablesOf(fields),
    script: { createContext: async () => scripts },
    limits,
    log: silentLogger,
    onMoment: (moment) => caller.note(moment),
  })
  await caller.talk(session)
  const end = await session.ended
  onEvent(endEvent(end, Math.round(clock.monotonic()), session.steps))
  return ['exit', 'disconnect', 'hangup'].includes(end.reason)
}

/** What the first document of a call is told by POST (the fields of `queuecall`). */
const CALL_FIELDS = {
  phone_number: '16175550100',
  call_id: '1',
  message_reference: '',
  call_parameters: '',
}

type Fields = typeof CALL_FIELDS & Readonly<Record<string, string>>

function variablesOf(fields: Fields): SessionVariables {
  const { phone_number, call_id, message_reference, call_parameters, ...others } = fields
  const { campaign_parameters = '', ...columns } = others as Readonly<Record<string, string>>
  return {
    sessionId: 'try-1',
    callId: Number(call_id),
    remoteUri: `tel:+${phone_number.replace(/^\+/, '')}`,
    localUri: 'sip:outdial@localhost',
    ani: '6175550199',
    dnis: phone_number,
    messageReference: message_reference,
    callParameters: call_parameters,
    campaignParameters: campaign_parameters,
    calleeType: 'voice',
    columns,
  }
}
