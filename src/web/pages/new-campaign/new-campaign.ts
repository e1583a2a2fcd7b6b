import type { Context } from 'hono'
import { OutdialError } from '#base'
import { type ListCheck, OutdialApiError } from '#client'
import { type FormProblem, formProblem } from '../../form-problem.ts'
import type { Page } from '../../layout.ts'
import { LABELS, SETTING_NAMES } from '../../parts/campaign-settings.ts'
import type { Problem } from '../../parts/field.ts'
import { readForm } from '../../read-form.ts'
import { goTo, type Site } from '../../site.ts'
import type { Visit } from '../../visit.ts'
import { errorPage } from '../error.ts'
import { addCalls, addCallsPage } from './add-calls.ts'
import { readColumnsForm } from './columns-form.ts'
import { columnsPage } from './columns-page.ts'
import { type Draft, Drafts } from './drafts.ts'
import { launchDraft } from './launch.ts'
import { guessLayout, type Layout, type ListHead, readHead } from './layout-guess.ts'
import { previewPage } from './preview-page.ts'
import { checkOf, previewOf, readSettingsForm } from './settings-form.ts'
import { settingsPage } from './settings-page.ts'
import { startPages } from './start.ts'
import { draftPath } from './steps.ts'

/** Profiles that a choice shows. */
const MOST_PROFILES = 100

const GONE =
  'This list is not here. It was launched or given up, or it is a day old; or it lies on another server: behind a ' +
  'balancer, have it send a browser to the same server again. Upload the list once more.'

const place = '/campaigns/new/:draft{[0-9a-f]+}'

/** From a list to a campaign, in four steps; what was said in one is kept while one goes back and forth. */
export function newCampaignPages(site: Site): void {
  const { calls, uploads } = site.options
  const drafts = new Drafts({ folder: uploads.folder, clock: calls.clock, random: calls.random })
  startPages(site, drafts)
  const withDraft: WithDraft = (handle) => async (visit, context) => {
    const draft = await drafts.find(visit.session, context.req.param('draft') ?? '')
    if (draft === undefined) return errorPage(404, GONE)
    if (draft.launchedAs === undefined) return handle(visit, draft, context)
    return goTo(context, `/campaigns/${draft.launchedAs}?done=campaign-launched`)
  }
  site.getAs('operator', place, (_, context) =>
    goTo(context, `${draftPath(context.req.param('draft') ?? '')}/columns`),
  )
  site.getAs(
    'operator',
    `${place}/columns`,
    withDraft((visit, draft) => showColumns(drafts, visit, draft)),
  )
  site.postAs(
    'operator',
    `${place}/columns`,
    withDraft((visit, draft, context) => takeColumns(drafts, { visit, draft, context })),
  )
  site.getAs(
    'operator',
    `${place}/refused-rows.csv`,
    withDraft((visit, draft) => refusedRows(drafts, visit, draft)),
  )
  site.getAs(
    'operator',
    `${place}/settings`,
    withDraft((visit, draft) => showSettings(visit, draft)),
  )
  site.postAs(
    'operator',
    `${place}/settings`,
    withDraft(async (_, draft, context) => {
      const values = readSettingsForm(await readForm(context.req.raw), draft)
      await drafts.keep({ ...draft, values })
      return goTo(context, `${draftPath(draft.id)}/preview`)
    }),
  )
  endings(site, drafts, withDraft)
}

type WithDraft = (
  handle: (visit: Visit, draft: Draft, context: Context) => Promise<Page | Response>,
) => (visit: Visit, context: Context) => Promise<Page | Response>

/** What a draft comes to: calls of a campaign that is there already, or one of its own. */
function endings(site: Site, drafts: Drafts, withDraft: WithDraft): void {
  site.postAs(
    'operator',
    `${place}/add`,
    withDraft(async (visit, draft, context) => {
      const form = await readForm(context.req.raw)
      const added = await addCalls(drafts, { visit, draft, form })
      if (typeof added !== 'number') return added
      return goTo(context, `/campaigns/${added}?done=calls-added`)
    }),
  )
  site.getAs(
    'operator',
    `${place}/preview`,
    withDraft((visit, draft) => showPreview(drafts, visit, draft)),
  )
  site.postAs(
    'operator',
    `${place}/launch`,
    withDraft(async (visit, draft, context) => {
      try {
        const id = await launchDraft(drafts, visit, draft)
        return goTo(context, `/campaigns/${id}?done=campaign-launched`)
      } catch (error) {
        const problem = formProblem(error, LABELS)
        return showSettings(visit, draft, { ...problem, ...listProblem(problem) })
      }
    }),
  )
}

