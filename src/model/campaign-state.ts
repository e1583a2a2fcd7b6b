import { assertNever } from '#base'

/** Where a campaign is in its life (`docs/call-states.md` draws this machine). */
export type CampaignState = 'queued' | 'running' | 'paused' | 'canceled' | 'completed'

export interface CampaignStatus {
  readonly state: CampaignState
  /** Nothing that was not dialled before is dialled any more; what was, is tried to its end. */
  readonly draining: boolean
  /** Something of it was dialled once. */
  readonly begun: boolean
}

/** What can happen to a campaign. */
export type CampaignInput =
  /** The first of its calls is given a line. */
  | { readonly kind: 'begin' }
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  | { readonly kind: 'drain' }
  | { readonly kind: 'cancel' }
  /** Every call of it has ended, and none is being imported. */
  | { readonly kind: 'complete' }
  | { readonly kind: 'add-calls' }

/** What the transition asks of its driver, in the transaction that writes the state. */
export type CampaignAction =
  /** Calls with a line and without an INVITE go back to the queue. */
  | 'take-back-lines'
  /** Calls that were never dialled are to be concluded as canceled. */
  | 'cancel-undialed'
  /** All that wait are to be concluded as canceled, and what rings is to be ended. */
  | 'cancel-pending'

export interface CampaignTransition {
  readonly status: CampaignStatus
  readonly actions: readonly CampaignAction[]
}

/** The campaign's machine. Undefined where `input` cannot happen in this state. */
export function campaignTransition(
  status: CampaignStatus,
  input: CampaignInput,
): CampaignTransition | undefined {
  const { state, draining } = status
  const open = state === 'queued' || state === 'running' || state === 'paused'
  const startable = state === 'queued' || state === 'running'
  const to = (next: Partial<CampaignStatus>, ...actions: CampaignAction[]): CampaignTransition => ({
    status: { ...status, ...next },
    actions,
  })
  switch (input.kind) {
    case 'begin':
      return state === 'queued' ? to({ state: 'running', begun: true }) : undefined
    case 'pause':
      return startable ? to({ state: 'paused' }, 'take-back-lines') : undefined
    case 'resume':
      return state === 'paused' ? to({ state: waiting(status) }) : undefined
    case 'drain':
      return open && !draining ? to({ draining: true }, 'cancel-undialed') : undefined
    case 'cancel':
      return open ? to({ state: 'canceled' }, 'cancel-pending') : undefined
    case 'complete':
      return open ? to({ state: 'completed' }) : undefined
    case 'add-calls':
      return open && !draining ? to({}) : undefined
    default:
      return assertNever(input)
  }
}

function waiting({ begun }: CampaignStatus): CampaignState {
  return begun ? 'running' : 'queued'
}
