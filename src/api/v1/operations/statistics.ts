import { campaignStatistics as findStatistics } from '#calls'
import { type Operation, operation } from '../operation.ts'
import { campaignStatistics } from '../schemas/statistics.ts'
import { statisticsView } from '../views/statistics-view.ts'

export const STATISTICS_OPERATIONS: readonly Operation[] = [
  operation({
    ...{ id: 'getCampaignStatistics', method: 'get', tag: 'Campaigns', role: 'viewer' },
    path: '/campaigns/{campaign_id}/statistics',
    summary: 'What the calls of a campaign have come to, and when it will be through',
    description: 'Figures of ended calls, some seconds old; they stay when the calls are removed.',
    replies: { 200: { says: 'Its figures.', schema: campaignStatistics } },
    faults: ['campaign-not-found'],
    handle: async ({ calls, account: { accountId }, id }) =>
      Response.json(
        statisticsView(await findStatistics(calls, { accountId, campaignId: id('campaign_id') })),
      ),
  }),
]
