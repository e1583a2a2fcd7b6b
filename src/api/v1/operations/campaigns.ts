import { z } from 'zod'
import {
  CAMPAIGN_EDIT,
  type CallsContext,
  type CampaignDescription,
  type CampaignRequest,
  cancelPending,
  changeCampaign,
  describeCampaign,
  editCampaign,
  listCalls,
  listCampaigns,
  queueCalls,
} from '#calls'
import { readRequestKey } from '../../idempotency-key.ts'
import type { ListLayout } from '../../lists/phone-list.ts'
import { DEFAULT_LIMIT, pageOf, readIdCursor, readStart } from '../cursor.ts'
import { KEY_FAULTS, LIST_FAULTS, TIME_FAULTS, URL_FAULTS } from '../fault-groups.ts'
import { readIfMatch } from '../if-match.ts'
import { splitLayout } from '../list-layout.ts'
import { type Asked, jsonBody, LIST_BODY, type Operation, operation } from '../operation.ts'
import { withList } from '../receive-list.ts'
import { IDEMPOTENCY_KEY, IF_MATCH } from '../request-headers.ts'
import { listedCall } from '../schemas/call.ts'
import { campaign, campaignPage, upload } from '../schemas/campaign.ts'
import { ADD_CALLS, CREATE_CAMPAIGN } from '../schemas/campaign-query.ts'
import { nextCursor, paging } from '../schemas/parts.ts'
import { timeChoice } from '../schemas/queue-call.ts'
import { callRowView } from '../views/call-view.ts'
import { campaignView, progressView } from '../views/campaign-view.ts'
import { uploadView } from '../views/upload-view.ts'

const tag = 'Campaigns'
const NO_CAMPAIGN = 'is no id of a campaign; send one'
const ETAG = { ETag: 'The version of the campaign, as If-Match names it.' }
const UPLOAD_FAULTS = [
  ...['list-empty', 'list-row-refused', 'list-without-calls', ...LIST_FAULTS],
  ...['campaign-closed', 'upload-not-storable', ...TIME_FAULTS, ...KEY_FAULTS],
]
const uploaded = {
  says: 'Its calls are queued, and due together.',
  schema: upload,
  headers: { Location: 'The address of the campaign.' },
}

const CHANGES: readonly (readonly [CampaignRequest, string])[] = [
  ['pause', 'Dial nothing more of a campaign; attempts in progress go on'],
  ['resume', 'Go on with a paused campaign'],
  ['drain', 'Cancel what was never dialled, let the rest have its retries, then complete'],
  ['cancel', 'End a campaign: give up what rings, leave who is on the line'],
]

