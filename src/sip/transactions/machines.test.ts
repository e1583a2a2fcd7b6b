import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createInviteClient, inviteClientTransition } from './invite-client.ts'
import { createInviteServer, inviteServerTransition } from './invite-server.ts'
import {
  type Action,
  type ClientInput,
  holdState,
  type Machine,
  type ServerInput,
  type TimerName,
} from './machine.ts'
import { createNonInviteClient, nonInviteClientTransition } from './non-invite-client.ts'
import { createNonInviteServer, nonInviteServerTransition } from './non-invite-server.ts'
import { DEFAULT_TIMERS } from './timers.ts'

/** `response 180`, `timer A`, `request-from-tu` … */
type Move = readonly [input: string, state: string, actions: string]

const unreliable = { timers: DEFAULT_TIMERS, reliable: false }
const reliable = { timers: DEFAULT_TIMERS, reliable: true }

describe('the INVITE client transaction, RFC 6026 figure 5', () => {
  const udp = (): Machine<ClientInput> =>
    holdState(createInviteClient(unreliable), inviteClientTransition)
  const tcp = (): Machine<ClientInput> =>
    holdState(createInviteClient(reliable), inviteClientTransition)
  const called: Move = ['request-from-tu', 'calling', 'send-request, A=500, B=32000']

  it('repeats the INVITE at doubled intervals and gives up after 64*T1', () => {
    walk(udp(), [
      called,
      ['timer A', 'calling', 'send-request, A=1000'],
      ['timer A', 'calling', 'send-request, A=2000'],
      ['timer A', 'calling', 'send-request, A=4000'],
      ['timer A', 'calling', 'send-request, A=8000'],
      ['timer B', 'terminated', '-A, -B, timeout'],
    ])
  })
  it('passes provisional responses on and stops repeating', () => {
    walk(udp(), [
      called,
      ['response 100', 'proceeding', '-A, -B, pass-to-tu'],
      ['response 180', 'proceeding', 'pass-to-tu'],
      ['timer B', 'terminated', 'timeout'],
    ])
  })
  it('acknowledges a refusal, each time it comes, until Timer D', () => {
    walk(udp(), [
      called,
      ['response 486', 'completed', '-A, -B, send-ack, D=32000, pass-to-tu'],
      ['response 486', 'completed', 'send-ack'],
      ['response 180', 'completed', ''],
      ['timer D', 'terminated', ''],
    ])
  })
  it('passes every 2xx on until Timer M, acknowledging none', () => {
    walk(udp(), [
      called,
      ['response 180', 'proceeding', '-A, -B, pass-to-tu'],
      ['response 200', 'accepted', 'M=32000, pass-to-tu'],
      ['response 200', 'accepted', 'pass-to-tu'],
      ['response 486', 'accepted', ''],
      ['timer M', 'terminated', ''],
    ])
  })
  it('accepts a 2xx that comes without a provisional', () => {
    walk(udp(), [called, ['response 200', 'accepted', '-A, -B, M=32000, pass-to-tu']])
  })
  it('tells of a transport error in Calling and Completed only', () => {
    walk(udp(), [called, ['transport-error', 'terminated', '-A, -B, transport-error']])
    walk(udp(), [
      called,
      ['response 180', 'proceeding', '-A, -B, pass-to-tu'],
      ['transport-error', 'proceeding', ''],
      ['response 500', 'completed', 'send-ack, D=32000, pass-to-tu'],
      ['transport-error', 'terminated', '-D, transport-error'],
    ])
  })
  it('neither repeats nor waits over a reliable transport', () => {
    walk(tcp(), [
      ['request-from-tu', 'calling', 'send-request, B=32000'],
      ['response 404', 'completed', '-A, -B, send-ack, D=0, pass-to-tu'],
    ])
  })
})

describe('the non-INVITE client transaction, RFC 3261 figure 6', () => {
  const udp = (): Machine<ClientInput> =>
    holdState(createNonInviteClient(unreliable), nonInviteClientTransition)
  const begun: Move = ['request-from-tu', 'trying', 'send-request, F=32000, E=500']

  it('repeats at intervals that double up to T2', () => {
    walk(udp(), [
      begun,
      ['timer E', 'trying', 'send-request, E=1000'],
      ['timer E', 'trying', 'send-request, E=2000'],
      ['timer E', 'trying', 'send-request, E=4000'],
      ['timer E', 'trying', 'send-request, E=4000'],
      ['timer F', 'terminated', '-E, -F, timeout'],
    ])
  })
  it('repeats every T2 after a provisional response', () => {
    walk(udp(), [
      begun,
      ['response 100', 'proceeding', 'pass-to-tu'],
      ['timer E', 'proceeding', 'send-request, E=4000'],
      ['response 200', 'completed', '-E, -F, K=5000, pass-to-tu'],
      ['response 200', 'completed', ''],
      ['timer K', 'terminated', ''],
    ])
  })
  it('tells of a transport error', () => {
    walk(udp(), [begun, ['transport-error', 'terminated', '-E, -F, transport-error']])
  })
  it('neither repeats nor waits over a reliable transport', () => {
    walk(holdState(createNonInviteClient(reliable), nonInviteClientTransition), [
      ['request-from-tu', 'trying', 'send-request, F=32000'],
      ['response 481', 'completed', '-E, -F, K=0, pass-to-tu'],
    ])
  })
})

