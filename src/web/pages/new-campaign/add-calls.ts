import { formProblem } from '../../form-problem.ts'
import { html } from '../../html.ts'
import type { Page } from '../../layout.ts'
import { LABELS } from '../../parts/campaign-settings.ts'
import { errorOf, field, type Problem, problemSummary } from '../../parts/field.ts'
import type { Form } from '../../read-form.ts'
import { countText } from '../../shown-time.ts'
import type { Visit } from '../../visit.ts'
import type { Draft, Drafts } from './drafts.ts'
import { checkOf } from './settings-form.ts'
import { draftPath, stepList } from './steps.ts'

/** The last step where calls are added to a campaign that is there already: when, and off they go. */
export function addCallsPage(visit: Visit, draft: Draft, problem?: Problem): Page {
  const { timeZone } = visit.session.account
  const { found } = draft.checked ?? {}
  const of = (name: 'scheduled_time' | 'expiration_time') => ({
    ...{ name, label: LABELS[name], value: draft.values[name] ?? '' },
    ...{ error: errorOf(problem, name), maxLength: 80 },
  })
  return {
    title: `Add calls to campaign ${draft.addsTo}`,
    ...(problem === undefined ? {} : { status: 422 }),
    body: html`<h1>Add calls to campaign <a href="/campaigns/${draft.addsTo}">${draft.addsTo}</a></h1>${stepList(draft, 2)}
      ${problemSummary(problem)}
      <form method="post" action="${draftPath(draft.id)}/add">
        <section class="panel"><h2>When</h2>
          <p>${found === undefined ? 'The' : countText(found.accepted)} calls of the list are called as the campaign says.</p>
          ${field({ ...of('scheduled_time'), hint: `Empty: at once. Else such as “tomorrow 9:00” or 2027-01-31T09:00:00Z; on the clock of ${timeZone}` })}
          ${field({ ...of('expiration_time'), hint: 'What is not reached by then is not dialled any more. Empty: as the campaign says' })}
        </section>
        <div class="actions">
          <button class="main">Add the calls</button>
          <a class="button" href="${draftPath(draft.id)}/columns">Back to the columns</a>
        </div>
      </form>`,
  }
}

/** Adds them; what was typed is kept where that is refused. The same form sent twice adds them once. */
export async function addCalls(
  drafts: Drafts,
  { visit, draft, form }: { readonly visit: Visit; readonly draft: Draft; readonly form: Form },
): Promise<Page | number> {
  const times = {
    scheduled_time: form.text('scheduled_time'),
    expiration_time: form.text('expiration_time'),
  }
  const typed = { ...draft, values: { ...draft.values, ...times } }
  await drafts.keep(typed)
  const campaign_id = draft.addsTo ?? 0
  try {
    await visit.client.addCampaignCalls({
      ...checkOf(typed),
      ...{ campaign_id, 'Idempotency-Key': draft.key, body: drafts.stream(draft.id) },
    })
  } catch (error) {
    return addCallsPage(visit, typed, formProblem(error, LABELS))
  }
  await drafts.launched(typed, campaign_id)
  return campaign_id
}
