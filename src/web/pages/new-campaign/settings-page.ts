import type { FormProblem } from '../../form-problem.ts'
import { html } from '../../html.ts'
import type { Page } from '../../layout.ts'
import { campaignSettings, type SettingsShown as Fields } from '../../parts/campaign-settings.ts'
import { problemSummary } from '../../parts/field.ts'
import type { Visit } from '../../visit.ts'
import type { Draft } from './drafts.ts'
import { draftPath, stepList } from './steps.ts'

export interface SettingsShown extends Omit<Fields, 'values' | 'isNew' | 'problem'> {
  readonly draft: Draft
  readonly problem?: FormProblem
}

/** The third step: what is said to all callees, when, how fast, how often. */
export function settingsPage(visit: Visit, shown: SettingsShown): Page {
  const { draft, problem } = shown
  const fields = { ...shown, values: draft.values, isNew: true }
  return {
    title: 'New campaign: how to call',
    ...(problem === undefined ? {} : { status: problem.status }),
    body: html`<h1>New campaign</h1>${stepList(draft, 2)}
      ${problemSummary(problem)}
      <form method="post" action="${draftPath(draft.id)}/settings">
        ${campaignSettings(visit, fields)}
        <div class="actions">
          <button class="main">Go on to the preview</button>
          <a class="button" href="${draftPath(draft.id)}/columns">Back to the columns</a>
        </div>
      </form>`,
  }
}
