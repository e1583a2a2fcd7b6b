import { traceStop } from '#base'
import { type CallsContext, queueCall } from '#calls'
import { RequestBody, refuseRequest } from '../request-body.ts'
import { FORM_MAX_BYTES, type FormFields, readForm } from './form.ts'
import { readFormKey } from './form-key.ts'
import { presentable } from './presentable.ts'
import { parseQueuecall } from './queuecall-schema.ts'
import { failedReply, queuedCallReply } from './reply.ts'

export interface QueuecallOptions {
  /** So long may be waited for any 8 KiB of a request. */
  readonly stallMs: number
  /** Where it comes from; wrong PINs are counted by it. */
  readonly address: string
}

/** `POST /webservice/queuecall.php`: queues one call, and answers when it is on disk. */
export async function queuecall(
  context: CallsContext,
  request: Request,
  { stallMs, address }: QueuecallOptions,
): Promise<Response> {
  traceStop('api/plum/queuecall')
  const body = new RequestBody(request, {
    clock: context.clock,
    maxBytes: FORM_MAX_BYTES,
    tooLargeCure: 'leave out what the call does not need',
    stallMs,
  })
  let fields: FormFields = new Map()
  try {
    fields = await readForm(request.headers.get('content-type') ?? '', body)
    const idempotency = readFormKey(request.headers, fields)
    const parsed = parseQueuecall(fields)
    const asker = { ...parsed.asker, address }
    const call = { ...parsed, asker, ...(idempotency && { idempotency }) }
    return queuedCallReply(await queueCall(context, call), fields)
  } catch (error) {
    const reply = failedReply('queuecall', presentable(context, 'queuecall', error), fields)
    return refuseRequest(body, reply)
  }
}
