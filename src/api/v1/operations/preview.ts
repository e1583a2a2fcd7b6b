import { OutdialError } from '#base'
import { type CallsContext, previewCampaign } from '#calls'
import { readPhoneList } from '../../lists/phone-list.ts'
import { LIST_FAULTS, TIME_FAULTS } from '../fault-groups.ts'
import { splitLayout } from '../list-layout.ts'
import { LIST_BODY, type Operation, operation } from '../operation.ts'
import { listBytes } from '../receive-list.ts'
import { preview } from '../schemas/campaign.ts'
import { PREVIEW } from '../schemas/campaign-query.ts'
import { previewView } from '../views/preview-view.ts'

/** Servers that reckon one just now; a preview is a second's work for a process, and calls go before. */
const busy = new WeakSet<CallsContext>()

export const PREVIEW_OPERATIONS: readonly Operation[] = [
  operation({
    ...{
      id: 'previewCampaign',
      method: 'post',
      path: '/preview',
      audited: false,
      tag: 'Campaigns',
      role: 'viewer',
    },
    summary: 'What would become of a list',
    description:
      'The list is the body; settings are parameters. Dials and writes nothing. One at a time.',
    query: PREVIEW,
    body: LIST_BODY,
    replies: { 200: { says: 'The preview.', schema: preview } },
    faults: [
      'rule-invalid',
      'list-empty',
      ...LIST_FAULTS,
      ...TIME_FAULTS,
      'preview-too-long',
      'overloaded',
    ],
    handle: async ({ calls, account, stream, query }) => {
      const { layout, rest } = splitLayout(query)
      const { scheduled_time: text, duplicates = 'keep', seed = '1', rates, ...fields } = rest
      const request = {
        account,
        scheduled: text === undefined ? {} : { text },
        expiration: {},
        fields,
        ...(rates === undefined ? {} : { rates }),
        duplicates,
        onError: 'skip' as const,
        seed,
      }
      if (busy.has(calls)) {
        const sentence = 'Another preview is being reckoned; send it again in a moment.'
        throw new OutdialError('overloaded', sentence, { temporary: true })
      }
      busy.add(calls)
      try {
        const list = readPhoneList(listBytes(stream), layout)
        return Response.json(previewView(await previewCampaign(calls, request, list)))
      } finally {
        busy.delete(calls)
      }
    },
  }),
]