describe('the INVITE server transaction, RFC 6026 figure 7', () => {
  const udp = (): Machine<ServerInput> =>
    holdState(createInviteServer(unreliable), inviteServerTransition)
  const invited: Move = ['request', 'proceeding', 'trying=200, pass-to-tu']

  it('says 100 by itself after 200 ms, and repeats it', () => {
    walk(udp(), [
      invited,
      ['request', 'proceeding', ''],
      ['timer trying', 'proceeding', 'send-trying'],
      ['request', 'proceeding', 'repeat-response'],
    ])
  })
  it('repeats a refusal from T1 up to T2 until the ACK', () => {
    walk(udp(), [
      invited,
      ['answer 180', 'proceeding', '-trying, send-response'],
      ['answer 486', 'completed', '-trying, send-response, G=500, H=32000'],
      ['timer G', 'completed', 'repeat-response, G=1000'],
      ['timer G', 'completed', 'repeat-response, G=2000'],
      ['timer G', 'completed', 'repeat-response, G=4000'],
      ['timer G', 'completed', 'repeat-response, G=4000'],
      ['request', 'completed', 'repeat-response'],
      ['ack', 'confirmed', '-G, -H, I=5000'],
      ['ack', 'confirmed', ''],
      ['timer I', 'terminated', ''],
    ])
  })
  it('gives up on the ACK after 64*T1', () => {
    walk(udp(), [
      invited,
      ['answer 486', 'completed', '-trying, send-response, G=500, H=32000'],
      ['timer H', 'terminated', '-G, timeout'],
    ])
  })
  it('absorbs INVITEs after a 2xx, leaves repeating it to the user, and hands over the ACK', () => {
    walk(udp(), [
      invited,
      ['answer 200', 'accepted', '-trying, send-response, L=32000'],
      ['request', 'accepted', ''],
      ['answer 200', 'accepted', 'send-response'],
      ['answer 486', 'accepted', ''],
      ['ack', 'accepted', 'pass-to-tu'],
      ['timer L', 'terminated', ''],
    ])
  })
  it('stays where it is on a transport error', () => {
    walk(udp(), [
      invited,
      ['transport-error', 'proceeding', 'transport-error'],
      ['answer 200', 'accepted', '-trying, send-response, L=32000'],
      ['transport-error', 'accepted', 'transport-error'],
    ])
  })
  it('does not repeat over a reliable transport', () => {
    walk(holdState(createInviteServer(reliable), inviteServerTransition), [
      invited,
      ['answer 486', 'completed', '-trying, send-response, H=32000'],
      ['ack', 'confirmed', '-G, -H, I=0'],
    ])
  })
})

describe('the non-INVITE server transaction, RFC 3261 figure 8', () => {
  const udp = (): Machine<ServerInput> =>
    holdState(createNonInviteServer(unreliable), nonInviteServerTransition)

  it('repeats its response for each request again, until Timer J', () => {
    walk(udp(), [
      ['request', 'trying', 'pass-to-tu'],
      ['request', 'trying', ''],
      ['answer 100', 'proceeding', 'send-response'],
      ['request', 'proceeding', 'repeat-response'],
      ['answer 200', 'completed', 'send-response, J=32000'],
      ['request', 'completed', 'repeat-response'],
      ['answer 500', 'completed', ''],
      ['transport-error', 'completed', 'transport-error'],
      ['timer J', 'terminated', ''],
    ])
  })
  it('does not wait over a reliable transport', () => {
    walk(holdState(createNonInviteServer(reliable), nonInviteServerTransition), [
      ['request', 'trying', 'pass-to-tu'],
      ['answer 200', 'completed', 'send-response, J=0'],
    ])
  })
})

function walk<Input>(machine: Machine<Input>, moves: readonly Move[]): void {
  const walked = moves.map(([text]) => {
    const actions = machine.apply(inputOf(text) as Input)
    return [text, machine.name(), actions.map(describeAction).join(', ')]
  })
  assert.deepEqual(walked, moves)
}

function inputOf(text: string): ClientInput | ServerInput {
  const [word = '', detail = ''] = text.split(' ')
  if (word === 'response') return { kind: 'response', status: Number(detail) }
  if (word === 'answer') return { kind: 'response-from-tu', status: Number(detail) }
  if (word === 'timer') return { kind: 'timer', timer: detail as TimerName }
  return { kind: word as 'request' | 'ack' | 'transport-error' | 'request-from-tu' } as ClientInput
}

function describeAction(action: Action): string {
  switch (action.kind) {
    case 'set-timer':
      return `${action.timer}=${action.delayMs}`
    case 'clear-timer':
      return `-${action.timer}`
    case 'inform-tu':
      return action.failure
    default:
      return action.kind
  }
}
