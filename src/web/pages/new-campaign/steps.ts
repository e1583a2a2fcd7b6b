import { type Html, html } from '../../html.ts'

const STEPS = [
  ['', 'The list'],
  ['/columns', 'Its columns'],
  ['/settings', 'How to call'],
  ['/preview', 'Preview and launch'],
] as const

export type Step = 0 | 1 | 2 | 3

/** Where one is between a list and its campaign; what has been said already is a link away. */
export function stepList(id: string | undefined, now: Step): Html {
  return html`<nav aria-label="Steps"><ol class="steps">${STEPS.map(([path, name], index) => {
    if (index === now) return html`<li aria-current="step">${name}</li>`
    if (index === 0 || id === undefined) return html`<li>${name}</li>`
    return html`<li><a href="${draftPath(id)}${path}">${name}</a></li>`
  })}</ol></nav>`
}

export function draftPath(id: string): string {
  return `/campaigns/new/${id}`
}
