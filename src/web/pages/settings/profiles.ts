import { randomUuid } from '#base'
import { roleAllows } from '#model'
import { type FormProblem, formProblem } from '../../form-problem.ts'
import { type Html, html, NOTHING } from '../../html.ts'
import type { Page } from '../../layout.ts'
import { confirmButton } from '../../parts/confirm.ts'
import { errorOf, field, problemSummary } from '../../parts/field.ts'
import { type Column, pager, table } from '../../parts/table.ts'
import { readForm } from '../../read-form.ts'
import { shownText } from '../../shown-text.ts'
import { goTo, type Site } from '../../site.ts'
import type { Visit } from '../../visit.ts'
import type { Texts } from './setting.ts'
import {
  changesIn,
  type Groups,
  labelsOf,
  settingFacts,
  settingFields,
  textsIn,
  textsOf,
} from './settings-form.ts'
import { settingsPage } from './settings-page.ts'

/** What every profile has. */
export interface ListedProfile {
  readonly name: string
  readonly version: number
  readonly created_at: string
}

/** What campaigns may name: its words, its settings, and the operations that deal with it. */
export interface ProfileKind<Profile extends ListedProfile> {
  readonly path: string
  readonly title: string
  /** For sentences: “a schedule”. */
  readonly noun: string
  readonly about: string
  readonly groups: Groups
  readonly columns: (visit: Visit) => readonly Column<Profile>[]
  readonly list: (
    visit: Visit,
    page: { limit: number; cursor?: string },
  ) => Promise<{ readonly rows: readonly Profile[]; readonly next_cursor?: string | undefined }>
  readonly get: (visit: Visit, name: string) => Promise<Profile>
  readonly create: (visit: Visit, made: Made) => Promise<Profile>
  readonly edit: (visit: Visit, name: string, version: string, body: object) => Promise<Profile>
  readonly remove: (visit: Visit, name: string) => Promise<unknown>
}

export interface Made {
  /** The same form sent twice makes one. */
  readonly key: string
  readonly body: { readonly name: string } & Readonly<Record<string, unknown>>
}

interface Typed {
  readonly texts: Texts
  readonly problem: FormProblem
}

const CONFLICT = 'profile-version-conflict'

/** List, make, change and remove; kinds of profiles are dealt with alike. */
export function profilePages<Profile extends ListedProfile>(
  site: Site,
  kind: ProfileKind<Profile>,
): void {
  const { path, groups } = kind
  const newKey = (): string => randomUuid(site.options.calls.random)
  const labels = { name: 'Name', ...labelsOf(groups) }
  site.get(path, (visit) => listPage(visit, kind, { key: newKey() }))
  site.post(path, async (visit, context) => {
    const form = await readForm(context.req.raw)
    const name = form.text('name')
    try {
      const body = { name, ...changesIn(groups, form) }
      await kind.create(visit, { key: form.text('key') || newKey(), body })
      return goTo(context, `${path}?done=profile-made`)
    } catch (error) {
      const problem = formProblem(error, labels)
      return listPage(visit, kind, { key: newKey(), name, texts: textsIn(groups, form), problem })
    }
  })
  site.get(`${path}/:name`, async (visit, context) =>
    profilePage(visit, kind, await kind.get(visit, context.req.param('name') ?? '')),
  )
  site.post(`${path}/:name`, async (visit, context) => {
    const name = context.req.param('name') ?? ''
    const form = await readForm(context.req.raw)
    try {
      await kind.edit(visit, name, form.text('version'), changesIn(groups, form))
      return goTo(context, `${pathOf(kind, name)}?done=profile-changed`)
    } catch (error) {
      const typed = { texts: textsIn(groups, form), problem: formProblem(error, labels) }
      return profilePage(visit, kind, await kind.get(visit, name), typed)
    }
  })
  site.post(`${path}/:name/remove`, async (visit, context) => {
    await kind.remove(visit, context.req.param('name') ?? '')
    return goTo(context, `${path}?done=profile-removed`)
  })
}

