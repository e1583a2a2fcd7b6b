import { randomUuid } from '#base'
import type { QueueCall } from '#client'
import { type FormProblem, formProblem, numberOrText } from '../form-problem.ts'
import { html } from '../html.ts'
import type { Page } from '../layout.ts'
import { errorOf, field, problemSummary } from '../parts/field.ts'
import { type Form, readForm } from '../read-form.ts'
import { goTo, type Site } from '../site.ts'
import type { Visit } from '../visit.ts'

/** By the interface's name of the field. */
const LABELS = {
  phone_number: 'Phone number',
  start_url: 'Document',
  result_url: 'Result to',
  message_reference: 'Your reference',
  call_parameters: 'Call parameters',
  scheduled_time: 'Call at',
  expiration_time: 'Give up at',
  max_retries: 'Further attempts',
  retry_interval: 'Seconds between attempts',
} as const satisfies Partial<Record<keyof QueueCall, string>>

type Name = keyof typeof LABELS

const NAMES = Object.keys(LABELS) as Name[]
const NUMBERS: readonly Name[] = ['max_retries', 'retry_interval']

interface Shown {
  readonly values: Readonly<Partial<Record<Name, string>>>
  /** The same form sent twice queues one call. */
  readonly key: string
  readonly problem?: FormProblem
}

/** One call, as the original's form queues it. */
export function newCallPage(site: Site): void {
  const newKey = (): string => randomUuid(site.options.calls.random)
  site.getAs('operator', '/calls/new', (visit) =>
    page(visit, { values: { max_retries: '0', retry_interval: '300' }, key: newKey() }),
  )
  site.post('/calls/new', async (visit, context) => {
    const form = await readForm(context.req.raw)
    const key = form.text('key')
    try {
      const { call_id } = await visit.client.queueCall({
        ...(key === '' ? {} : { 'Idempotency-Key': key }),
        body: asked(form),
      })
      return goTo(context, `/calls/${call_id}?done=call-queued`)
    } catch (error) {
      const problem = formProblem(error, LABELS)
      const values = Object.fromEntries(NAMES.map((name) => [name, form.text(name)]))
      if (problem.code !== 'idempotency-key-reused') return page(visit, { values, key, problem })
      const message =
        'This form has queued a call already, and was changed since. Send it again for a second call.'
      return page(visit, { values, key: newKey(), problem: { ...problem, message } })
    }
  })
}

/** What was typed: an empty field is none, but the number, which every call has. */
function asked(form: Form): QueueCall {
  const typed = NAMES.filter((name) => form.text(name).trim() !== '' || name === 'phone_number')
  const body = typed.map((name) => {
    const text = form.text(name)
    return [name, NUMBERS.includes(name) ? numberOrText(text) : text.trim()] as const
  })
  return Object.fromEntries(body) as unknown as QueueCall
}

function page(visit: Visit, { values, key, problem }: Shown): Page {
  const { timeZone } = visit.session.account
  const of = (name: Name) => ({
    name,
    label: LABELS[name],
    value: values[name] ?? '',
    error: errorOf(problem, name),
  })
  const times = `such as “tomorrow 9:00”, “+3 days” or 2027-01-31T09:00:00Z; on the clock of ${timeZone}`
  return {
    title: 'New call',
    ...(problem === undefined ? {} : { status: problem.status }),
    body: html`<h1>New call</h1>
      ${problemSummary(problem)}
      <form method="post" action="/calls/new">
        <input type="hidden" name="key" value="${key}">
        <div class="panels">
          <section class="panel"><h2>Who, and what about</h2>
            ${field({ ...of('phone_number'), type: 'tel', required: true, maxLength: 128, autocomplete: 'off', hint: 'With its country code, such as +1 617 555 0101; the digits to press after the answer behind ;postd=' })}
            ${field({ ...of('start_url'), type: 'url', required: true, maxLength: 255, hint: 'The address of the VoiceXML of the call. It is fetched once before the call is queued' })}
            ${field({ ...of('call_parameters'), maxLength: 255, hint: 'Handed to the document' })}
            <h2>What comes of it</h2>
            ${field({ ...of('result_url'), type: 'url', maxLength: 255, hint: 'Where the result is posted; empty: nowhere' })}
            ${field({ ...of('message_reference'), maxLength: 255, hint: 'Yours, to find the call again; it comes back with the result' })}
          </section>
          <section class="panel"><h2>When</h2>
            ${field({ ...of('scheduled_time'), maxLength: 80, hint: `Empty: at once. Else ${times}` })}
            ${field({ ...of('expiration_time'), maxLength: 80, hint: 'What is not answered by then is not dialled any more. Empty: never' })}
            ${field({ ...of('max_retries'), type: 'number', min: 0, max: 10, step: 1, hint: 'Where nobody answers: 0 to 10 beyond the first' })}
            ${field({ ...of('retry_interval'), type: 'number', min: 60, max: 172_800, step: 1, hint: 'At the least: 60 to 172,800, two days' })}
          </section>
        </div>
        <button class="main">Queue the call</button>
      </form>`,
  }
}
