import { z } from 'zod'
import type { CallSearch } from '#calls'
import type { Account } from '#model'
import { callState, id, outcome } from './schemas/parts.ts'

const time = z.iso.datetime({
  offset: true,
  error: 'is no time; send one like 2026-12-24T18:00:00Z',
})

/** What calls may be looked for by; a list and an export of it take the same. */
export const SEARCH = {
  campaign_id: id.optional(),
  state: callState.optional(),
  outcome: outcome.optional().meta({ description: 'How it ended.' }),
  phone_number: z
    .string()
    .max(128, 'is too long; send a number')
    .optional()
    .meta({ description: 'In any form in which it may be queued.' }),
  message_reference: z
    .string()
    .min(1, 'is empty; send one, or leave it out')
    .max(255, 'is too long; send at most 255 characters')
    .refine((value) => !value.includes('\0'), 'has a NUL character; send it without')
    .optional(),
  created_from: time.optional().meta({ description: 'Queued from then on.' }),
  created_to: time.optional().meta({ description: 'Queued before then.' }),
}

const SHAPE = z.strictObject(SEARCH)

export function readCallSearch(account: Account, asked: z.infer<typeof SHAPE>): CallSearch {
  return {
    account,
    campaignId: asked.campaign_id,
    state: asked.state,
    outcome: asked.outcome,
    phoneNumber: asked.phone_number,
    messageReference: asked.message_reference,
    createdFrom: dateOf(asked.created_from),
    createdTo: dateOf(asked.created_to),
  }
}

function dateOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text)
}
