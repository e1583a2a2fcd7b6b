import { z } from 'zod'
import { OutdialError } from '#base'
import {
  callNotFound,
  callRecording,
  callRecordings,
  cancelCall,
  describeCall,
  explainCall,
  listCalls,
  queueCall,
  traceCall,
} from '#calls'
import { readRequestKey } from '../../idempotency-key.ts'
import { afterFirst } from '../after-first.ts'
import { readCallSearch, SEARCH } from '../call-search.ts'
import { DEFAULT_LIMIT, pageOf, readIdCursor } from '../cursor.ts'
import { KEY_FAULTS, TIME_FAULTS, URL_FAULTS } from '../fault-groups.ts'
import { jsonBody, operation } from '../operation.ts'
import { IDEMPOTENCY_KEY } from '../request-headers.ts'
import { call, explanation, listedCall, queuedCall, recording } from '../schemas/call.ts'
import { nextCursor, paging } from '../schemas/parts.ts'
import { QUEUE_CALL, queuedTerms } from '../schemas/queue-call.ts'
import { trace } from '../schemas/trace.ts'
import { callRowView, callView, recordingView } from '../views/call-view.ts'
import { explanationView } from '../views/explanation-view.ts'
import { traceView } from '../views/trace-view.ts'

const tag = 'Calls'
const PCAP_TYPE = 'application/vnd.tcpdump.pcap'

