/** RFC 3261 §17.2.2, figure 8: the non-INVITE server transaction. */
import {
  type Action,
  informTransportError,
  passToTu,
  repeatResponse,
  type ServerInput,
  type Step,
  sendResponse,
  setTimer,
  type TransactionSetting,
} from './machine.ts'

export interface NonInviteServerState {
  readonly name: 'initial' | 'trying' | 'proceeding' | 'completed' | 'terminated'
  readonly setting: TransactionSetting
}

export function createNonInviteServer(setting: TransactionSetting): NonInviteServerState {
  return { name: 'initial', setting }
}

export function nonInviteServerTransition(
  state: NonInviteServerState,
  input: ServerInput,
): Step<NonInviteServerState> {
  switch (state.name) {
    case 'initial':
      return input.kind === 'request' ? go(state, 'trying', [passToTu]) : stay(state)
    case 'trying':
      return input.kind === 'response-from-tu' ? respond(state, input.status) : stay(state)
    case 'proceeding':
      if (input.kind === 'request') return { state, actions: [repeatResponse] }
      if (input.kind === 'response-from-tu') return respond(state, input.status)
      return input.kind === 'transport-error' ? failed(state) : stay(state)
    case 'completed':
      if (input.kind === 'request') return { state, actions: [repeatResponse] }
      if (input.kind === 'timer' && input.timer === 'J') return go(state, 'terminated', [])
      return input.kind === 'transport-error' ? failed(state) : stay(state)
    case 'terminated':
      return stay(state)
  }
}

function respond(state: NonInviteServerState, status: number): Step<NonInviteServerState> {
  if (status < 200) return go(state, 'proceeding', [sendResponse])
  const { timers, reliable } = state.setting
  return go(state, 'completed', [sendResponse, setTimer('J', reliable ? 0 : 64 * timers.t1Ms)])
}

/** Figure 8 would end here; RFC 6026 §8.8 has it remain, lest a retransmission seems a new request. */
function failed(state: NonInviteServerState): Step<NonInviteServerState> {
  return { state, actions: [informTransportError] }
}

function go(
  state: NonInviteServerState,
  name: NonInviteServerState['name'],
  actions: readonly Action[],
): Step<NonInviteServerState> {
  return { state: { ...state, name }, actions }
}

function stay(state: NonInviteServerState): Step<NonInviteServerState> {
  return { state, actions: [] }
}
