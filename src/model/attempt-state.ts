/** Where an attempt is in its life (`docs/call-states.md` draws this machine). */
export type AttemptState = 'dialing' | 'ringing' | 'answered' | 'ended'

/** What can happen to an attempt whose intent is written. */
export type AttemptInput = 'fail-over' | 'ring' | 'answer' | 'end'

const AFTER: Readonly<Record<AttemptInput, AttemptState>> = {
  'fail-over': 'dialing',
  ring: 'ringing',
  answer: 'answered',
  end: 'ended',
}

const BEFORE: Readonly<Record<AttemptInput, readonly AttemptState[]>> = {
  // Once anything provisional has come, nobody can say that no phone has rung.
  'fail-over': ['dialing'],
  ring: ['dialing'],
  // A phone may be answered without having rung.
  answer: ['dialing', 'ringing'],
  end: ['dialing', 'ringing', 'answered'],
}

/** The attempt's machine. Undefined where `input` cannot happen in `state`. */
export function attemptTransition(
  state: AttemptState,
  input: AttemptInput,
): AttemptState | undefined {
  return BEFORE[input].includes(state) ? AFTER[input] : undefined
}

/** The states in which `input` can happen: what a statement that writes it asks of the row. */
export function attemptStatesBefore(input: AttemptInput): readonly AttemptState[] {
  return BEFORE[input]
}