/** What the list is found to be, unless that is known: a long one takes seconds. */
async function check(drafts: Drafts, { client, session }: Visit, draft: Draft): Promise<ListCheck> {
  const terms = checkOf(draft)
  const asked = JSON.stringify(terms)
  if (draft.checked?.asked === asked) return draft.checked.found
  const found = await client.checkList({ ...terms, body: drafts.stream(draft.id) })
  // It may have been changed meanwhile.
  const now = await drafts.find(session, draft.id)
  if (now !== undefined && JSON.stringify(checkOf(now)) === asked) {
    await drafts.keep({ ...now, checked: { asked, found } })
  }
  return found
}

async function showColumns(drafts: Drafts, visit: Visit, draft: Draft): Promise<Page> {
  const head = await headOf(drafts, draft)
  if (!('records' in head)) return columnsPage({ draft, head: NO_HEAD, problem: head })
  try {
    return columnsPage({ draft, head, found: await check(drafts, visit, draft) })
  } catch (error) {
    if (!(error instanceof OutdialApiError)) throw error
    return columnsPage({ draft, head, problem: listProblem(error) })
  }
}

interface Sent {
  readonly visit: Visit
  readonly draft: Draft
  readonly context: Context
}

async function takeColumns(
  drafts: Drafts,
  { visit, draft, context }: Sent,
): Promise<Page | Response> {
  const form = await readForm(context.req.raw)
  const head = await headOf(drafts, draft)
  const { layout, values, problem } = readColumnsForm(
    form,
    draft,
    'records' in head ? head : NO_HEAD,
  )
  const path = draftPath(draft.id)
  if (layout.separator !== draft.layout.separator) {
    // Its columns are others then.
    await drafts.keep({ ...draft, values, layout: await guessAnew(drafts, draft, layout) })
    return goTo(context, `${path}/columns`)
  }
  const changed = { ...draft, layout, values }
  if (!('records' in head)) return columnsPage({ draft: changed, head: NO_HEAD, problem: head })
  if (problem !== undefined) {
    const typed = (name: string): string => form.text(name)
    return columnsPage({ draft: changed, head, problem, typed })
  }
  await drafts.keep(changed)
  if (form.text('go') !== 'settings') return goTo(context, `${path}/columns`)
  try {
    const { accepted } = await check(drafts, visit, changed)
    return goTo(context, `${path}/${accepted === 0 ? 'columns' : 'settings'}`)
  } catch (error) {
    if (!(error instanceof OutdialApiError)) throw error
    return columnsPage({ draft: changed, head, problem: listProblem(error) })
  }
}

const NO_HEAD: ListHead = { records: [], width: 0 }

/** The beginning of the list, or why it cannot be read as it is said to be. */
async function headOf(drafts: Drafts, { id, layout }: Draft): Promise<ListHead | Problem> {
  try {
    return await readHead(drafts.read(id), layout.separator)
  } catch (error) {
    if (!(error instanceof OutdialError)) throw error
    return listProblem(error)
  }
}

async function guessAnew(drafts: Drafts, { id }: Draft, { separator }: Layout): Promise<Layout> {
  try {
    return guessLayout(separator, await readHead(drafts.read(id), separator))
  } catch (error) {
    if (!(error instanceof OutdialError)) throw error
    return { separator, hasHeader: true, columns: [] }
  }
}

/** Sentences of the interface call what a form has in the words of its requests. */
function listProblem({ message }: Pick<Error, 'message'>): Problem {
  return {
    message: message
      .replace(/^phone_list\b/, 'The list')
      .replaceAll(/\bphone_list\b/g, 'the list')
      .replace(/^columns\b/, 'What is said of the columns'),
  }
}

async function refusedRows(drafts: Drafts, { client }: Visit, draft: Draft): Promise<Response> {
  const body = drafts.stream(draft.id)
  const { headers, body: rows } = await client.exportRefusedRows({ ...checkOf(draft), body })
  return new Response(rows, { headers })
}

async function showSettings(visit: Visit, draft: Draft, problem?: FormProblem): Promise<Page> {
  if (draft.addsTo !== undefined) return addCallsPage(visit, draft, problem)
  const [{ schedules }, { pacing_profiles: pacingProfiles }] = await Promise.all([
    visit.client.listSchedules({ limit: MOST_PROFILES }),
    visit.client.listPacingProfiles({ limit: MOST_PROFILES }),
  ])
  return settingsPage(visit, { draft, schedules, pacingProfiles, ...(problem && { problem }) })
}

async function showPreview(drafts: Drafts, visit: Visit, draft: Draft): Promise<Page | Response> {
  try {
    const body = drafts.stream(draft.id)
    const preview = await visit.client.previewCampaign({ ...previewOf(draft), body })
    return previewPage(visit, { draft, preview })
  } catch (error) {
    const problem = formProblem(error, LABELS)
    const isSetting = SETTING_NAMES.some((name) => name === problem.field)
    if (isSetting) return showSettings(visit, draft, problem)
    return previewPage(visit, { draft, problem: listProblem(problem) })
  }
}
