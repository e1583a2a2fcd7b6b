/** RFC 3261 §17.2.1 with figure 7 as RFC 6026 §8.6 redraws it: the INVITE server transaction. */
import {
  type Action,
  clearTimer,
  informTimeout,
  informTransportError,
  passToTu,
  repeatResponse,
  type ServerInput,
  type Step,
  sendResponse,
  setTimer,
  type TransactionSetting,
} from './machine.ts'

export interface InviteServerState {
  readonly name: 'initial' | 'proceeding' | 'completed' | 'confirmed' | 'accepted' | 'terminated'
  readonly setting: TransactionSetting
  /** The interval that Timer G waits now. */
  readonly intervalMs: number
  /** A response, be it 100, is there to be repeated. */
  readonly responded: boolean
}

/** §17.2.1: 100 is sent unless the TU answers within 200 ms. */
const TRYING_MS = 200

export function createInviteServer(setting: TransactionSetting): InviteServerState {
  return { name: 'initial', setting, intervalMs: setting.timers.t1Ms, responded: false }
}

export function inviteServerTransition(
  state: InviteServerState,
  input: ServerInput,
): Step<InviteServerState> {
  switch (state.name) {
    case 'initial':
      if (input.kind !== 'request') return stay(state)
      return go(state, 'proceeding', [setTimer('trying', TRYING_MS), passToTu])
    case 'proceeding':
      return proceeding(state, input)
    case 'completed':
      return completed(state, input)
    case 'confirmed':
      return input.kind === 'timer' && input.timer === 'I'
        ? go(state, 'terminated', [])
        : stay(state)
    case 'accepted':
      return accepted(state, input)
    case 'terminated':
      return stay(state)
  }
}

function proceeding(state: InviteServerState, input: ServerInput): Step<InviteServerState> {
  switch (input.kind) {
    case 'request':
      return { state, actions: state.responded ? [repeatResponse] : [] }
    case 'response-from-tu':
      return respond({ ...state, responded: true }, input.status)
    case 'timer':
      if (input.timer !== 'trying' || state.responded) return stay(state)
      return go({ ...state, responded: true }, 'proceeding', [{ kind: 'send-trying' }])
    case 'transport-error':
      return { state, actions: [informTransportError] }
    case 'ack':
      return stay(state)
  }
}

function respond(state: InviteServerState, status: number): Step<InviteServerState> {
  const { timers, reliable } = state.setting
  const send = [clearTimer('trying'), sendResponse]
  if (status < 200) return go(state, 'proceeding', send)
  if (status < 300) return go(state, 'accepted', [...send, setTimer('L', 64 * timers.t1Ms)])
  const retransmit = reliable ? [] : [setTimer('G', timers.t1Ms)]
  return go(state, 'completed', [...send, ...retransmit, setTimer('H', 64 * timers.t1Ms)])
}

function completed(state: InviteServerState, input: ServerInput): Step<InviteServerState> {
  const { timers, reliable } = state.setting
  if (input.kind === 'request') return { state, actions: [repeatResponse] }
  if (input.kind === 'transport-error') return { state, actions: [informTransportError] }
  if (input.kind === 'ack') {
    const wait = setTimer('I', reliable ? 0 : timers.t4Ms)
    return go(state, 'confirmed', [clearTimer('G'), clearTimer('H'), wait])
  }
  if (input.kind !== 'timer') return stay(state)
  if (input.timer === 'H') return go(state, 'terminated', [clearTimer('G'), informTimeout])
  if (input.timer !== 'G') return stay(state)
  const intervalMs = Math.min(state.intervalMs * 2, timers.t2Ms)
  return { state: { ...state, intervalMs }, actions: [repeatResponse, setTimer('G', intervalMs)] }
}

/** Retransmitted INVITEs are absorbed; the TU repeats its 2xx through here and is told of the ACK. */
function accepted(state: InviteServerState, input: ServerInput): Step<InviteServerState> {
  const success = input.kind === 'response-from-tu' && input.status >= 200 && input.status < 300
  if (success) return { state, actions: [sendResponse] }
  if (input.kind === 'ack') return { state, actions: [passToTu] }
  if (input.kind === 'transport-error') return { state, actions: [informTransportError] }
  if (input.kind === 'timer' && input.timer === 'L') return go(state, 'terminated', [])
  return stay(state)
}

function go(
  state: InviteServerState,
  name: InviteServerState['name'],
  actions: readonly Action[],
): Step<InviteServerState> {
  return { state: { ...state, name }, actions }
}

function stay(state: InviteServerState): Step<InviteServerState> {
  return { state, actions: [] }
}
