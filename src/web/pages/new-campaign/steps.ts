import { type Html, html } from '../../html.ts'
import type { Draft } from './drafts.ts'

const STEPS = [
  ['/columns', 'Its columns'],
  ['/settings', 'How to call'],
  ['/preview', 'Preview and launch'],
] as const

export type Step = 0 | 1 | 2 | 3

/**
 * Where one is between a list and its campaign; what has been said already is a link away. Calls that are added
 * to a campaign are called as that says.
 */
export function stepList({ id, addsTo }: Partial<Pick<Draft, 'id' | 'addsTo'>>, now: Step): Html {
  const steps = addsTo === undefined ? STEPS : [STEPS[0], ['/settings', 'Add them'] as const]
  return html`<nav aria-label="Steps"><ol class="steps">${[['', 'The list'] as const, ...steps].map(
    ([path, name], index) => {
      if (index === now) return html`<li aria-current="step">${name}</li>`
      if (index === 0 || id === undefined) return html`<li>${name}</li>`
      return html`<li><a href="${draftPath(id)}${path}">${name}</a></li>`
    },
  )}</ol></nav>`
}

export function draftPath(id: string): string {
  return `/campaigns/new/${id}`
}
