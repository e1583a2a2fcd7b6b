import { z } from 'zod'
import {
  addProfile,
  editProfile,
  findProfileOf,
  PACING_PROFILE_EDIT,
  type Profile,
  type ProfileKind,
  profilesOf,
  removeProfile,
  SCHEDULE_EDIT,
} from '#calls'
import { readRequestKey } from '../../idempotency-key.ts'
import { DEFAULT_LIMIT, pageOf, readCursor, readStart } from '../cursor.ts'
import { KEY_FAULTS } from '../fault-groups.ts'
import { readIfMatch } from '../if-match.ts'
import { jsonBody, type Operation, operation } from '../operation.ts'
import { IDEMPOTENCY_KEY, IF_MATCH } from '../request-headers.ts'
import { nextCursor, pagingAfter } from '../schemas/parts.ts'
import { pacingProfile, schedule } from '../schemas/profile.ts'
import { profileView } from '../views/profile-view.ts'

const ETAG = { ETag: 'Its version, as If-Match names it.' }

interface Words {
  readonly kind: ProfileKind
  readonly id: string
  readonly title: string
  readonly path: string
  readonly list: string
  readonly schema: z.ZodObject
  readonly edit: z.ZodObject
}

export const PROFILE_OPERATIONS: readonly Operation[] = [
  ...profileOperations({
    ...{ kind: 'schedule', id: 'Schedule', title: 'schedule' },
    ...{ path: '/schedules', list: 'schedules', schema: schedule, edit: SCHEDULE_EDIT },
  }),
  ...profileOperations({
    ...{ kind: 'pacing_profile', id: 'PacingProfile', title: 'pacing profile' },
    ...{ path: '/pacing-profiles', list: 'pacing_profiles' },
    ...{ schema: pacingProfile, edit: PACING_PROFILE_EDIT },
  }),
]

/** Both kinds are dealt with alike. */
function profileOperations(words: Words): Operation[] {
  return [...collection(words), ...item(words)]
}

function collection({ kind, id, title, path, list, schema, edit }: Words): Operation[] {
  const tag = `${id.replace('Profile', ' profile')}s`
  return [
    operation({
      ...{ id: `list${id}s`, method: 'get', path, tag, role: 'viewer' },
      summary: `The ${title}s of the account, by name`,
      query: z.strictObject(pagingAfter),
      replies: {
        200: {
          says: 'A page of them.',
          schema: z.object({ [list]: z.array(schema), next_cursor: nextCursor }),
        },
      },
      handle: async ({ calls, account: { accountId }, query }) => {
        const { limit = DEFAULT_LIMIT } = query
        const after = readStart(query, readCursor)
        const found = await profilesOf(calls, { accountId, kind, after, limit: limit + 1 })
        const { rows, ...next } = pageOf(found, limit, ({ name }) => name)
        return Response.json({ [list]: rows.map((row) => profileView(kind, row)), ...next })
      },
    }),
    operation({
      ...{ id: `create${id}`, method: 'post', path, tag, role: 'operator' },
      summary: `Make a ${title}, which campaigns may name`,
      headers: IDEMPOTENCY_KEY,
      body: jsonBody(edit.extend({ name: z.string('is not a text; send a name') })),
      replies: { 201: { says: `The ${title}.`, schema, headers: ETAG } },
      faults: ['profile-exists', 'profile-invalid', 'rule-invalid', ...KEY_FAULTS],
      handle: async ({ calls, account: { accountId }, request, body }) => {
        const { name, ...fields } = body as { name: string }
        const idempotency = readRequestKey(request.headers, body)
        const made = await addProfile(calls, { accountId, kind, name, fields, idempotency })
        return profileReply(kind, made, 201)
      },
    }),
  ]
}

function item({ kind, id, title, path: list, schema, edit }: Words): Operation[] {
  const tag = `${id.replace('Profile', ' profile')}s`
  const path = `${list}/{${kind}}`
  return [
    operation({
      ...{ id: `get${id}`, method: 'get', path, tag, role: 'viewer' },
      summary: `A ${title}`,
      replies: { 200: { says: `The ${title}.`, schema, headers: ETAG } },
      faults: ['profile-not-found'],
      handle: async ({ calls, account: { accountId }, name }) =>
        profileReply(kind, await findProfileOf(calls, { accountId, kind, name: name(kind) })),
    }),
    operation({
      ...{ id: `edit${id}`, method: 'patch', path, tag, role: 'operator' },
      summary: `Change a ${title}, and every campaign that names it and has not ended`,
      description: 'Null takes a value away.',
      headers: IF_MATCH,
      body: jsonBody(edit, { checkedByVerb: true }),
      replies: { 200: { says: `The ${title} as it is then.`, schema, headers: ETAG } },
      faults: [
        ...['profile-not-found', 'profile-version-conflict', 'if-match-invalid'],
        ...['profile-invalid', 'rule-invalid'],
      ],
      handle: async ({ calls, account: { accountId }, name, request, body: fields }) => {
        const version = readIfMatch(request.headers.get('if-match'))
        const key = { accountId, kind, name: name(kind) }
        return profileReply(kind, await editProfile(calls, { ...key, version, fields }))
      },
    }),
    operation({
      ...{ id: `remove${id}`, method: 'delete', path, tag, role: 'operator' },
      summary: `Remove a ${title} that no campaign names, but such as have ended`,
      replies: { 204: { says: 'It is gone.' } },
      faults: ['profile-not-found', 'profile-in-use'],
      handle: async ({ calls, account: { accountId }, name }) => {
        await removeProfile(calls, { accountId, kind, name: name(kind) })
        return new Response(null, { status: 204 })
      },
    }),
  ]
}

function profileReply(kind: ProfileKind, profile: Profile, status = 200): Response {
  const headers = { etag: `"${profile.version}"` }
  return Response.json(profileView(kind, profile), { status, headers })
}
