import type { Trial } from '#client'
import type { FormProblem } from '../../form-problem.ts'
import { type Html, html, NOTHING } from '../../html.ts'
import type { Page } from '../../layout.ts'
import { actionButton } from '../../parts/confirm.ts'
import { shownText } from '../../shown-text.ts'
import { conversationTurn, NO_ADDRESS } from './conversation.ts'
import { documentForm, FORM_ID, STYLES } from './form-page.ts'
import { insideOf } from './inside.ts'
import { type Mark, markedSource } from './marked-source.ts'
import { moveForms, type TypedMove } from './moves.ts'
import { writtenOf } from './written.ts'

interface Refused {
  readonly problem: FormProblem
  /** It stays in its fields. */
  readonly typed: TypedMove
}

/**
 * A dialogue that is tried: the conversation, what can be done, and its inside. assets/try.js puts the parts
 * (`data-part`) of the next such page in the place of these, and adds to the conversation what is new.
 */
export function trialPage(trial: Trial, refused?: Refused): Page {
  const { trial_id, asked, waiting, turns, turns_left_out } = trial
  const ends = waiting === null ? '' : trial_id
  return {
    title: 'Try a dialogue',
    styles: STYLES,
    scripts: ['try.js'],
    ...(refused === undefined ? {} : { status: refused.problem.status }),
    body: html`<div class="head">
        <h1>Try a dialogue</h1>
        <div class="actions">
          <button type="button" id="read-aloud" aria-pressed="false" hidden>Read aloud</button>
          <button form="${FORM_ID}" name="do" value="start" id="again">Start again</button>
          <div data-part="end" id="part-end">${waiting === null ? NOTHING : actionButton(`/try/${trial_id}/end`, 'End it')}</div>
        </div>
      </div>
      <p class="unseen" role="status" id="told"></p>
      <p class="problem" role="alert" id="unreachable" hidden>The server did not answer. Do that again.</p>
      <div class="desk" id="desk">
        <section class="panel talk-panel"><h2>Conversation</h2>${nameOf(asked)}
          <div class="talk" id="talk" role="region" aria-label="What was said" tabindex="0">
            ${turns_left_out === 0 ? NOTHING : html`<p class="line">${turns_left_out} earlier moves were left out.</p>`}
            <ol id="turns">${turns.map((turn, index) => conversationTurn(turn, index + turns_left_out))}</ol>
            <div id="newest"></div>
          </div>
        </section>
        <section class="panel moves-panel" data-part="moves" id="part-moves">${
          waiting === null
            ? html`<h2>It is over</h2>
                <button class="main" form="${FORM_ID}" name="do" value="start" id="over-again">Try it again</button>`
            : moveForms({
                ...{ action: `/try/${trial_id}`, waiting },
                ...{ typed: refused?.typed ?? {}, problem: refused?.problem },
              })
        }</section>
        <section class="panel inside-panel" data-part="inside" id="part-inside">${insideOf(trial)}</section>
      </div>
      <div data-part="source" id="part-source">${faultySource(trial)}</div>
      <details id="document"><summary>The document and the call</summary>
        <div data-part="form" id="part-form">${documentForm(writtenOf(asked, ends), undefined)}</div>
      </details>`,
  }
}

function nameOf({ document_url }: Trial['asked']): Html {
  return document_url === undefined
    ? NOTHING
    : html`<p class="aside">${shownText(document_url)}</p>`
}

/** A text in which something went wrong, with what that was at its place. */
function faultySource({ asked, turns }: Trial): Html {
  const marks = turns.flatMap(({ events }) =>
    events.flatMap((event): Mark[] => {
      if (event.event === 'throw') return markOf(`${event.name}: ${event.message}`, event)
      if (event.event !== 'end' || event.fault === undefined) return []
      return markOf(`${event.fault.event}: ${event.fault.message}`, event.fault)
    }),
  )
  const found = [...new Map(marks.map((mark) => [JSON.stringify(mark), mark])).values()]
  if (asked.document === undefined || found.length === 0) return NOTHING
  return html`<section class="panel"><h2>Where it went wrong</h2>${markedSource(asked.document, found)}</section>`
}

function markOf(
  message: string,
  { uri, line = 0, column = 1 }: { uri: string; line?: number; column?: number },
): Mark[] {
  const isHere = uri.split('#')[0] === NO_ADDRESS && line > 0
  return isHere && message.startsWith('error.')
    ? [{ severity: 'error', line, column, message }]
    : []
}
