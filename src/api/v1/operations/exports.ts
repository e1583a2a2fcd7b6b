import { z } from 'zod'
import { type CallRow, eachCall } from '#calls'
import { resultOf } from '#model'
import { csvRow } from '../../csv.ts'
import { afterFirst } from '../after-first.ts'
import { readCallSearch, SEARCH } from '../call-search.ts'
import { type Operation, operation } from '../operation.ts'
import { callRowView } from '../views/call-view.ts'

const FORMATS = ['csv', 'ndjson'] as const
const TYPES = { csv: 'text/csv; charset=utf-8; header=present', ndjson: 'application/x-ndjson' }

export const EXPORT_OPERATIONS: readonly Operation[] = [
  operation({
    ...{ id: 'exportCalls', method: 'get', path: '/exports/calls', tag: 'Calls', role: 'viewer' },
    summary: 'All calls that a search finds, as a file',
    description:
      'Streamed, the newest first, however many. In CSV a cell that a spreadsheet would take for a formula begins ' +
      'with an apostrophe; numbers do not.',
    query: z.strictObject({
      format: z.enum(FORMATS, 'is neither csv nor ndjson; send one of them').optional(),
      ...SEARCH,
    }),
    replies: {
      200: {
        says: 'CSV with a header, or a JSON object a line (ListedCall).',
        type: ['text/csv', 'application/x-ndjson'],
      },
    },
    faults: ['campaign-not-found', 'invalid-phone-number'],
    handle: async ({ calls, account, query: { format = 'csv', ...search } }) => {
      const pages = await afterFirst(eachCall(calls, readCallSearch(account, search)))
      const lines = format === 'csv' ? csvOf(pages) : ndjsonOf(pages)
      return new Response(ReadableStream.from(lines), {
        headers: {
          'content-type': TYPES[format],
          'content-disposition': `attachment; filename="calls.${format}"`,
        },
      })
    },
  }),
]

type Pages = AsyncIterable<readonly CallRow[]>

const COLUMNS: readonly (readonly [
  string,
  (call: CallRow) => string | number | Date | undefined,
])[] = [
  ['call_id', (call) => call.callId],
  ['campaign_id', (call) => call.campaignId],
  ['campaign_name', (call) => call.campaignName],
  ['phone_number', (call) => call.phoneNumber],
  ['destination', (call) => call.destination],
  ['message_reference', (call) => call.messageReference],
  ['state', (call) => call.state],
  ['result', (call) => call.outcome && resultOf(call.outcome)],
  ['outcome', (call) => call.outcome],
  ['cause', (call) => call.cause],
  ['sip_status', (call) => call.sipStatus],
  ['hangup_by', (call) => call.hangupBy],
  ['callee_type', (call) => call.calleeType],
  ['attempts_made', (call) => call.attemptsMade],
  ['duration', (call) => call.durationSeconds],
  ['exit', (call) => call.exitValue],
  ['created_at', (call) => call.createdAt],
  ['ended_at', (call) => call.endedAt],
]

async function* csvOf(pages: Pages): AsyncGenerator<Uint8Array> {
  yield Buffer.from(csvRow(COLUMNS.map(([name]) => name)))
  for await (const calls of pages) {
    const rows = calls.map((call) => csvRow(COLUMNS.map(([, read]) => textOf(read(call)))))
    yield Buffer.from(rows.join(''))
  }
}

async function* ndjsonOf(pages: Pages): AsyncGenerator<Uint8Array> {
  for await (const calls of pages) {
    yield Buffer.from(calls.map((call) => `${JSON.stringify(callRowView(call))}\n`).join(''))
  }
}

function textOf(value: string | number | Date | undefined): string {
  return value instanceof Date ? value.toISOString() : String(value ?? '')
}