export const CAMPAIGN_OPERATIONS: readonly Operation[] = [
  operation({
    ...{ id: 'listCampaigns', method: 'get', path: '/campaigns', tag, role: 'viewer' },
    summary: 'Campaigns of the account, the newest first',
    query: z.strictObject({
      ...paging,
      before: z
        .int(NO_CAMPAIGN)
        .min(1, NO_CAMPAIGN)
        .max(2 ** 31 - 1, NO_CAMPAIGN)
        .optional()
        .meta({ description: 'Only older ones than this, where no `cursor` is sent.' }),
      over: z
        .boolean('is neither true nor false; send one of them')
        .optional()
        .meta({ description: 'Only those completed or canceled; `false`: only all others.' }),
    }),
    replies: { 200: { says: 'A page of campaigns.', schema: campaignPage } },
    handle: async ({ calls, account: { accountId }, query }) => {
      const { limit = DEFAULT_LIMIT, over: isOver } = query
      const beforeId = readStart(query, readIdCursor)
      const rows = await listCampaigns(calls, { accountId, beforeId, isOver, limit: limit + 1 })
      const { rows: page, ...next } = pageOf(rows, limit, (row) => row.campaignId)
      return Response.json({ campaigns: page.map(withProgress), ...next })
    },
  }),
  operation({
    ...{ id: 'createCampaign', method: 'post', path: '/campaigns', tag, role: 'operator' },
    summary: 'Queue the calls of a list as a campaign',
    description:
      'The list is the body, CSV as for queuecalls.php; settings are parameters. Nothing of it is dialled before ' +
      'the whole of it is on disk.',
    query: CREATE_CAMPAIGN,
    headers: IDEMPOTENCY_KEY,
    body: LIST_BODY,
    replies: { 201: uploaded },
    faults: ['campaign-exists', 'rule-invalid', ...URL_FAULTS, ...UPLOAD_FAULTS],
    handle: createCampaign,
  }),
  operation({
    ...{ id: 'getCampaign', method: 'get', path: '/campaigns/{campaign_id}', tag, role: 'viewer' },
    summary: 'A campaign, with its settings and its progress',
    replies: { 200: { says: 'The campaign.', schema: campaign, headers: ETAG } },
    faults: ['campaign-not-found'],
    handle: (asked) => campaignReply(asked.calls, keyOf(asked)),
  }),
  operation({
    ...{ id: 'editCampaign', method: 'patch', path: '/campaigns/{campaign_id}', tag },
    role: 'operator',
    summary: 'Change settings of a campaign',
    description:
      'Null takes a value away. Counts from the next attempt on for every call without its own.',
    headers: IF_MATCH,
    body: jsonBody(CAMPAIGN_EDIT, { checkedByVerb: true }),
    replies: { 200: { says: 'The campaign as it is then.', schema: campaign, headers: ETAG } },
    faults: [
      ...['campaign-not-found', 'campaign-edit-invalid', 'rule-invalid', 'campaign-ended'],
      ...['campaign-is-default', 'campaign-version-conflict', 'if-match-invalid'],
      ...[...TIME_FAULTS, ...URL_FAULTS],
    ],
    handle: async (asked) => {
      const version = readIfMatch(asked.request.headers.get('if-match'))
      await editCampaign(asked.calls, { ...keyOf(asked), version, fields: asked.body })
      return campaignReply(asked.calls, keyOf(asked))
    },
  }),
  operation({
    ...{ id: 'listCampaignCalls', method: 'get', path: '/campaigns/{campaign_id}/calls', tag },
    role: 'viewer',
    summary: 'Calls of a campaign, the newest first',
    query: z.strictObject(paging),
    replies: {
      200: {
        says: 'A page of calls.',
        schema: z.object({ calls: z.array(listedCall), next_cursor: nextCursor }),
      },
    },
    faults: ['campaign-not-found'],
    handle: async (asked) => {
      const { limit = DEFAULT_LIMIT, cursor } = asked.query
      const rows = await listCalls(asked.calls, {
        account: asked.account,
        campaignId: asked.id('campaign_id'),
        beforeId: readIdCursor(cursor),
        limit: limit + 1,
      })
      const { rows: page, ...next } = pageOf(rows, limit, (row) => row.callId)
      return Response.json({ calls: page.map(callRowView), ...next })
    },
  }),
  operation({
    ...{ id: 'addCampaignCalls', method: 'post', path: '/campaigns/{campaign_id}/calls', tag },
    role: 'operator',
    summary: 'Add the calls of a list to a campaign',
    query: ADD_CALLS,
    headers: IDEMPOTENCY_KEY,
    body: LIST_BODY,
    replies: { 201: uploaded },
    faults: ['campaign-not-found', ...UPLOAD_FAULTS],
    handle: addCalls,
  }),
  ...CHANGES.map(([change, summary]) =>
    operation({
      ...{ id: `${change}Campaign`, method: 'post', tag, role: 'operator', summary },
      path: `/campaigns/{campaign_id}/${change}`,
      replies: { 200: { says: 'The campaign as it is then.', schema: campaign, headers: ETAG } },
      faults: ['campaign-not-found', 'campaign-ended', 'campaign-is-default'],
      handle: async (asked) => {
        await changeCampaign(asked.calls, keyOf(asked), change)
        return campaignReply(asked.calls, keyOf(asked))
      },
    }),
  ),
  operation({
    ...{ id: 'cancelPendingOfCampaign', method: 'post', tag, role: 'operator' },
    path: '/campaigns/{campaign_id}/cancel-pending',
    summary: 'Cancel what waits or rings of a campaign, which goes on',
    replies: { 200: { says: 'The campaign as it is then.', schema: campaign, headers: ETAG } },
    faults: ['campaign-not-found'],
    handle: async (asked) => {
      await describeCampaign(asked.calls, keyOf(asked))
      await cancelPending(asked.calls, keyOf(asked))
      return campaignReply(asked.calls, keyOf(asked))
    },
  }),
]

