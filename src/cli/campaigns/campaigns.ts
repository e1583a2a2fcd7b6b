import type { Command } from 'commander'
import { type CampaignRequest, loadConfig, withGround } from '#app'
import type { Campaign, ListedCampaign } from '#client'
import { clientOf, namedServer, type ServerOptions, serverOptions } from '../server/connect.ts'
import { serverCampaigns } from './server-campaigns.ts'
import { storeCampaigns } from './store-campaigns.ts'

/** What commands ask of campaigns, whether a server or the store answers. */
export interface Campaigns {
  list(which: WhichCampaigns): Promise<readonly ListedCampaign[]>
  describe(campaignId: number): Promise<Campaign>
  change(campaignId: number, request: CampaignRequest): Promise<Campaign>
  /** Only where `version` is its version, if one is given. */
  edit(
    campaignId: number,
    version: number | undefined,
    fields: Readonly<Record<string, unknown>>,
  ): Promise<Campaign>
}

export interface WhichCampaigns {
  /** Login of their account. */
  readonly account?: string
  readonly limit: number
  /** Only older ones than this. */
  readonly before?: number
}

export interface WhereOptions extends ServerOptions {
  readonly store?: true
}

export const WHO_ANSWERS =
  '\nA server answers where one is named: by --server, else by OUTDIAL_URL, else by outdial login. Where none is,' +
  '\nor with --store, the store does, by the settings of the server, whether or not one runs.'

/** Of every command that either a server or the store answers. */
export function whereOptions(command: Command): Command {
  for (const option of serverOptions()) command.addOption(option)
  return command
    .option('--store', 'ask the store, whatever server is named')
    .addHelpText('after', WHO_ANSWERS)
}

/** One rule for all: the server that is named, else the store. */
export function withCampaigns<Answer>(
  { store, ...options }: WhereOptions,
  work: (campaigns: Campaigns) => Promise<Answer>,
): Promise<Answer> {
  const server = store === true ? undefined : namedServer(options)
  if (server !== undefined) return work(serverCampaigns(clientOf(server)))
  return withGround(loadConfig(process.env), ({ ground }) => work(storeCampaigns(ground.calls)))
}
