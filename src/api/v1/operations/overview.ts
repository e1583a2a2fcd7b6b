import { overview as findOverview } from '#calls'
import { type Operation, operation } from '../operation.ts'
import { overview } from '../schemas/overview.ts'
import { overviewView } from '../views/overview-view.ts'

export const OVERVIEW_OPERATIONS: readonly Operation[] = [
  operation({
    ...{ id: 'getOverview', method: 'get', path: '/overview', tag: 'Overview', role: 'viewer' },
    scope: 'either',
    summary: 'Lines, rates, queue, outcomes and trunks at a glance',
    description:
      'Of the account; with a key of the installation, of all accounts. Outcomes are those of calls that ended some ' +
      'seconds ago, as their as_of says.',
    replies: { 200: { says: 'How it stands now.', schema: overview } },
    handle: async ({ calls, principal: { account } }) =>
      Response.json(
        overviewView(
          await findOverview(calls, { accountId: account?.accountId }),
          account === undefined,
        ),
      ),
  }),
]
