import { OutdialError } from '#base'
import type { Client, ListedCampaign, Operations } from '#client'
import type { Campaigns, WhichCampaigns } from './campaigns.ts'

const LONGEST_PAGE = 1000

type Edit = Operations['editCampaign']['request']

/** Those of the account that the key is for. */
export function serverCampaigns(client: Client): Campaigns {
  return {
    list: (which) => listAll(client, which),
    describe: (campaign_id) => client.getCampaign({ campaign_id }),
    change: (campaign_id, request) => client[`${request}Campaign`]({ campaign_id }),
    edit: (campaign_id, version, fields) =>
      client.editCampaign({
        campaign_id,
        body: fields as Edit['body'],
        ...(version === undefined ? {} : { 'If-Match': `"${version}"` }),
      }),
  }
}

async function listAll(client: Client, which: WhichCampaigns): Promise<readonly ListedCampaign[]> {
  if (which.account !== undefined || which.before !== undefined) {
    const sentence =
      'A server lists the campaigns of its own account. Leave --account and --before out, or add --store.'
    throw new OutdialError('store-only', sentence)
  }
  const found: ListedCampaign[] = []
  for (let cursor: string | undefined; found.length < which.limit; ) {
    const limit = Math.min(which.limit - found.length, LONGEST_PAGE)
    const page = await client.listCampaigns({ limit, ...(cursor === undefined ? {} : { cursor }) })
    found.push(...page.campaigns)
    cursor = page.next_cursor
    if (cursor === undefined) break
  }
  return found
}
