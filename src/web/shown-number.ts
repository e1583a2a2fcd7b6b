import { roleAllows } from '#model'
import { type Html, html } from './html.ts'
import { visible } from './shown-text.ts'
import type { Visit } from './visit.ts'

const KEPT_BEFORE = 3
const KEPT_AFTER = 2

/** A phone number as this visitor may see it: viewers see how it begins and ends. */
export function shownNumber({ role }: Pick<Visit, 'role'>, number: string): Html {
  return html`<bdi class="number">${numberText({ role }, number)}</bdi>`
}

/** The same as plain text. */
export function numberText({ role }: Pick<Visit, 'role'>, number: string): string {
  const text = visible(number)
  return seesNumbers({ role }) ? text : masked(text)
}

export function seesNumbers({ role }: Pick<Visit, 'role'>): boolean {
  return roleAllows(role, 'operator')
}

/** All digits but the first and the last few; parameters are left out, since they may be digits too. */
function masked(text: string): string {
  const [number = ''] = text.split(';')
  const count = number.replaceAll(/\D/g, '').length
  let seen = 0
  return number.replaceAll(/\d/g, (digit) => {
    seen += 1
    return seen <= KEPT_BEFORE || seen > count - KEPT_AFTER ? digit : '•'
  })
}