type Any = Asked<unknown, unknown>

function keyOf({ account, id }: Pick<Any, 'account' | 'id'>) {
  return { accountId: account.accountId, campaignId: id('campaign_id') }
}

/** The ETag is the version that an edit names by If-Match; progress does not change it. */
async function campaignReply(
  calls: CallsContext,
  key: { readonly accountId: number; readonly campaignId: number },
): Promise<Response> {
  const found = await describeCampaign(calls, key)
  const view = withProgress(found)
  return Response.json(view, { headers: { etag: `"${found.version}"` } })
}

function createCampaign(
  asked: Asked<z.infer<typeof CREATE_CAMPAIGN>, undefined>,
): Promise<Response> {
  const split = splitLayout(asked.query)
  const { scheduled_time, scheduled_timestamp, expiration_time, expiration_timestamp, ...rest } =
    split.rest
  const { campaign_name: name, campaign_parameters: parameters, start_url, ...others } = rest
  const { start_method, result_url, max_retries, retry_interval, duplicates, on_error, ...fields } =
    others
  return queueList(asked, split.layout, {
    target: {
      name,
      campaignParameters: parameters ?? '',
      startUrl: start_url,
      startMethod: start_method ?? 'post',
      ...(typeof result_url === 'string' ? { resultUrl: result_url } : {}),
      maxRetries: max_retries ?? 0,
      retryIntervalSeconds: retry_interval ?? 300,
      fields,
    },
    scheduled: timeChoice(scheduled_timestamp, scheduled_time),
    expiration: timeChoice(expiration_timestamp, expiration_time),
    duplicates: duplicates ?? 'keep',
    onError: on_error ?? 'skip',
  })
}

async function addCalls(asked: Asked<z.infer<typeof ADD_CALLS>, undefined>): Promise<Response> {
  const { layout, rest: query } = splitLayout(asked.query)
  const { name } = await describeCampaign(asked.calls, keyOf(asked))
  return queueList(asked, layout, {
    target: { addTo: name },
    scheduled: timeChoice(query.scheduled_timestamp, query.scheduled_time),
    expiration: timeChoice(query.expiration_timestamp, query.expiration_time),
    duplicates: query.duplicates ?? 'keep',
    onError: query.on_error ?? 'skip',
  })
}

type Terms = Omit<Parameters<typeof queueCalls>[1], 'asker' | 'idempotency'>

function queueList(
  { calls, account, options, request, stream }: Asked<unknown, undefined>,
  layout: ListLayout | undefined,
  terms: Terms,
): Promise<Response> {
  const place = { body: stream, folder: options.uploadFolder }
  return withList(calls, place, layout, async (list, digest) => {
    const whole = layout === undefined ? [terms, digest] : [terms, digest, layout]
    const idempotency = readRequestKey(request.headers, whole)
    const queued = await queueCalls(
      calls,
      { ...terms, asker: { account }, ...(idempotency && { idempotency }) },
      list,
    )
    const headers = { location: `/v1/campaigns/${queued.campaignId}` }
    return Response.json(uploadView(queued), { status: 201, headers })
  })
}

function withProgress(campaign: CampaignDescription): object {
  return { ...campaignView(campaign), progress: progressView(campaign.progress) }
}
