import type { Call, Client, Explanation, Result } from '#client'
import { roleAllows } from '#model'
import { type Html, html, NOTHING } from '../../html.ts'
import type { Page } from '../../layout.ts'
import { livePage } from '../../live.ts'
import { stateBadge } from '../../parts/badge.ts'
import { confirmButton } from '../../parts/confirm.ts'
import { facts, table } from '../../parts/table.ts'
import { readForm } from '../../read-form.ts'
import { shownNumber } from '../../shown-number.ts'
import { shownText } from '../../shown-text.ts'
import { durationText, shownTime, shownTimeBoth } from '../../shown-time.ts'
import { goTo, type Site } from '../../site.ts'
import type { Visit } from '../../visit.ts'
import { deliveryPanel } from './deliveries.ts'
import { recordingPanel } from './recordings.ts'
import { tracePanels } from './trace.ts'
import { zoneOfNumber } from './zone-of-number.ts'

/** One call: how it stands and why, what happened in it, what was recorded, and where its result went. */
export function callPage(site: Site): void {
  site.get('/calls/:id{[0-9]+}', (visit, context) =>
    showCall(visit, Number(context.req.param('id'))),
  )
  livePage(site, '/live/calls/:id{[0-9]+}', async (visit, context) => {
    const seen = await lookAt(visit.client, Number(context.req.param('id')))
    return { standing: standing(visit, seen), attempts: attempts(visit, seen.call) }
  })
  site.post('/calls/:id{[0-9]+}/cancel', async (visit, context) => {
    const call_id = Number(context.req.param('id'))
    const form = await readForm(context.req.raw)
    const hang_up = form.has('hang_up')
    await visit.client.cancelCall({ call_id, ...(hang_up ? { body: { hang_up } } : {}) })
    return goTo(context, `/calls/${call_id}?done=call-canceled`)
  })
}

interface Seen {
  readonly call: Call
  readonly why: Explanation
}

async function lookAt(client: Client, call_id: number): Promise<Seen> {
  const [call, why] = await Promise.all([
    client.getCall({ call_id }),
    client.explainCall({ call_id }),
  ])
  return { call, why }
}

async function showCall(visit: Visit, call_id: number): Promise<Page> {
  const { client } = visit
  const [seen, trace, { recordings }, { results }] = await Promise.all([
    lookAt(client, call_id),
    client.traceCall({ call_id }),
    client.listRecordings({ call_id }),
    client.listResults({ call_id, limit: MOST_RESULTS }),
  ])
  const told: Result[] = await Promise.all(
    results.map(({ id }) => client.getResult({ result_id: id })),
  )
  const { call } = seen
  return {
    title: `Call ${call_id}`,
    ...(call.state === 'ended' ? {} : { live: `/live/calls/${call_id}` }),
    body: html`<div class="head">
        <h1>Call ${call_id} to ${shownNumber(visit, call.destination)}</h1>
        ${cancelButtons(visit, call)}
      </div>
      <section class="panel" id="standing">${standing(visit, seen)}</section>
      <section class="panel" id="attempts">${attempts(visit, call)}</section>
      ${recordingPanel(visit, call_id, recordings)}
      ${tracePanels(visit, trace)}
      ${deliveryPanel(visit, call_id, told)}`,
  }
}

/** A call has one result and one event a state. */
const MOST_RESULTS = 50

