import { readPhoneList } from '#api'
import {
  type CampaignPreview,
  findAccount,
  listTrunks,
  type PreviewCampaign,
  previewCampaign,
} from '#calls'
import type { Config } from './config.ts'
import { withGround } from './ground.ts'
import { readFileBytes } from './read-file-bytes.ts'

export interface PreviewList extends Omit<PreviewCampaign, 'account' | 'trunks'> {
  /** Path of a list as `queuecalls.php` takes it. */
  readonly file: string
  readonly login: string
}

/**
 * Tries a list out with the limits of this installation; dials nobody.
 *
 * @throws OutdialError `list-unreadable`, and those of `previewCampaign` and `findAccount`
 */
export function previewList(config: Config, request: PreviewList): Promise<CampaignPreview> {
  return withGround(config, async ({ ground: { calls } }) => {
    const account = await findAccount(calls, request.login)
    const stored = await listTrunks(calls)
    const trunks = config.trunk === undefined ? stored : [config.trunk, ...stored]
    return previewCampaign(
      calls,
      {
        ...request,
        account,
        ...(trunks.length === 0
          ? {}
          : { trunks: new Map(trunks.map((trunk) => [trunk.name, trunk])) }),
      },
      readPhoneList(readFileBytes(request.file)),
    )
  })
}
