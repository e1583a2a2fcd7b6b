import type { Visit } from '../../visit.ts'
import type { Draft, Drafts } from './drafts.ts'
import { launchOf } from './settings-form.ts'

/** Launches that are under way, by draft: who sends the form twice waits for the first. */
const launching = new Map<string, Promise<number>>()

/**
 * Queues a draft's list as a campaign; resolves with its id.
 *
 * @throws OutdialApiError
 */
export async function launchDraft(drafts: Drafts, visit: Visit, draft: Draft): Promise<number> {
  const under = launching.get(draft.id)
  if (under !== undefined) return under
  const launch = send(drafts, visit, draft)
  launching.set(draft.id, launch)
  try {
    return await launch
  } finally {
    launching.delete(draft.id)
  }
}

async function send(drafts: Drafts, { client }: Visit, draft: Draft): Promise<number> {
  const { campaign_id } = await client.createCampaign({
    ...launchOf(draft),
    'Idempotency-Key': draft.key,
    body: drafts.stream(draft.id),
  })
  await drafts.launched(draft, campaign_id)
  return campaign_id
}