function standing(visit: Visit, { call, why }: Seen): Html {
  const zone = zoneOfNumber(call.destination)
  return html`<h2>Why, or why not</h2>
    <p>${stateBadge(call.outcome ?? call.state)} ${shownText(why.summary)}</p>
    ${why.next_dial_at === null ? NOTHING : html`<p>It can be dialled from ${shownTimeBoth(visit, why.next_dial_at, zone)} on.</p>`}
    ${facts([
      [
        'Campaign',
        html`<a href="/campaigns/${call.campaign_id}">${shownText(call.campaign_name)}</a>`,
      ],
      ['Reference', call.message_reference === '' ? undefined : shownText(call.message_reference)],
      ['Queued', shownTimeBoth(visit, call.created_at, zone)],
      [
        'Ended',
        call.ended_at === undefined ? undefined : shownTimeBoth(visit, call.ended_at, zone),
      ],
      ['Who answered', call.callee_type],
      ['Length', call.duration === undefined ? undefined : durationText(call.duration)],
      ['Hung up by', call.hangup_by],
      ['SIP status', call.sip_status],
      ['Cause', call.cause === undefined ? undefined : shownText(call.cause)],
      [
        'The dialogue returned',
        call.exit === undefined ? undefined : html`<code>${shownText(call.exit)}</code>`,
      ],
    ])}
    <details id="verdicts" class="figures"><summary>What each rule says</summary>
      ${table({
        caption: 'Rules',
        hidesCaption: true,
        rows: why.verdicts,
        empty: 'No rule was asked.',
        columns: [
          { name: 'Rule', isHeading: true, cell: ({ rule }) => rule },
          { name: 'Says', cell: ({ allows }) => (allows ? 'yes' : 'no') },
          { name: 'Why', cell: ({ detail }) => shownText(detail) },
          {
            name: 'Until',
            cell: ({ not_before }) =>
              not_before === undefined ? '' : shownTimeBoth(visit, not_before, zone),
          },
        ],
      })}
    </details>`
}

function attempts(visit: Visit, call: Call): Html {
  return html`<h2>Attempts</h2>${table({
    caption: 'Attempts, in order',
    hidesCaption: true,
    rows: call.attempts,
    empty: 'It was not dialled yet.',
    columns: [
      { name: 'No.', isHeading: true, cell: ({ attempt }) => attempt },
      { name: 'Outcome', cell: ({ outcome, state }) => stateBadge(outcome ?? state) },
      { name: 'Trunk', cell: ({ trunk }) => shownText(trunk) },
      { name: 'Dialled', cell: ({ dialed_at }) => shownTime(visit, dialed_at) },
      { name: 'Rang after', isNumber: true, cell: (one) => between(one.dialed_at, one.ringing_at) },
      {
        name: 'Answered after',
        isNumber: true,
        cell: (one) => between(one.dialed_at, one.answered_at),
      },
      {
        name: 'Length',
        isNumber: true,
        cell: ({ duration }) => (duration === undefined ? '' : durationText(duration)),
      },
      { name: 'Who answered', cell: ({ callee_type }) => callee_type ?? '' },
      {
        name: 'Cause',
        cell: ({ cause, sip_status }) =>
          html`${cause === undefined ? NOTHING : shownText(cause)} ${sip_status ?? ''}`,
      },
    ],
  })}`
}

/** Seconds to a tenth. */
function between(from: string, to: string | undefined): string {
  if (to === undefined) return ''
  return `${((Date.parse(to) - Date.parse(from)) / 1000).toFixed(1)} s`
}

function cancelButtons(visit: Visit, { call_id, state }: Call): Html {
  if (state === 'ended' || !roleAllows(visit.role, 'operator')) return NOTHING
  const action = `/calls/${call_id}/cancel`
  return html`<div class="actions">
    ${confirmButton({
      ...{ id: 'cancel', label: 'Cancel the call', action, isGrave: true },
      question: 'Cancel this call?',
      consequence:
        'It is not dialled any more; while it rings, the ringing stops. Who is on the line stays.',
    })}
    ${
      state === 'answered'
        ? confirmButton({
            ...{
              id: 'hang-up',
              label: 'Hang up',
              action,
              isGrave: true,
              fields: { hang_up: 'on' },
            },
            question: 'Hang up on the callee?',
            consequence: 'The call ends at once, in the middle of the dialogue.',
          })
        : NOTHING
    }
  </div>`
}
