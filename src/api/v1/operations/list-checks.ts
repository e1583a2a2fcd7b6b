import type { z } from 'zod'
import { checkList, refusedRowsOfList } from '#calls'
import { readPhoneList } from '../../lists/phone-list.ts'
import { REFUSED_CSV_TYPE, refusedCsv } from '../../lists/refused-csv.ts'
import { afterFirst } from '../after-first.ts'
import { LIST_FAULTS, TIME_FAULTS } from '../fault-groups.ts'
import { splitLayout } from '../list-layout.ts'
import { LIST_BODY, type Operation, operation } from '../operation.ts'
import { listBytes, spoolList } from '../receive-list.ts'
import { listCheck } from '../schemas/campaign.ts'
import { CHECK_LIST } from '../schemas/campaign-query.ts'
import { timeChoice } from '../schemas/queue-call.ts'

const tag = 'Campaigns'
const faults = [...LIST_FAULTS, ...TIME_FAULTS]

export const LIST_CHECK_OPERATIONS: readonly Operation[] = [
  operation({
    ...{ id: 'checkList', method: 'post', path: '/list-checks', tag, role: 'operator' },
    summary: 'How many rows of a list would become calls, and which would not',
    description: 'The list is the body. Dials and writes nothing; any length.',
    audited: false,
    query: CHECK_LIST,
    body: LIST_BODY,
    replies: { 200: { says: 'What is right and wrong with it.', schema: listCheck } },
    faults,
    handle: async ({ calls, account, stream, query }) => {
      const { layout, rest } = splitLayout(query)
      const list = readPhoneList(listBytes(stream), layout)
      const { refusedRows, ...counts } = await checkList(calls, { account, ...termsOf(rest) }, list)
      return Response.json({ ...counts, refused_rows: refusedRows })
    },
  }),
  operation({
    ...{ id: 'exportRefusedRows', method: 'post', path: '/list-checks/refused-rows', tag },
    role: 'operator',
    summary: 'All rows of a list that would become no calls, as a file',
    description:
      'The list is the body. A cell that a spreadsheet would take for a formula begins with an apostrophe.',
    audited: false,
    query: CHECK_LIST,
    body: LIST_BODY,
    replies: { 200: { says: 'CSV with a header: line, value, code, reason.', type: 'text/csv' } },
    faults: [...faults, 'upload-not-storable'],
    handle: async ({ calls, options, account, stream, query }) => {
      const { layout, rest } = splitLayout(query)
      // A client may send all of it before it reads any of the reply.
      const file = await spoolList(calls, { body: stream, folder: options.uploadFolder })
      const pages = async function* () {
        try {
          const list = readPhoneList(file.read(), layout)
          yield* refusedRowsOfList(calls, { account, ...termsOf(rest) }, list)
        } finally {
          await file.close()
        }
      }
      return new Response(ReadableStream.from(refusedCsv(await afterFirst(pages()))), {
        headers: {
          'content-type': REFUSED_CSV_TYPE,
          'content-disposition': 'attachment; filename="refused-rows.csv"',
        },
      })
    },
  }),
]

function termsOf(query: Omit<z.infer<typeof CHECK_LIST>, 'columns' | 'has_header' | 'separator'>) {
  return {
    scheduled: timeChoice(query.scheduled_timestamp, query.scheduled_time),
    expiration: timeChoice(query.expiration_timestamp, query.expiration_time),
    duplicates: query.duplicates ?? ('keep' as const),
  }
}
