import type { DocumentFault, TrialSummary } from '#client'
import type { FormProblem } from '../../form-problem.ts'
import { type Html, html, NOTHING } from '../../html.ts'
import type { Page } from '../../layout.ts'
import { actionButton } from '../../parts/confirm.ts'
import { errorOf, field, type Problem, problemSummary, textArea } from '../../parts/field.ts'
import { shownText } from '../../shown-text.ts'
import { countText, shownTime } from '../../shown-time.ts'
import type { Visit } from '../../visit.ts'
import { faultList, markedSource } from './marked-source.ts'
import { DOCUMENT_LABELS, type Written } from './written.ts'

export const FORM_ID = 'try-form'
export const STYLES = ['try.css']

export interface Checked {
  readonly faults: readonly DocumentFault[]
  readonly faults_left_out: number
  readonly source: string | undefined
}

interface Shown {
  readonly written: Written
  readonly trials: readonly TrialSummary[]
  readonly problem?: FormProblem
}

export function formPage(visit: Visit, { written, trials, problem }: Shown): Page {
  return {
    title: 'Try a dialogue',
    styles: STYLES,
    ...(problem === undefined ? {} : { status: problem.status }),
    body: html`<h1>Try a dialogue</h1>
      ${problemSummary(problem)}
      ${trialList(visit, trials, written.ends)}
      ${documentForm(written, problem)}`,
  }
}

/** What was found in the document; `isRefused`: it was to be started, and is not because of that. */
export function checkedPage(
  written: Written,
  { faults, faults_left_out, source }: Checked,
  isRefused: boolean,
): Page {
  return {
    title: 'What is wrong with it',
    styles: STYLES,
    status: isRefused ? 422 : 200,
    body: html`<h1>Try a dialogue</h1>
      ${verdict(faults, faults_left_out, isRefused)}
      ${
        faults.length === 0
          ? NOTHING
          : html`<section class="panel" id="faults"><h2>What was found</h2>
              ${faultList(faults, source !== undefined)}
              ${source === undefined ? NOTHING : markedSource(source, faults)}
            </section>`
      }
      ${documentForm(written, undefined)}`,
  }
}

function verdict(faults: readonly DocumentFault[], leftOut: number, isRefused: boolean): Html {
  if (faults.length === 0)
    return html`<p class="notice" role="status">Nothing is wrong with the document.</p>`
  const errors = faults.filter(({ severity }) => severity === 'error').length
  const warnings = faults.length - errors
  const found = [
    ...(errors === 0 ? [] : [countOf(errors, 'error')]),
    ...(warnings === 0 ? [] : [countOf(warnings, 'warning')]),
  ].join(', ')
  const rest = leftOut === 0 ? '' : ` ${countText(leftOut)} more were left out.`
  const start = html`<button form="${FORM_ID}" name="do" value="anyway">Try it anyway</button>`
  return html`<div class="verdict ${errors > 0 ? 'problem' : 'warning'}" role="alert">
    <p>${found}.${rest} ${isRefused ? 'The dialogue was not started.' : NOTHING}</p>
    <p>${start}</p>
  </div>`
}

function countOf(count: number, name: string): string {
  return `${countText(count)} ${name}${count === 1 ? '' : 's'}`
}

/** Who has as many as there may be has to end one, and can find it here. */
function trialList(visit: Visit, trials: readonly TrialSummary[], ends: string): Html {
  const others = trials.filter(({ trial_id }) => trial_id !== ends)
  if (others.length === 0) return NOTHING
  return html`<section class="panel"><h2>Dialogues that wait for you</h2>
    <ul class="trials">${others.map(
      ({ trial_id, document_url, began_at }) =>
        html`<li><a href="/try/${trial_id}">${document_url === undefined ? 'A document given as text' : shownText(document_url)}</a>
          <span class="aside">begun ${shownTime(visit, began_at)}</span>
          ${actionButton(`/try/${trial_id}/end`, 'End it')}</li>`,
    )}</ul>
  </section>`
}

export function documentForm(written: Written, problem: Problem | undefined): Html {
  const of = <Name extends keyof Written>(name: Name) => ({
    ...{ name, value: written[name], error: errorOf(problem, name) },
  })
  return html`<form method="post" action="/try" id="${FORM_ID}">
    <input type="hidden" name="ends" value="${written.ends}">
    <div class="panels">
      <section class="panel"><h2>The document</h2>
        <fieldset class="given">
          <legend>Given by</legend>
          ${GIVEN.map(([value, label]) => html`<span><input type="radio" name="from" id="from-${value}" value="${value}"${written.from === value ? html` checked` : NOTHING}> <label for="from-${value}">${label}</label></span>`)}
        </fieldset>
        <div class="by-url">${field({ ...of('document_url'), label: DOCUMENT_LABELS.document_url, type: 'url', maxLength: 2048, hint: 'Fetched by the server by POST, with the fields of the call, as for a call' })}</div>
        <div class="by-text">${textArea({ ...of('document'), label: DOCUMENT_LABELS.document, isCode: true, rows: 20, hint: 'It has no address: whatever it refers to needs a whole one' })}</div>
      </section>
      <section class="panel"><h2>What it is told of the call</h2>
        ${field({ ...of('phone_number'), label: 'Phone number', type: 'tel', maxLength: 128, autocomplete: 'off', hint: 'Nobody is called. Empty: 16175550100' })}
        ${field({ ...of('message_reference'), label: 'Your reference', maxLength: 255 })}
        ${field({ ...of('call_parameters'), label: 'Call parameters', maxLength: 255 })}
        ${textArea({ ...of('columns'), label: DOCUMENT_LABELS.columns, rows: 4, hint: 'Of a list: lines of name=value' })}
      </section>
    </div>
    <div class="actions">
      <button class="main" name="do" value="start">Try it</button>
      <button name="do" value="check">Only check it</button>
    </div>
  </form>`
}

const GIVEN = [
  ['text', 'its text'],
  ['url', 'its address'],
] as const
