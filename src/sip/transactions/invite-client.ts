/** RFC 3261 §17.1.1 with figure 5 as RFC 6026 §8.4 redraws it: the INVITE client transaction. */
import {
  type Action,
  type ClientInput,
  clearTimer,
  informTimeout,
  informTransportError,
  passToTu,
  type Step,
  sendAck,
  sendRequest,
  setTimer,
  type TransactionSetting,
} from './machine.ts'

export interface InviteClientState {
  readonly name:
    | 'initial'
    | 'adopted'
    | 'calling'
    | 'proceeding'
    | 'completed'
    | 'accepted'
    | 'terminated'
  readonly setting: TransactionSetting
  /** The interval that Timer A waits now. */
  readonly intervalMs: number
}

/** RFC 6026 §8.4: Timer D is at least 32 s over UDP, whatever T1 is: the far end's T1 is unknown. */
const TIMER_D_MS = 32_000

export function createInviteClient(setting: TransactionSetting): InviteClientState {
  return { name: 'initial', setting, intervalMs: setting.timers.t1Ms }
}

/**
 * Not in the figure: for a process that ends an INVITE which an earlier one sent. It sends nothing and
 * waits 64*T1 for the final response, as §9.1 has it after a CANCEL.
 */
export function adoptInviteClient(setting: TransactionSetting): InviteClientState {
  return { name: 'adopted', setting, intervalMs: setting.timers.t1Ms }
}

export function inviteClientTransition(
  state: InviteClientState,
  input: ClientInput,
): Step<InviteClientState> {
  switch (state.name) {
    case 'initial':
      return input.kind === 'request-from-tu' ? call(state) : stay(state)
    case 'adopted':
      if (input.kind !== 'request-from-tu') return stay(state)
      return go(state, 'proceeding', [setTimer('B', 64 * state.setting.timers.t1Ms)])
    case 'calling':
      return calling(state, input)
    case 'proceeding':
      return proceeding(state, input)
    case 'completed':
      return completed(state, input)
    case 'accepted':
      return accepted(state, input)
    case 'terminated':
      return stay(state)
  }
}

function call(state: InviteClientState): Step<InviteClientState> {
  const { timers, reliable } = state.setting
  const retransmit = reliable ? [] : [setTimer('A', timers.t1Ms)]
  return go(state, 'calling', [sendRequest, ...retransmit, setTimer('B', 64 * timers.t1Ms)])
}

function calling(state: InviteClientState, input: ClientInput): Step<InviteClientState> {
  if (input.kind === 'response') return respond(state, input.status)
  if (input.kind === 'transport-error') {
    return go(state, 'terminated', [...stopCalling, informTransportError])
  }
  if (input.kind !== 'timer') return stay(state)
  if (input.timer === 'A') {
    const intervalMs = state.intervalMs * 2
    return { state: { ...state, intervalMs }, actions: [sendRequest, setTimer('A', intervalMs)] }
  }
  if (input.timer === 'B') return go(state, 'terminated', [...stopCalling, informTimeout])
  return stay(state)
}

/** Timer B runs here only for an adopted transaction. */
function proceeding(state: InviteClientState, input: ClientInput): Step<InviteClientState> {
  if (input.kind === 'response') return respond(state, input.status)
  const expired = input.kind === 'timer' && input.timer === 'B'
  return expired ? go(state, 'terminated', [informTimeout]) : stay(state)
}

/** A response in Calling or Proceeding. */
function respond(state: InviteClientState, status: number): Step<InviteClientState> {
  const { timers, reliable } = state.setting
  const stop = state.name === 'calling' ? stopCalling : []
  if (status < 200) return go(state, 'proceeding', [...stop, passToTu])
  if (status < 300)
    return go(state, 'accepted', [...stop, setTimer('M', 64 * timers.t1Ms), passToTu])
  const wait = setTimer('D', reliable ? 0 : Math.max(TIMER_D_MS, 64 * timers.t1Ms))
  return go(state, 'completed', [...stop, sendAck, wait, passToTu])
}

function completed(state: InviteClientState, input: ClientInput): Step<InviteClientState> {
  if (input.kind === 'response' && input.status >= 300) return { state, actions: [sendAck] }
  if (input.kind === 'transport-error') {
    return go(state, 'terminated', [clearTimer('D'), informTransportError])
  }
  if (input.kind === 'timer' && input.timer === 'D') return go(state, 'terminated', [])
  return stay(state)
}

function accepted(state: InviteClientState, input: ClientInput): Step<InviteClientState> {
  const success = input.kind === 'response' && input.status >= 200 && input.status < 300
  if (success) return { state, actions: [passToTu] }
  if (input.kind === 'timer' && input.timer === 'M') return go(state, 'terminated', [])
  return stay(state)
}

const stopCalling: readonly Action[] = [clearTimer('A'), clearTimer('B')]

function go(
  state: InviteClientState,
  name: InviteClientState['name'],
  actions: readonly Action[],
): Step<InviteClientState> {
  return { state: { ...state, name }, actions }
}

function stay(state: InviteClientState): Step<InviteClientState> {
  return { state, actions: [] }
}
