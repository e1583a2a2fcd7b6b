import { Hono } from 'hono'
import { createMiddleware } from 'hono/factory'
import { OutdialError } from '#base'
import {
  accountSettings,
  authenticate,
  type CallsContext,
  type CampaignRequest,
  callNotFound,
  campaignNotFound,
  cancelCall,
  cancelPending,
  changeCampaign,
  describeCall,
  describeCampaign,
  editCampaign,
  explainCall,
  holdAccount,
  listCalls,
  listCampaigns,
  traceCall,
} from '#calls'
import { readCredentials } from '../basic-credentials.ts'
import { accountView } from './account-view.ts'
import { callRowView, callView } from './call-view.ts'
import { campaignView, progressView } from './campaign-view.ts'
import { explanationView } from './explanation-view.ts'
import { problem } from './problem.ts'
import { hangUpOf, readFields } from './read-body.ts'
import { readId, readIfMatch, readListing } from './read-parameters.ts'
import { routeDoNotCall } from './route-do-not-call.ts'
import { routePreview } from './route-preview.ts'
import { routeWebhookSecret } from './route-webhook-secret.ts'
import { traceView } from './trace-view.ts'
import { own, type V1, type V1Context } from './v1-context.ts'

const CAMPAIGN_REQUESTS: readonly CampaignRequest[] = ['pause', 'resume', 'drain', 'cancel']

/**
 * The JSON interface, `/v1`. Every request is one account's (HTTP Basic, login and PIN), to which nothing
 * of other accounts exists. Faults are problem documents (RFC 9457).
 */
export function createV1(calls: CallsContext): Hono<V1> {
  const v1 = new Hono<V1>()
  v1.onError((error, c) => problem(calls, error, c.req.path))
  v1.use(ownSiteOnly, accountOf(calls))
  routeCalls(v1, calls)
  routeCampaigns(v1, calls)
  routeAccount(v1, calls)
  routeDoNotCall(v1, calls)
  routePreview(v1, calls)
  routeWebhookSecret(v1, calls)
  v1.all('*', (c) => {
    throw nothingThere(c.req.method, c.req.path)
  })
  return v1
}

function routeCalls(v1: Hono<V1>, calls: CallsContext): void {
  v1.get('/calls/:id', async (c) => {
    const callId = readId(c.req.param('id'), callNotFound)
    const call = await describeCall(calls, callId)
    if (call?.accountId !== c.var.account.accountId) throw callNotFound(callId)
    return c.json(callView(call))
  })
  v1.get('/calls/:id/why', async (c) => {
    const callId = readId(c.req.param('id'), callNotFound)
    const explanation = await explainCall(calls, { callId, ...own(c) })
    if (explanation === undefined) throw callNotFound(callId)
    return c.json(explanationView(explanation))
  })
  v1.get('/calls/:id/trace', async (c) => {
    const callId = readId(c.req.param('id'), callNotFound)
    const trace = await traceCall(calls, { callId, ...own(c) })
    if (trace === undefined) throw callNotFound(callId)
    return c.json(traceView(trace))
  })
  v1.post('/calls/:id/cancel', async (c) => {
    const callId = readId(c.req.param('id'), callNotFound)
    const hangUp = hangUpOf(await readFields(c.req.raw, calls.clock))
    return c.json(callView(await cancelCall(calls, { callId, ...own(c), hangUp })))
  })
}

function routeCampaigns(v1: Hono<V1>, calls: CallsContext): void {
  v1.get('/campaigns', async (c) => {
    const campaigns = await listCampaigns(calls, { ...own(c), ...readListing(c.req.query()) })
    return c.json({ campaigns: campaigns.map(campaignView) })
  })
  v1.get('/campaigns/:id', (c) => campaignReply(c, calls))
  v1.get('/campaigns/:id/calls', async (c) => {
    const rows = await listCalls(calls, { ...campaignKey(c), ...readListing(c.req.query()) })
    return c.json({
      calls: rows.map((call) => ({ ...callRowView(call), attempts_made: call.attemptsMade })),
    })
  })
  v1.patch('/campaigns/:id', async (c) => {
    const version = readIfMatch(c.req.header('if-match'))
    await editCampaign(calls, {
      ...campaignKey(c),
      version,
      fields: await readFields(c.req.raw, calls.clock),
    })
    return campaignReply(c, calls)
  })
  for (const request of CAMPAIGN_REQUESTS) {
    v1.post(`/campaigns/:id/${request}`, async (c) => {
      await changeCampaign(calls, campaignKey(c), request)
      return campaignReply(c, calls)
    })
  }
  v1.post('/campaigns/:id/cancel-pending', async (c) => {
    await describeCampaign(calls, campaignKey(c))
    await cancelPending(calls, campaignKey(c))
    return campaignReply(c, calls)
  })
}

function routeAccount(v1: Hono<V1>, calls: CallsContext): void {
  v1.get('/account', (c) => accountReply(c, calls))
  for (const held of [true, false]) {
    v1.post(held ? '/account/hold' : '/account/resume', async (c) => {
      await holdAccount(calls, { ...own(c), held })
      return accountReply(c, calls, { held })
    })
  }
  v1.post('/account/cancel-pending', async (c) => {
    await cancelPending(calls, own(c))
    return accountReply(c, calls)
  })
}

async function accountReply(
  c: V1Context,
  calls: CallsContext,
  changed: { held?: boolean } = {},
): Promise<Response> {
  const { account } = c.var
  const settings = await accountSettings(calls, account.accountId)
  return c.json(accountView({ ...account, ...changed }, settings))
}

/** The ETag is the version that an edit names by If-Match; progress does not change it. */
async function campaignReply(c: V1Context, calls: CallsContext): Promise<Response> {
  const campaign = await describeCampaign(calls, campaignKey(c))
  const view = { ...campaignView(campaign), progress: progressView(campaign.progress) }
  return c.json(view, 200, { etag: `"${campaign.version}"` })
}

function campaignKey(c: V1Context): { accountId: number; campaignId: number } {
  return { ...own(c), campaignId: readId(c.req.param('id'), campaignNotFound) }
}

/** A browser remembers Basic credentials, and would send them for any page that asks it to. */
const ownSiteOnly = createMiddleware(async (c, next) => {
  const from = c.req.header('sec-fetch-site')
  if (c.req.method === 'GET' || from === undefined || from === 'same-origin' || from === 'none') {
    return next()
  }
  throw new OutdialError('cross-site-request', 'A page of another site may not send this request.')
})

function accountOf(calls: CallsContext): ReturnType<typeof createMiddleware<V1>> {
  return createMiddleware<V1>(async (c, next) => {
    const { login, pin } = readCredentials(c.req.header('authorization'))
    c.set('account', await authenticate(calls, login, pin))
    await next()
  })
}

function nothingThere(method: string, path: string): OutdialError {
  return new OutdialError(
    'no-such-address',
    `There is no ${method} ${path}; see the reference of the HTTP interface.`,
  )
}