function pathOf({ path }: { readonly path: string }, name: string): string {
  return `${path}/${encodeURIComponent(name)}`
}

async function listPage<Profile extends ListedProfile>(
  visit: Visit,
  kind: ProfileKind<Profile>,
  { key, name = '', texts, problem }: { key: string; name?: string } & Partial<Typed>,
): Promise<Page> {
  const cursor = visit.url.searchParams.get('cursor') ?? undefined
  const found = await kind.list(visit, { limit: 50, ...(cursor && { cursor }) })
  const was = textsOf(kind.groups, {})
  return settingsPage(visit, {
    title: kind.title,
    ...(problem && { status: problem.status }),
    body: html`<p>${kind.about}</p>
      <section class="panel">
        ${table<Profile>({
          caption: `${kind.title}, by name`,
          hidesCaption: true,
          rows: found.rows,
          empty: 'There is none.',
          columns: [
            {
              name: 'Name',
              isHeading: true,
              cell: (one) => html`<a href="${pathOf(kind, one.name)}">${shownText(one.name)}</a>`,
            },
            ...kind.columns(visit),
          ],
        })}
        ${pager(visit.url, found.next_cursor)}
      </section>
      ${
        roleAllows(visit.role, 'operator')
          ? html`<h2>Make a ${kind.noun}</h2>
            ${problemSummary(problem)}
            <form method="post" action="${kind.path}">
              <input type="hidden" name="key" value="${key}">
              ${field({ name: 'name', label: 'Name', value: name, required: true, maxLength: 128, autocomplete: 'off', hint: 'As campaigns will name it; it stays', error: errorOf(problem, 'name') })}
              ${settingFields(kind.groups, { texts: texts ?? was, was, problem })}
              <button class="main">Make the ${kind.noun}</button>
            </form>`
          : NOTHING
      }`,
  })
}

function profilePage<Profile extends ListedProfile>(
  visit: Visit,
  kind: ProfileKind<Profile>,
  profile: Profile,
  typed?: Typed,
): Page {
  const { groups, noun } = kind
  const { name, version } = profile
  const mayChange = roleAllows(visit.role, 'operator')
  return settingsPage(visit, {
    title: noun.charAt(0).toUpperCase() + noun.slice(1),
    ...(typed && { status: typed.problem.status }),
    body: html`<p>${shownText(name)}, version ${version}</p>
      ${mayChange ? editForm(kind, profile, typed) : settingFacts(groups, profile)}
      ${
        mayChange
          ? confirmButton({
              ...{ id: 'remove', label: `Remove the ${noun}`, isGrave: true },
              question: `Remove this ${noun}?`,
              consequence:
                'Campaigns that have ended keep what it said. While another one names it, it stays.',
              action: `${pathOf(kind, name)}/remove`,
            })
          : NOTHING
      }`,
  })
}

/** After somebody else’s change it shows what was typed here, beside what holds now. */
function editForm<Profile extends ListedProfile>(
  kind: ProfileKind<Profile>,
  profile: Profile,
  typed: Typed | undefined,
): Html {
  const { groups } = kind
  const was = textsOf(groups, profile)
  const isConflict = typed?.problem.code === CONFLICT
  return html`${isConflict ? NOTHING : problemSummary(typed?.problem)}
    ${
      isConflict
        ? html`<div class="warning" role="alert"><p>Somebody else has changed it meanwhile. This is how it stands now; below is what you typed. Save again to have it so.</p></div>
          ${settingFacts(groups, profile)}`
        : NOTHING
    }
    <form method="post" action="${pathOf(kind, profile.name)}">
      <input type="hidden" name="version" value="${profile.version}">
      ${settingFields(groups, { texts: typed?.texts ?? was, was, problem: typed?.problem })}
      <p class="hint">Every campaign that names it and has not ended is changed with it.</p>
      <button class="main">Save</button>
    </form>`
}
