import type { User } from '#client'
import { ROLES } from '#model'
import { type FormProblem, formProblem } from '../../form-problem.ts'
import { html, NOTHING } from '../../html.ts'
import type { Page } from '../../layout.ts'
import { confirmButton } from '../../parts/confirm.ts'
import { choice, errorOf, field, problemSummary } from '../../parts/field.ts'
import { pager, table } from '../../parts/table.ts'
import { readForm } from '../../read-form.ts'
import { shownText } from '../../shown-text.ts'
import { shownTime } from '../../shown-time.ts'
import { goTo, type Site } from '../../site.ts'
import type { Visit } from '../../visit.ts'
import { errorPage } from '../error.ts'
import { settingsPage } from './settings-page.ts'

const LABELS = { name: 'Name', role: 'Role', password: 'Password' } as const
const ROLE_OPTIONS = ROLES.map((role) => [role, role] as const)
const ROLE_HINT =
  'Viewers look on, with numbers masked; operators run calls and campaigns; owners rule over users and keys too'
const PASSWORD_HINT = '12 to 128 characters'

interface Given {
  readonly values?: { readonly name: string; readonly role: string }
  readonly problem?: FormProblem
}

export function userPages(site: Site): void {
  site.getAs('owner', '/settings/users', (visit) => listPage(visit))
  site.post('/settings/users', async (visit, context) => {
    const form = await readForm(context.req.raw)
    const values = { name: form.text('name'), role: form.text('role') }
    try {
      const body = { ...values, role: values.role as User['role'], password: form.text('password') }
      await visit.client.createUser({ body })
      return goTo(context, '/settings/users?done=user-added')
    } catch (error) {
      return listPage(visit, { values, problem: formProblem(error, LABELS) })
    }
  })
  site.getAs('owner', '/settings/users/:id{[0-9]+}', (visit, context) =>
    userPage(visit, Number(context.req.param('id'))),
  )
  for (const name of ['role', 'password'] as const) {
    site.post(`/settings/users/:id{[0-9]+}/${name}`, async (visit, context) => {
      const form = await readForm(context.req.raw)
      const user_id = Number(context.req.param('id'))
      try {
        await visit.client.editUser({ user_id, body: { [name]: form.text(name) } })
        return goTo(context, '/settings/users?done=user-changed')
      } catch (error) {
        return userPage(visit, user_id, formProblem(error, LABELS))
      }
    })
  }
  site.post('/settings/users/:id{[0-9]+}/remove', async (visit, context) => {
    await visit.client.removeUser({ user_id: Number(context.req.param('id')) })
    return goTo(context, '/settings/users?done=user-removed')
  })
}

async function listPage(visit: Visit, { values, problem }: Given = {}): Promise<Page> {
  const cursor = visit.url.searchParams.get('cursor') ?? undefined
  const found = await visit.client.listUsers({ limit: 50, ...(cursor && { cursor }) })
  return settingsPage(visit, {
    title: 'Users',
    ...(problem && { status: problem.status }),
    body: html`<section class="panel">
        ${table<User>({
          caption: 'Users, by name',
          hidesCaption: true,
          rows: found.users,
          empty: 'Nobody but the account’s owner, who signs in without a name, by the PIN.',
          columns: [
            {
              name: 'Name',
              isHeading: true,
              cell: ({ user_id, name }) =>
                html`<a href="/settings/users/${user_id}">${shownText(name)}</a>`,
            },
            { name: 'Role', cell: ({ role }) => role },
            {
              name: 'Last sign-in',
              cell: ({ last_sign_in_at: at }) =>
                at === undefined ? 'never' : shownTime(visit, at),
            },
            { name: 'Since', cell: ({ created_at }) => shownTime(visit, created_at) },
          ],
        })}
        ${pager(visit.url, found.next_cursor)}
      </section>
      <section class="panel"><h2>Add a user</h2>
        ${problemSummary(problem)}
        <form method="post" action="/settings/users">
          ${field({ name: 'name', label: LABELS.name, value: values?.name ?? '', required: true, maxLength: 128, autocomplete: 'off', error: errorOf(problem, 'name') })}
          ${choice({ name: 'role', label: LABELS.role, value: values?.role ?? 'viewer', options: ROLE_OPTIONS, hint: ROLE_HINT, error: errorOf(problem, 'role') })}
          ${field({ name: 'password', label: LABELS.password, type: 'password', required: true, maxLength: 128, autocomplete: 'new-password', hint: PASSWORD_HINT, error: errorOf(problem, 'password') })}
          <button class="main">Add the user</button>
        </form>
      </section>`,
  })
}

async function userPage(visit: Visit, userId: number, problem?: FormProblem): Promise<Page> {
  const user = await findUser(visit, userId)
  if (user === undefined) return errorPage(404, `There is no user ${userId}.`)
  const isOneself = visit.session.userId === userId
  return settingsPage(visit, {
    title: 'User',
    ...(problem && { status: problem.status }),
    body: html`<p>${shownText(user.name)}, ${user.role}${isOneself ? html`: <strong>that is you</strong>. What you change here signs you out` : NOTHING}</p>
      ${problemSummary(problem)}
      <div class="panels">
        <section class="panel"><h2>Role</h2>
          <form method="post" action="/settings/users/${userId}/role">
            ${choice({ name: 'role', label: LABELS.role, value: user.role, options: ROLE_OPTIONS, hint: `${ROLE_HINT}. The user is signed out`, error: errorOf(problem, 'role') })}
            <button>Change the role</button>
          </form>
        </section>
        <section class="panel"><h2>Password</h2>
          <form method="post" action="/settings/users/${userId}/password">
            ${field({ name: 'password', label: 'New password', type: 'password', required: true, maxLength: 128, autocomplete: 'new-password', hint: `${PASSWORD_HINT}. The user is signed out`, error: errorOf(problem, 'password') })}
            <button>Set the password</button>
          </form>
        </section>
      </div>
      ${confirmButton({ id: 'remove', label: 'Remove the user', question: 'Remove this user?', consequence: 'The user is signed out, and cannot sign in any more. What the audit log says of the user stays.', action: `/settings/users/${userId}/remove`, isGrave: true })}`,
  })
}

/** The interface lists users; there are few. */
async function findUser({ client }: Visit, userId: number): Promise<User | undefined> {
  let cursor: string | undefined
  do {
    const page = await client.listUsers({ limit: 1000, ...(cursor && { cursor }) })
    const found = page.users.find(({ user_id }) => user_id === userId)
    if (found !== undefined) return found
    cursor = page.next_cursor
  } while (cursor !== undefined)
  return undefined
}