export const CALL_OPERATIONS = [
  operation({
    ...{ id: 'listCalls', method: 'get', path: '/calls', tag, role: 'viewer' },
    summary: 'Calls of the account, the newest first',
    query: z.strictObject({ ...paging, ...SEARCH }),
    replies: {
      200: {
        says: 'A page of calls.',
        schema: z.object({ calls: z.array(listedCall), next_cursor: nextCursor }),
      },
    },
    faults: ['campaign-not-found', 'invalid-phone-number'],
    handle: async ({ calls, account, query: { limit = DEFAULT_LIMIT, cursor, ...search } }) => {
      const rows = await listCalls(calls, {
        ...readCallSearch(account, search),
        beforeId: readIdCursor(cursor),
        limit: limit + 1,
      })
      const { rows: page, ...next } = pageOf(rows, limit, (row) => row.callId)
      return Response.json({ calls: page.map(callRowView), ...next })
    },
  }),
  operation({
    ...{ id: 'queueCall', method: 'post', path: '/calls', tag, role: 'operator' },
    audited: false,
    summary: 'Queue a call',
    description:
      'Answers when the call is on disk. Its URLs are fetched once before, as by queuecall.php.',
    headers: IDEMPOTENCY_KEY,
    body: jsonBody(QUEUE_CALL),
    replies: {
      201: {
        says: 'The call is queued.',
        schema: queuedCall,
        headers: { Location: 'The address of the call.' },
      },
    },
    faults: [
      'invalid-phone-number',
      'destination-not-allowed',
      'invalid-caller-id',
      ...TIME_FAULTS,
      ...URL_FAULTS,
      ...KEY_FAULTS,
    ],
    handle: async ({ calls, account, request, body }) => {
      const idempotency = readRequestKey(request.headers, body)
      const { callId } = await queueCall(calls, {
        ...queuedTerms(body),
        asker: { account },
        ...(idempotency && { idempotency }),
      })
      const headers = { location: `/v1/calls/${callId}` }
      return Response.json({ call_id: callId }, { status: 201, headers })
    },
  }),
  operation({
    ...{ id: 'getCall', method: 'get', path: '/calls/{call_id}', tag, role: 'viewer' },
    summary: 'How a call stands, with its attempts and the delivery of its result',
    replies: { 200: { says: 'The call.', schema: call } },
    faults: ['call-not-found'],
    handle: async ({ calls, account, id }) => {
      const callId = id('call_id')
      const found = await describeCall(calls, callId, account.accountId)
      if (found === undefined) throw callNotFound(callId)
      return Response.json(callView(found))
    },
  }),
  operation({
    ...{ id: 'explainCall', method: 'get', path: '/calls/{call_id}/why', tag, role: 'viewer' },
    summary: 'Why a call is dialled or not, and when it can be',
    replies: { 200: { says: 'What each rule says.', schema: explanation } },
    faults: ['call-not-found'],
    handle: async ({ calls, account: { accountId }, id }) => {
      const callId = id('call_id')
      const found = await explainCall(calls, { callId, accountId })
      if (found === undefined) throw callNotFound(callId)
      return Response.json(explanationView(found))
    },
  }),
  operation({
    ...{ id: 'traceCall', method: 'get', path: '/calls/{call_id}/trace', tag, role: 'viewer' },
    summary: 'What happened in a call, on one time line',
    replies: { 200: { says: 'The trace.', schema: trace } },
    faults: ['call-not-found'],
    handle: async ({ calls, account: { accountId }, id }) => {
      const callId = id('call_id')
      const found = await traceCall(calls, { callId, accountId })
      if (found === undefined) throw callNotFound(callId)
      return Response.json(traceView(found))
    },
  }),
  operation({
    ...{ id: 'getPcap', method: 'get', path: '/calls/{call_id}/pcap', tag, role: 'operator' },
    summary: 'The SIP of a call, and its RTP where that was recorded, as a capture file',
    replies: {
      200: {
        says: 'All attempts in libpcap’s format: whole IP packets, in the order of their times.',
        type: PCAP_TYPE,
      },
    },
    faults: ['call-not-found', 'pcap-not-found'],
    handle: async ({ calls, options, account: { accountId }, id }) => {
      const callId = id('call_id')
      const found = await traceCall(calls, { callId, accountId })
      if (found === undefined) throw callNotFound(callId)
      if (options.openPcap === undefined) {
        throw new OutdialError('pcap-not-found', 'This server gives no packets.')
      }
      const pieces = await options.openPcap(calls, found)
      return download(pieces, { type: PCAP_TYPE, name: `call-${callId}.pcap` })
    },
  }),
  operation({
    ...{ id: 'cancelCall', method: 'post', path: '/calls/{call_id}/cancel', tag, role: 'operator' },
    summary: 'Cancel a call',
    description: 'When this answers, no INVITE of the call leaves any more.',
    body: jsonBody(
      z.strictObject({
        hang_up: z
          .boolean('is neither true nor false; send one of them')
          .optional()
          .meta({ description: 'End it even where somebody is on the line.' }),
      }),
      { optional: true },
    ),
    replies: { 200: { says: 'The call as it is then.', schema: call } },
    faults: ['call-not-found', 'call-ended', 'call-connected'],
    handle: async ({ calls, account: { accountId }, id, body: { hang_up: hangUp = false } }) => {
      const callId = id('call_id')
      return Response.json(callView(await cancelCall(calls, { callId, accountId, hangUp })))
    },
  }),
  operation({
    ...{ id: 'listRecordings', method: 'get', path: '/calls/{call_id}/recordings', tag },
    role: 'viewer',
    summary: 'The recordings of a call',
    replies: {
      200: {
        says: 'By attempt: what there is, or why there is none.',
        schema: z.object({ recordings: z.array(recording) }),
      },
    },
    faults: ['call-not-found'],
    handle: async ({ calls, account: { accountId }, id }) => {
      const recordings = await callRecordings(calls, { callId: id('call_id'), accountId })
      return Response.json({ recordings: recordings.map(recordingView) })
    },
  }),
  operation({
    ...{ id: 'getRecording', method: 'get', path: '/calls/{call_id}/recordings/{attempt}', tag },
    role: 'operator',
    summary: 'A recording, decrypted',
    replies: {
      200: {
        says: 'Stereo G.711: what was said left, what was answered right.',
        type: 'audio/wav',
      },
    },
    faults: [
      ...['call-not-found', 'recording-not-found', 'recording-elsewhere'],
      ...['recording-key-missing', 'recording-key-wrong', 'recording-damaged'],
    ],
    handle: async ({ calls, options, account: { accountId }, id }) => {
      const key = { callId: id('call_id'), attempt: id('attempt'), accountId }
      const found = await callRecording(calls, key)
      if (options.openRecording === undefined) {
        throw new OutdialError('recording-not-found', 'This server keeps no recordings.')
      }
      const wave = await afterFirst(await options.openRecording(found))
      const name = `call-${key.callId}-${key.attempt}.wav`
      return download(wave, { type: 'audio/wav', name })
    },
  }),
]

/** What is private, for a file of its own. */
function download(
  pieces: AsyncIterable<Uint8Array>,
  { type, name }: { readonly type: string; readonly name: string },
): Response {
  return new Response(ReadableStream.from(pieces), {
    headers: {
      'content-type': type,
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'private, no-store',
    },
  })
}
