import { type Clock, sleep } from '#base'
import type { Campaign, Client } from '#client'
import { firstRows } from '../first-rows.ts'
import { passes } from '../passes.ts'
import { Pace, type Rates } from './pace.ts'

/** A server is asked no more often than this, however much happens … */
const LEAST_PAUSE_MS = 1_000
/** … and so often where no event comes: those of calls tell of their end only. */
const LONGEST_PAUSE_MS = 2_000
/** Of more campaigns than this the server counts less often … */
const EASY_CAMPAIGNS = 4
/** … so many times at most. */
const MOST_SLOWER = 5

export interface Sight {
  readonly atMs: number
  readonly campaigns: readonly (Campaign & Rates)[]
  /** Why this is what was seen before. */
  readonly silence?: string
}

export interface Watching {
  /** Absent: all campaigns that are not over. */
  readonly campaignId?: number
  readonly clock: Clock
  readonly signal: AbortSignal
}

/**
 * What is to be seen of campaigns, again and again, soon after something happens to them: until `signal` aborts, or the
 * one campaign is over. Rejects where the first look fails, and where the server will have us no more.
 */
export async function* watchCampaigns(client: Client, watching: Watching): AsyncGenerator<Sight> {
  const { clock, signal } = watching
  const paces = new Map<number, Pace>()
  const news = new News(client, watching)
  let seen: Sight | undefined
  while (!signal.aborted) {
    try {
      const campaigns = await look(client, watching)
      const atMs = clock.now()
      seen = { atMs, campaigns: campaigns.map((one) => ({ ...one, ...paceOf(paces, one, atMs) })) }
    } catch (error) {
      if (signal.aborted) return
      if (seen === undefined || !passes(error)) throw error
      seen = { ...seen, atMs: clock.now(), silence: (error as Error).message }
    }
    yield seen
    if (watching.campaignId !== undefined && seen.campaigns.every(isOver)) return
    await news.wait(Math.min(MOST_SLOWER, Math.max(1, seen.campaigns.length / EASY_CAMPAIGNS)))
  }
}

export function isOver({ state }: Pick<Campaign, 'state'>): boolean {
  return state === 'completed' || state === 'canceled'
}

async function look(
  client: Client,
  { campaignId, signal }: Watching,
): Promise<readonly Campaign[]> {
  if (campaignId !== undefined) {
    return [await client.getCampaign({ campaign_id: campaignId }, { signal })]
  }
  const all = { limit: Number.POSITIVE_INFINITY, start: {} }
  return firstRows(all, async (paging) => {
    const asked = { ...paging, over: false }
    const { campaigns, next_cursor: next } = await client.listCampaigns(asked, { signal })
    return { rows: campaigns, next }
  })
}

function paceOf(paces: Map<number, Pace>, campaign: Campaign, atMs: number): Rates {
  const pace = paces.get(campaign.campaign_id) ?? new Pace()
  paces.set(campaign.campaign_id, pace)
  return pace.see(atMs, campaign.progress)
}

/** Says when something has happened that a look would show. */
class News {
  readonly #watching: Watching
  #cameIn = new AbortController()

  constructor(client: Client, watching: Watching) {
    this.#watching = watching
    // Without events we look as often as without news.
    void this.#listen(client).catch(() => {})
  }

  /** `slower`: times the usual pauses. */
  async wait(slower: number): Promise<void> {
    const { clock, signal } = this.#watching
    await sleep(clock, LEAST_PAUSE_MS * slower, signal)
    const either = AbortSignal.any([signal, this.#cameIn.signal])
    await sleep(clock, (LONGEST_PAUSE_MS - LEAST_PAUSE_MS) * slower, either)
    this.#cameIn = new AbortController()
  }

  async #listen(client: Client): Promise<void> {
    const { campaignId, signal } = this.#watching
    for await (const { data } of client.events({ signal })) {
      const about = (data as { campaign_id?: number }).campaign_id
      if (campaignId === undefined || about === campaignId) this.#cameIn.abort()
    }
  }
}
