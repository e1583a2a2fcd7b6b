import { Command } from 'commander'
import type { CampaignRequest } from '#app'
import type { Campaign } from '#client'
import { argument } from '../argument.ts'
import {
  type Campaigns,
  type WhereOptions,
  type WhichCampaigns,
  whereOptions,
  withCampaigns,
} from '../campaigns/campaigns.ts'
import { describeCampaignLine, describeCampaignProgress } from '../describe-campaign.ts'
import { CAMPAIGN_FIELDS, namesOf } from '../fields.ts'
import { printAnswer } from '../print-answer.ts'
import { readCount } from '../read-count.ts'
import { type Field, fieldCollector } from '../read-field.ts'
import { createCommand } from './campaign-create.ts'
import { exportCommand } from './campaign-export.ts'
import { previewCommand } from './campaign-preview.ts'

interface Options extends WhereOptions {
  readonly json?: true
}

const REQUESTS: readonly (readonly [CampaignRequest, string])[] = [
  ['pause', 'dial nothing more of it; attempts in progress go on'],
  ['resume', 'go on with a paused one'],
  ['drain', 'cancel what was never dialled, let the rest have its retries, then complete it'],
  ['cancel', 'end it: dial nothing more, give up what rings, leave who is on the line'],
]

export function campaignCommand(): Command {
  const campaign = new Command('campaign')
    .description('make, look at, hold, edit, end and export campaigns')
    .addCommand(createCommand())
    .addCommand(previewCommand())
    .addCommand(listCommand())
    .addCommand(statusCommand())
    .addCommand(editCommand())
  for (const [request, says] of REQUESTS) campaign.addCommand(requestCommand(request, says))
  return campaign.addCommand(exportCommand())
}

function listCommand(): Command {
  return whereOptions(new Command('list'))
    .description('show campaigns, the newest first')
    .option('--account <login>', 'only those of this account (of the store)')
    .option('--limit <n>', 'at most so many', argument(readCount), 100)
    .option('--before <id>', 'only older ones than this (of the store)', argument(readCount))
    .option('--json', 'one JSON object a line')
    .action(({ account, limit, before, json, ...where }: Options & WhichCampaigns) =>
      withCampaigns(where, async (campaigns) => {
        const which = {
          limit,
          ...(account === undefined ? {} : { account }),
          ...(before === undefined ? {} : { before }),
        }
        for (const campaign of await campaigns.list(which)) {
          printAnswer(json, campaign, describeCampaignLine(campaign))
        }
      }),
    )
}

function statusCommand(): Command {
  return ofOne('status')
    .description('show a campaign and how far it has come')
    .action((campaignId: number, options: Options) =>
      show(options, (campaigns) => campaigns.describe(campaignId)),
    )
}

function requestCommand(request: CampaignRequest, says: string): Command {
  return ofOne(request)
    .description(says)
    .action((campaignId: number, options: Options) =>
      show(options, (campaigns) => campaigns.change(campaignId, request)),
    )
}

function editCommand(): Command {
  return ofOne('edit')
    .description('change settings of a campaign, for all its calls that have none of their own')
    .argument(
      '<field=value...>',
      'for example lines=20; nothing after the = takes a value away',
      fieldCollector(CAMPAIGN_FIELDS),
    )
    .option('--if-version <n>', 'only where this is its version', argument(readCount))
    .addHelpText('after', `\nFields: ${namesOf(CAMPAIGN_FIELDS)}.`)
    .action(
      (campaignId: number, given: readonly Field[], options: Options & { ifVersion?: number }) =>
        show(options, (campaigns) =>
          campaigns.edit(campaignId, options.ifVersion, Object.fromEntries(given)),
        ),
    )
}

function ofOne(name: string): Command {
  return whereOptions(new Command(name))
    .argument('<id>', 'campaign_id', argument(readCount))
    .option('--json', 'as JSON')
}

async function show(
  { json, ...where }: Options,
  work: (campaigns: Campaigns) => Promise<Campaign>,
): Promise<void> {
  const campaign = await withCampaigns(where, work)
  const text = `${describeCampaignLine(campaign)}\n${describeCampaignProgress(campaign)}`
  printAnswer(json, campaign, text)
}
