import { type Html, html, NOTHING } from '../html.ts'

export interface Confirmation {
  /** Unique on its page, of letters, digits and dashes. */
  readonly id: string
  /** On the button that opens the question. */
  readonly label: string
  readonly question: string
  /** What follows from it. */
  readonly consequence: string | Html
  /** Where the form goes by POST. */
  readonly action: string
  /** On the button that does it; default: the label. */
  readonly confirm?: string
  /** Hidden fields of the form. */
  readonly fields?: Readonly<Record<string, string>>
  /** What else is asked: fields of the form. */
  readonly content?: Html
  /** What it does cannot be undone, or is felt by many. */
  readonly isGrave?: boolean
}

/** A button that asks before it does anything; the popover needs no script. */
export function confirmButton(one: Confirmation): Html {
  const { id, label, question, consequence, action, confirm = label, fields = {} } = one
  const grave = one.isGrave === true ? 'grave' : 'main'
  return html`<button type="button" class="${one.isGrave === true ? 'grave' : ''}" popovertarget="${id}">${label}</button>
  <div id="${id}" class="question" popover role="dialog" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${question}</h2>
    <p>${consequence}</p>
    <form method="post" action="${action}">
      ${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
      ${one.content ?? NOTHING}
      <button class="${grave}">${confirm}</button>
      <button type="button" popovertarget="${id}" popovertargetaction="hide">Leave it as it is</button>
    </form>
  </div>`
}

/** Within a form: its button, which asks before the form is sent. */
export function confirmSubmit(
  one: Pick<Confirmation, 'id' | 'label' | 'question' | 'consequence'>,
): Html {
  const { id, label, question, consequence } = one
  return html`<button type="button" class="grave" popovertarget="${id}">${label}</button>
  <div id="${id}" class="question" popover role="dialog" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${question}</h2>
    <p>${consequence}</p>
    <button class="grave">${label}</button>
    <button type="button" popovertarget="${id}" popovertargetaction="hide">Leave it as it is</button>
  </div>`
}

/** A button that does one thing at once. */
export function actionButton(
  action: string,
  label: string,
  fields: Readonly<Record<string, string>> = {},
): Html {
  return html`<form class="inline" method="post" action="${action}">
    ${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
    <button>${label}</button>
  </form>`
}
