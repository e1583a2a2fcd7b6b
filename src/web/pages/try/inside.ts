import type { Trial, TrialTurn, TrialVariable } from '#client'
import { type Html, html, NOTHING } from '../../html.ts'
import { table } from '../../parts/table.ts'
import { shownText } from '../../shown-text.ts'
import { moveText, NO_ADDRESS, placeText } from './conversation.ts'

/** Of all turns together: the newest. */
const MOST_STEPS = 500

/** The inside of a dialogue: its variables by scope, and what the form interpretation algorithm did. */
export function insideOf(trial: Trial): Html {
  return html`<h2>Variables</h2>${variables(trial)}<h2>Steps</h2>${steps(trial)}`
}

function variables({ variables: all, waiting }: Trial): Html {
  if (waiting === null) return html`<p class="empty">None are left: it has ended.</p>`
  if (all === undefined) return html`<p class="empty">Looking at them met a limit of scripts.</p>`
  const scopes = SCOPES.flatMap((scope) => {
    const own = all.filter((one) => one.scope === scope)
    return own.length === 0 ? [] : [{ scope, own }]
  })
  if (scopes.length === 0) return html`<p class="empty">There are none.</p>`
  return html`${scopes.map(({ scope, own }) => {
    const isOpen = scope !== 'session'
    return html`<details class="figures" id="scope-${scope}"${isOpen ? html` open` : NOTHING}>
      <summary>${scope} (${own.length})</summary>
      ${table({
        caption: `Variables of the scope ${scope}`,
        hidesCaption: true,
        rows: own,
        empty: 'There are none.',
        columns: [
          {
            name: 'Name',
            isHeading: true,
            cell: ({ name }) => html`<code>${shownText(name)}</code>`,
          },
          { name: 'Value', cell: (one) => html`<code>${shownText(valueText(one))}</code>` },
        ],
      })}
    </details>`
  })}`
}

/** The innermost first: what a dialogue is about. */
const SCOPES = ['anonymous', 'dialog', 'document', 'application', 'session'] as const

function valueText({ type, json }: TrialVariable): string {
  return json ?? type
}

function steps({ asked, turns, turns_left_out }: Trial): Html {
  const own = asked.document_url ?? NO_ADDRESS
  let room = MOST_STEPS
  const shown: Html[] = []
  for (const [index, turn] of [...turns.entries()].reverse()) {
    const all = stepsOf(turn, own)
    const kept = all.slice(0, room)
    room -= kept.length
    if (all.length === 0) continue
    const after = turn.move === undefined ? 'At first' : moveText(turn.move)
    const isNewest = index === turns.length - 1
    shown.push(html`<details class="figures" id="steps-${isNewest ? 'newest' : index + turns_left_out}"${isNewest ? html` open` : NOTHING}>
      <summary>${shownText(after)} (${all.length})</summary>
      <ol class="steps">${kept.map(({ text, place }) => html`<li>${shownText(text)} <span class="aside">${shownText(place)}</span></li>`)}</ol>
      ${kept.length === all.length ? NOTHING : html`<p class="empty">${all.length - kept.length} further steps were left out.</p>`}
    </details>`)
    if (room === 0) break
  }
  return shown.length === 0 ? html`<p class="empty">There are none.</p>` : html`${shown}`
}

/** `own`: the document's address; what stands in it needs no more than its line. */
function stepsOf({ events }: TrialTurn, own: string): { text: string; place: string }[] {
  return events.flatMap((event) => {
    if (event.event !== 'step') return []
    const { text, uri, line } = event
    const place = uri.split('#')[0] === own && line > 0 ? `line ${line}` : placeText(event)
    return [{ text, place }]
  })
}
