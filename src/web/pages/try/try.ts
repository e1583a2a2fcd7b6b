import type { Context } from 'hono'
import { OutdialApiError } from '#client'
import { formProblem } from '../../form-problem.ts'
import { html } from '../../html.ts'
import type { Page } from '../../layout.ts'
import { readForm } from '../../read-form.ts'
import { shownText } from '../../shown-text.ts'
import { goTo, type Site } from '../../site.ts'
import type { Visit } from '../../visit.ts'
import { type Checked, checkedPage, formPage } from './form-page.ts'
import { MOVE_LABELS, readMove, typedMove } from './moves.ts'
import { trialPage } from './trial-page.ts'
import { askedOf, DOCUMENT_LABELS, FIRST, readWritten, type Written } from './written.ts'

const TRIAL = '/try/:id{[0-9a-f]+}'

/** A dialogue by keyboard, without a telephone: its document is checked, and then it talks. */
export function tryPages(site: Site): void {
  site.getAs('operator', '/try', async (visit) => {
    const { trials } = await visit.client.listTrials()
    return formPage(visit, { written: FIRST, trials })
  })
  site.getAs('operator', '/try/speech', (visit, context) =>
    visit.client.speak({ text: context.req.query('text') ?? '' }),
  )
  site.post('/try', async (visit, context) => {
    const form = await readForm(context.req.raw)
    return await checkOrStart(visit, context, readWritten(form), form.text('do'))
  })
  site.getAs('operator', TRIAL, (visit, context) => showTrial(visit, idOf(context)))
  site.post(TRIAL, async (visit, context) => {
    const trial_id = idOf(context)
    const form = await readForm(context.req.raw)
    try {
      await visit.client.moveTrial({ trial_id, body: readMove(form) })
    } catch (error) {
      const problem = formProblem(error, MOVE_LABELS)
      // It may have ended by now, and can be looked at then.
      if (problem.code === 'trial-not-found') return await showTrial(visit, trial_id)
      const trial = await visit.client.getTrial({ trial_id })
      return trialPage(trial, { problem, typed: typedMove(form) })
    }
    return goTo(context, `/try/${trial_id}#newest`)
  })
  site.post(`${TRIAL}/end`, async (visit, context) => {
    await endTrial(visit, idOf(context))
    return goTo(context, '/try?done=trial-ended')
  })
}

async function showTrial(visit: Visit, trial_id: string): Promise<Page> {
  try {
    return trialPage(await visit.client.getTrial({ trial_id }))
  } catch (error) {
    if (!isGone(error)) throw error
    return {
      title: 'This dialogue is gone',
      status: 404,
      body: html`<section class="panel error-page"><h1>This dialogue is gone</h1>
        <p>${shownText(error.message)}</p>
        <p>Nobody made a move for 15 minutes, or the server was started anew.</p>
        <p><a class="button" href="/try">Try a dialogue</a></p></section>`,
    }
  }
}

/** Errors are told before anything is said; whoever wants to hear it all the same presses another button. */
async function checkOrStart(
  visit: Visit,
  context: Context,
  written: Written,
  what: string,
): Promise<Page | Response> {
  try {
    const { named, ...asked } = askedOf(written)
    if (what !== 'anyway') {
      const answer = await visit.client.checkDocument({ body: named })
      const checked: Checked = {
        ...answer,
        source: 'document' in named ? named.document : answer.source,
      }
      const isWrong = checked.faults.some(({ severity }) => severity === 'error')
      if (what !== 'start' || isWrong) return checkedPage(written, checked, what === 'start')
    }
    if (written.ends !== '') await endTrial(visit, written.ends)
    const { trial_id } = await visit.client.startTrial({ body: { ...named, ...asked } })
    return goTo(context, `/try/${trial_id}`)
  } catch (error) {
    const problem = formProblem(error, DOCUMENT_LABELS)
    const { trials } = await visit.client.listTrials()
    return formPage(visit, { written, trials, problem })
  }
}

async function endTrial(visit: Visit, trial_id: string): Promise<void> {
  try {
    await visit.client.endTrial({ trial_id })
  } catch (error) {
    if (!isGone(error)) throw error
  }
}

function isGone(error: unknown): error is OutdialApiError {
  return error instanceof OutdialApiError && error.code === 'trial-not-found'
}

function idOf(context: Context): string {
  return context.req.param('id') ?? ''
}
