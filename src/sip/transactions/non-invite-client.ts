/** RFC 3261 §17.1.2, figure 6: the non-INVITE client transaction. */
import {
  type Action,
  type ClientInput,
  clearTimer,
  informTimeout,
  informTransportError,
  passToTu,
  type Step,
  sendRequest,
  setTimer,
  type TransactionSetting,
} from './machine.ts'

export interface NonInviteClientState {
  readonly name: 'initial' | 'trying' | 'proceeding' | 'completed' | 'terminated'
  readonly setting: TransactionSetting
  /** The interval that Timer E waits now. */
  readonly intervalMs: number
}

export function createNonInviteClient(setting: TransactionSetting): NonInviteClientState {
  return { name: 'initial', setting, intervalMs: setting.timers.t1Ms }
}

export function nonInviteClientTransition(
  state: NonInviteClientState,
  input: ClientInput,
): Step<NonInviteClientState> {
  switch (state.name) {
    case 'initial':
      return input.kind === 'request-from-tu' ? begin(state) : stay(state)
    case 'trying':
    case 'proceeding':
      return pending(state, input)
    case 'completed':
      return input.kind === 'timer' && input.timer === 'K'
        ? go(state, 'terminated', [])
        : stay(state)
    case 'terminated':
      return stay(state)
  }
}

function begin(state: NonInviteClientState): Step<NonInviteClientState> {
  const { timers, reliable } = state.setting
  const retransmit = reliable ? [] : [setTimer('E', timers.t1Ms)]
  return go(state, 'trying', [sendRequest, setTimer('F', 64 * timers.t1Ms), ...retransmit])
}

function pending(state: NonInviteClientState, input: ClientInput): Step<NonInviteClientState> {
  if (input.kind === 'transport-error') {
    return go(state, 'terminated', [...stopPending, informTransportError])
  }
  if (input.kind === 'response') {
    if (input.status < 200) return go(state, 'proceeding', [passToTu])
    const { timers, reliable } = state.setting
    const wait = setTimer('K', reliable ? 0 : timers.t4Ms)
    return go(state, 'completed', [...stopPending, wait, passToTu])
  }
  if (input.kind !== 'timer') return stay(state)
  if (input.timer === 'F') return go(state, 'terminated', [...stopPending, informTimeout])
  if (input.timer !== 'E') return stay(state)
  const intervalMs = nextInterval(state)
  return { state: { ...state, intervalMs }, actions: [sendRequest, setTimer('E', intervalMs)] }
}

/** Doubling up to T2 in Trying; always T2 in Proceeding. */
function nextInterval(state: NonInviteClientState): number {
  const { t2Ms } = state.setting.timers
  return state.name === 'proceeding' ? t2Ms : Math.min(state.intervalMs * 2, t2Ms)
}

const stopPending: readonly Action[] = [clearTimer('E'), clearTimer('F')]

function go(
  state: NonInviteClientState,
  name: NonInviteClientState['name'],
  actions: readonly Action[],
): Step<NonInviteClientState> {
  return { state: { ...state, name }, actions }
}

function stay(state: NonInviteClientState): Step<NonInviteClientState> {
  return { state, actions: [] }
}
