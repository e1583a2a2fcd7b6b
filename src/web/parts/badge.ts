import { type Html, html } from '../html.ts'

/** How something stands, in a colour and in words: `good`, `bad`, `busy` (at work), `still` (waits), `plain`. */
export type Tone = 'good' | 'bad' | 'busy' | 'still' | 'plain'

export function badge(tone: Tone, text: string): Html {
  return html`<span class="badge ${tone}">${text}</span>`
}

/** Of calls, attempts, campaigns, results and outcomes: the word as the interface has it. */
export function stateBadge(state: string): Html {
  return badge(TONES[state] ?? 'plain', state.replaceAll('-', ' '))
}

const TONES: Readonly<Record<string, Tone>> = {
  ...{ answered: 'good', completed: 'good', delivered: 'good' },
  ...{ running: 'busy', dialing: 'busy', ringing: 'busy', claimed: 'busy', pending: 'busy' },
  ...{ queued: 'still', paused: 'still' },
  ...{ failed: 'bad', undeliverable: 'bad', 'trunk-failure': 'bad', 'app-error': 'bad' },
  ...{ congestion: 'bad', 'invalid-number': 'bad', interrupted: 'bad' },
}
