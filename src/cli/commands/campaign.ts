import { Command } from 'commander'
import {
  CAMPAIGN_FIELDS,
  type CampaignRequest,
  campaignView,
  changeCampaign,
  describeCampaign,
  editCampaign,
  findAccount,
  type Ground,
  listCampaigns,
  loadConfig,
  progressView,
  withGround,
} from '#app'
import { argument } from '../argument.ts'
import { describeCampaignLine, describeCampaignProgress } from '../describe-campaign.ts'
import { printAnswer } from '../print-answer.ts'
import { readCount } from '../read-count.ts'
import { type Field, readField } from '../read-field.ts'

interface Output {
  readonly json?: true
}

const REQUESTS: readonly (readonly [CampaignRequest, string])[] = [
  ['pause', 'dial nothing more of it; attempts in progress go on'],
  ['resume', 'go on with a paused one'],
  ['drain', 'cancel what was never dialled, let the rest have its retries, then complete it'],
  ['cancel', 'end it: dial nothing more, give up what rings, leave who is on the line'],
]

/** Over the store, whether or not a server runs: nodes learn of it at once. */
export function campaignCommand(): Command {
  const campaign = new Command('campaign')
    .description('look at, hold, edit and end campaigns')
    .addCommand(listCommand())
    .addCommand(statusCommand())
    .addCommand(editCommand())
  for (const [request, says] of REQUESTS) campaign.addCommand(requestCommand(request, says))
  return campaign
}

function listCommand(): Command {
  return new Command('list')
    .description('show campaigns, the newest first')
    .option('--account <login>', 'only those of this account')
    .option('--limit <n>', 'at most so many', argument(readCount), 100)
    .option('--before <id>', 'only older ones than this', argument(readCount))
    .option('--json', 'one JSON object a line')
    .action(async (options: Output & { account?: string; limit: number; before?: number }) => {
      const campaigns = await withCalls(async ({ calls }) => {
        const login = options.account
        const account = login === undefined ? undefined : await findAccount(calls, login)
        const { limit, before: beforeId } = options
        return listCampaigns(calls, { accountId: account?.accountId, limit, beforeId })
      })
      for (const campaign of campaigns) {
        printAnswer(options.json, campaignView(campaign), describeCampaignLine(campaign))
      }
    })
}

function statusCommand(): Command {
  return new Command('status')
    .description('show a campaign and how far it has come')
    .argument('<id>', 'campaign_id', argument(readCount))
    .option('--json', 'as JSON')
    .action((campaignId: number, { json }: Output) =>
      withCalls((ground) => show(ground, campaignId, json)),
    )
}

function requestCommand(request: CampaignRequest, says: string): Command {
  return new Command(request)
    .description(says)
    .argument('<id>', 'campaign_id', argument(readCount))
    .option('--json', 'as JSON')
    .action((campaignId: number, { json }: Output) =>
      withCalls(async (ground) => {
        await changeCampaign(ground.calls, { campaignId }, request)
        await show(ground, campaignId, json)
      }),
    )
}

function editCommand(): Command {
  return new Command('edit')
    .description('change settings of a campaign, for all its calls that have none of their own')
    .argument('<id>', 'campaign_id', argument(readCount))
    .argument(
      '<field=value...>',
      'for example lines=20; nothing after the = takes a value away',
      (text, earlier: Field[] | undefined) => [...(earlier ?? []), argument(readField)(text)],
    )
    .option('--if-version <n>', 'only where this is its version', argument(readCount))
    .option('--json', 'as JSON')
    .addHelpText('after', `\nFields: ${CAMPAIGN_FIELDS.join(', ')}.`)
    .action(
      (campaignId: number, given: Field[], { json, ifVersion }: Output & { ifVersion?: number }) =>
        withCalls(async (ground) => {
          const fields = Object.fromEntries(given)
          await editCampaign(ground.calls, { campaignId, version: ifVersion, fields })
          await show(ground, campaignId, json)
        }),
    )
}

async function show({ calls }: Ground, campaignId: number, json?: true): Promise<void> {
  const campaign = await describeCampaign(calls, { campaignId })
  const view = { ...campaignView(campaign), progress: progressView(campaign.progress) }
  const text = `${describeCampaignLine(campaign)}\n${describeCampaignProgress(campaign)}`
  printAnswer(json, view, text)
}

function withCalls<Answer>(work: (ground: Ground) => Promise<Answer>): Promise<Answer> {
  return withGround(loadConfig(process.env), ({ ground }) => work(ground))
}
