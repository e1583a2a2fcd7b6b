import { z } from 'zod'
import { TRUNK_TROUBLES } from '#model'
import { count, counts, moment } from './parts.ts'

const reason = z.enum(TRUNK_TROUBLES).meta({
  id: 'TrunkTrouble',
  description:
    'Why a trunk can take no calls: it asked for a rest; it must know us and does not yet, or refused to; it must ' +
    'answer pings and was not asked yet, or is silent.',
})

const trunk = z
  .object({
    name: z.string(),
    state: z.enum(['usable', 'unusable', 'unknown']).meta({
      description: 'Whether calls can go out by it at any server; unknown: none has told lately.',
    }),
    reason: reason.optional().meta({ description: 'Of the first server that cannot use it.' }),
    lines_in_use: count.optional().meta({ description: 'For keys of the installation.' }),
    lines: count
      .optional()
      .meta({ description: 'Its limit, where it has one; for keys of the installation.' }),
    nodes: z
      .array(
        z.object({
          node: z.string(),
          usable: z.boolean(),
          reason: reason.optional(),
          detail: z.string().optional().meta({ description: 'What its far end said.' }),
        }),
      )
      .optional()
      .meta({ description: 'How it stands at each server; for keys of the installation.' }),
  })
  .meta({ id: 'TrunkOverview' })

export const outcomeBucket = z
  .object({ at: moment.meta({ description: 'Its beginning.' }), outcomes: counts })
  .meta({ id: 'OutcomeBucket', description: 'How calls ended in a stretch of time.' })

export const overview = z
  .object({
    as_of: moment,
    installation_held: z.boolean().meta({ description: 'Nothing is dialled, of no account.' }),
    account_held: z
      .boolean()
      .optional()
      .meta({ description: 'Nothing of the account is dialled; absent for the installation.' }),
    lines: z.object({
      in_use: count.meta({ description: 'The account’s; of all accounts for the installation.' }),
      free: count
        .optional()
        .meta({ description: 'What other accounts use is not free; absent where nothing limits.' }),
      limit: count.optional(),
    }),
    calls_per_second: z.object({
      now: z.number().min(0).meta({
        description: 'INVITEs of calls, averaged over the last minute, at servers that have told.',
      }),
      limit: z.number().optional(),
    }),
    queue: z.object({
      queued: count.meta({ description: 'Calls that wait for an attempt, whenever it is due.' }),
      due: count.meta({ description: 'Of these, what could be dialled now with lines enough.' }),
      at_least: z
        .boolean()
        .meta({ description: 'Queued and due may be more: not all was counted.' }),
      oldest_due_seconds: z
        .number()
        .min(0)
        .optional()
        .meta({ description: 'How long the first is overdue; absent where none is due.' }),
    }),
    campaigns: counts.meta({ description: 'Those that are not over, by state.' }),
    outcomes: z.object({
      as_of: moment.meta({ description: 'Calls that ended before then are counted.' }),
      bucket_seconds: count,
      buckets: z.array(outcomeBucket).meta({ description: 'The last hour, the oldest first.' }),
    }),
    results: z.object({
      pending: count.meta({ description: 'Results and events that are still to be delivered.' }),
      undeliverable: count.meta({ description: 'Those that were given up; they can be replayed.' }),
      at_least: z.boolean().meta({
        description: 'Either may be more: each is counted to ten thousand.',
      }),
    }),
    trunks: z.array(trunk),
    live_nodes: count,
    nodes: z
      .array(z.object({ node: z.string(), started_at: moment, heartbeat_at: moment }))
      .optional()
      .meta({ description: 'The servers that live; for keys of the installation.' }),
  })
  .meta({ id: 'Overview' })
