import { Command } from 'commander'
import type { CampaignRequest } from '#app'
import type { Campaign, Operations } from '#client'
import { argument } from '../argument.ts'
import { asTold } from '../as-told.ts'
import { auditCommand, namedOf } from '../audit-command.ts'
import { describeCampaignLine, describeCampaignProgress } from '../describe-campaign.ts'
import { ask, type Doors, refuseOthers, type WhereOptions, whereOptions } from '../doors.ts'
import { CAMPAIGN_FIELDS, namesOf } from '../fields.ts'
import { firstRows } from '../first-rows.ts'
import type { Store } from '../open-store.ts'
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

interface Listing extends Options {
  readonly account?: string
  readonly limit: number
  readonly before?: number
}

function listCommand(): Command {
  return whereOptions(new Command('list'))
    .description('show campaigns, the newest first')
    .option('--account <login>', 'only those of this account (of the store)')
    .option('--limit <n>', 'at most so many', argument(readCount), 100)
    .option('--before <id>', 'only older ones than this', argument(readCount))
    .option('--json', 'one JSON object a line')
    .action(async ({ account: login, limit, before, json, ...where }: Listing) => {
      const found = await ask<readonly Campaign[]>(where, {
        server: async (client) => {
          const start = { ...(before === undefined ? {} : { before }) }
          if (login !== undefined) await refuseOthers(client, login)
          return firstRows({ limit, start }, async (paging) => {
            const { campaigns, next_cursor: next } = await client.listCampaigns(paging)
            return { rows: campaigns, next }
          })
        },
        store: async ({ app, calls }) => {
          const account = login === undefined ? undefined : await app.findAccount(calls, login)
          const which = { accountId: account?.accountId, limit, beforeId: before }
          const listed = await app.listCampaigns(calls, which)
          return listed.map((one) => told(app, one))
        },
      })
      for (const campaign of found) printAnswer(json, campaign, describeCampaignLine(campaign))
    })
}

function statusCommand(): Command {
  return ofOne('status')
    .description('show a campaign and how far it has come')
    .action((campaignId: number, options: Options) =>
      show(options, {
        server: (client) => client.getCampaign({ campaign_id: campaignId }),
        store: (store) => campaignIn(store, campaignId),
      }),
    )
}

function requestCommand(request: CampaignRequest, says: string): Command {
  return ofOne(request)
    .description(says)
    .action((campaignId: number, options: Options) =>
      show(options, {
        server: (client) => client[`${request}Campaign`]({ campaign_id: campaignId }),
        store: async (store) => {
          const { app, calls } = store
          const { accountId } = await app.changeCampaign(calls, { campaignId }, request)
          const entry = { action: `${request}Campaign`, subject: `campaign ${campaignId}` }
          await auditCommand(store, { accountId, ...entry })
          return campaignIn(store, campaignId)
        },
      }),
    )
}

type Edit = Operations['editCampaign']['request']['body']

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
      (
        campaignId: number,
        given: readonly Field[],
        { ifVersion: version, ...options }: Options & { ifVersion?: number },
      ) => {
        const fields = Object.fromEntries(given)
        return show(options, {
          server: (client) =>
            client.editCampaign({
              campaign_id: campaignId,
              body: fields as Edit,
              ...(version === undefined ? {} : { 'If-Match': `"${version}"` }),
            }),
          store: async (store) => {
            const edit = { campaignId, version, fields }
            const { accountId } = await store.app.editCampaign(store.calls, edit)
            const entry = { action: 'editCampaign', subject: `campaign ${campaignId}` }
            await auditCommand(store, { accountId, ...entry, detail: namedOf(fields) })
            return campaignIn(store, campaignId)
          },
        })
      },
    )
}

function ofOne(name: string): Command {
  return whereOptions(new Command(name))
    .argument('<id>', 'campaign_id', argument(readCount))
    .option('--json', 'as JSON')
}

async function show({ json, ...where }: Options, doors: Doors<Campaign>): Promise<void> {
  const campaign = await ask(where, doors)
  const text = `${describeCampaignLine(campaign)}\n${describeCampaignProgress(campaign)}`
  printAnswer(json, campaign, text)
}

async function campaignIn({ app, calls }: Store, campaignId: number): Promise<Campaign> {
  return told(app, await app.describeCampaign(calls, { campaignId }))
}

type Described = Awaited<ReturnType<Store['app']['describeCampaign']>>

function told(app: Store['app'], campaign: Described): Campaign {
  return asTold({ ...app.campaignView(campaign), progress: app.progressView(campaign.progress) })
}
