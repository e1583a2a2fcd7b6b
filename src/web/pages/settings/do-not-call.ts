import type { ForbiddenNumber } from '#client'
import { roleAllows } from '#model'
import { type FormProblem, formProblem } from '../../form-problem.ts'
import { type Html, html, NOTHING } from '../../html.ts'
import type { Page } from '../../layout.ts'
import { confirmButton, confirmSubmit } from '../../parts/confirm.ts'
import { errorOf, field, problemSummary, textArea } from '../../parts/field.ts'
import { pager, table } from '../../parts/table.ts'
import { readForm } from '../../read-form.ts'
import { seesNumbers, shownNumber } from '../../shown-number.ts'
import { shownText } from '../../shown-text.ts'
import { shownTime } from '../../shown-time.ts'
import { goTo, type Site } from '../../site.ts'
import type { Visit } from '../../visit.ts'
import { settingsPage } from './settings-page.ts'

const PATH = '/settings/do-not-call'
const ROWS = 50
const AGAIN = 'What is queued to them is dialled from then on.'
/** The interface takes so many at once. */
const AT_ONCE = 1000

interface Given {
  readonly numbers?: string
  readonly reason?: string
  readonly removed?: string
  readonly problem?: FormProblem
}

export function doNotCallPages(site: Site): void {
  site.get(PATH, (visit) => listPage(visit))
  site.post(PATH, async (visit, context) => {
    const form = await readForm(context.req.raw)
    const [numbers, reason] = [form.text('numbers'), form.text('reason')]
    try {
      for (const part of partsOf(numbers)) {
        await visit.client.forbidNumbers({ body: { numbers: part, reason } })
      }
      return goTo(context, `${PATH}?done=numbers-forbidden`)
    } catch (error) {
      const problem = formProblem(error, { numbers: 'Numbers', reason: 'Reason' })
      return listPage(visit, { numbers, reason, problem: inForm(problem, 'numbers') })
    }
  })
  site.post(`${PATH}/remove`, async (visit, context) => {
    const removed = (await readForm(context.req.raw)).text('removed')
    try {
      for (const part of partsOf(removed)) {
        await visit.client.permitNumbers({ body: { numbers: part } })
      }
      return goTo(context, `${PATH}?done=numbers-permitted`)
    } catch (error) {
      const problem = formProblem(error, { numbers: 'Numbers' })
      return listPage(visit, { removed, problem: inForm(problem, 'removed') })
    }
  })
}

/** A line each, or with commas between; none at all is one empty part, which the interface refuses. */
function partsOf(text: string): string[][] {
  const numbers = text
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
  const parts = Array.from({ length: Math.ceil(numbers.length / AT_ONCE) }, (_, index) =>
    numbers.slice(index * AT_ONCE, (index + 1) * AT_ONCE),
  )
  return parts.length === 0 ? [[]] : parts
}

/** What is wrong with a number is wrong with the field that it was typed into. */
function inForm(problem: FormProblem, field: string): FormProblem {
  return problem.field === 'reason' ? problem : { ...problem, field }
}

async function listPage(visit: Visit, given: Given = {}): Promise<Page> {
  const cursor = visit.url.searchParams.get('cursor') ?? undefined
  const found = await visit.client.listForbiddenNumbers({ limit: ROWS, ...(cursor && { cursor }) })
  const mayChange = roleAllows(visit.role, 'operator')
  return settingsPage(visit, {
    title: 'Do not call',
    ...(given.problem && { status: given.problem.status }),
    body: html`<p>Numbers that are never called for this account, whatever is queued.${seesNumbers(visit) ? NOTHING : ' Viewers see how they begin and end.'}</p>
      ${problemSummary(given.problem)}
      <section class="panel">${numberTable(visit, found.numbers, mayChange)}${pager(visit.url, found.next_cursor)}</section>
      ${mayChange ? forms(given) : NOTHING}`,
  })
}

function numberTable(visit: Visit, rows: readonly ForbiddenNumber[], mayChange: boolean): Html {
  return table<ForbiddenNumber>({
    caption: 'Numbers that are not called, in order',
    hidesCaption: true,
    rows,
    empty: 'No number is on the list.',
    columns: [
      {
        name: 'Number',
        isHeading: true,
        cell: ({ destination }) => shownNumber(visit, destination),
      },
      { name: 'Reason', cell: ({ reason }) => shownText(reason) },
      { name: 'Since', cell: ({ created_at }) => shownTime(visit, created_at) },
      ...(mayChange
        ? [{ name: 'Take off', cell: (one: ForbiddenNumber) => removeButton(one.destination) }]
        : []),
    ],
  })
}

function removeButton(destination: string): Html {
  return confirmButton({
    ...{ id: `off-${destination.replaceAll(/\W/g, '-')}`, label: 'Take off' },
    ...{
      question: 'Call this number again?',
      consequence: AGAIN,
    },
    ...{ action: `${PATH}/remove`, fields: { removed: destination }, isGrave: true },
  })
}

function forms({ numbers = '', reason = '', removed = '', problem }: Given): Html {
  const hint =
    'A line each, or with commas between; without a country code they are the account’s country’s'
  return html`<div class="panels">
    <section class="panel"><h2>Put numbers on the list</h2>
      <form method="post" action="${PATH}">
        ${textArea({ name: 'numbers', label: 'Numbers', value: numbers, rows: 6, required: true, hint, error: errorOf(problem, 'numbers') })}
        ${field({ name: 'reason', label: 'Reason', value: reason, maxLength: 255, hint: 'Kept with each of them', error: errorOf(problem, 'reason') })}
        <button class="main">Put on the list</button>
      </form>
    </section>
    <section class="panel"><h2>Take numbers off the list</h2>
      <form method="post" action="${PATH}/remove">
        ${textArea({ name: 'removed', label: 'Numbers to call again', value: removed, rows: 6, required: true, hint, error: errorOf(problem, 'removed') })}
        ${confirmSubmit({ id: 'off', label: 'Take off the list', question: 'Call these numbers again?', consequence: AGAIN })}
      </form>
    </section>
  </div>`
}
