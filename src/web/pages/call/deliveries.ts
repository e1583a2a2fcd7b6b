import type { Result } from '#client'
import { roleAllows } from '#model'
import { type Html, html, NOTHING } from '../../html.ts'
import { stateBadge } from '../../parts/badge.ts'
import { actionButton } from '../../parts/confirm.ts'
import { table } from '../../parts/table.ts'
import { seesNumbers } from '../../shown-number.ts'
import { shownText } from '../../shown-text.ts'
import { shownTime } from '../../shown-time.ts'
import type { Visit } from '../../visit.ts'

/** Where the call's result and events went, each try, and a way to send them again. */
export function deliveryPanel(visit: Visit, callId: number, results: readonly Result[]): Html {
  return html`<section class="panel" id="deliveries"><h2>Result deliveries</h2>
    ${results.length === 0 ? html`<p class="empty">Nothing is posted for this call: it has no result yet, or no result_url.</p>` : results.map((one) => delivery(visit, callId, one))}
  </section>`
}

function delivery(visit: Visit, callId: number, one: Result): Html {
  const { id, kind, state, url, why, next_try_at, body, history } = one
  return html`<h3>${kind === 'result' ? 'Result' : `Event ${one.sequence ?? ''}`} ${stateBadge(state)}</h3>
    <p>to ${shownText(url)}${why === undefined ? NOTHING : html` <span class="aside">given up: ${why}</span>`}
      ${next_try_at === undefined ? NOTHING : html` <span class="aside">next try ${shownTime(visit, next_try_at)}</span>`}</p>
    ${table({
      caption: `Tries of ${id}`,
      hidesCaption: true,
      rows: history,
      empty: 'Not tried yet.',
      columns: [
        { name: 'Try', isHeading: true, cell: (tried) => tried.try },
        { name: 'When', cell: ({ tried_at }) => shownTime(visit, tried_at) },
        {
          name: 'Answer',
          cell: ({ http_status, error }) =>
            html`${http_status ?? ''} ${error === undefined ? NOTHING : shownText(error)}`,
        },
        {
          name: 'Took',
          isNumber: true,
          cell: ({ duration_ms }) => `${Math.round(duration_ms)} ms`,
        },
        {
          name: 'The receiver said',
          cell: ({ reply }) => (reply === undefined ? '' : shownText(reply)),
        },
      ],
    })}
    ${seesNumbers(visit) ? html`<details id="body-${id.replaceAll(/[^\w-]/g, '_')}"><summary>What is posted</summary><pre>${shownText(body)}</pre></details>` : NOTHING}
    ${
      roleAllows(visit.role, 'operator') && state !== 'pending'
        ? actionButton(`/calls/${callId}/replay`, 'Post it again', { result_id: id })
        : NOTHING
    }`
}
