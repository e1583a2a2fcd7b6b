import { authenticate, type CallsContext, queueCalls } from '#calls'
import { readPhoneList } from '../lists/phone-list.ts'
import { RequestBody, refuseRequest } from '../request-body.ts'
import type { FormFields } from './form.ts'
import { readFormKey } from './form-key.ts'
import { presentable } from './presentable.ts'
import { FILE_FIELD, parseLogin, parseQueuecalls } from './queuecalls-schema.ts'
import { failedReply, queuedCallsReply } from './reply.ts'
import { receiveUpload, type Upload } from './upload.ts'

export interface QueuecallsOptions {
  /** Where uploads are kept until they are whole. */
  readonly uploadFolder: string
  readonly uploadBytes: number
  /** So long may be waited for any 8 KiB of a request. */
  readonly stallMs: number
  /** Where it comes from; wrong PINs are counted by it. */
  readonly address: string
}

/**
 * `POST /webservice/queuecalls.php`: queues a list of calls, and answers when they are on disk and due.
 * The upload is received whole, on disk, before its first row is read: a client may be slow, break off,
 * or send what its list is to be used for after it, and the database does not wait for that.
 */
export async function queuecalls(
  context: CallsContext,
  request: Request,
  { uploadFolder, uploadBytes, stallMs, address }: QueuecallsOptions,
): Promise<Response> {
  const body = new RequestBody(request, {
    clock: context.clock,
    maxBytes: uploadBytes,
    tooLargeCure: 'send the list in parts, or have the operator raise OUTDIAL_UPLOAD_MIB',
    stallMs,
  })
  let fields: FormFields = new Map()
  let upload: Upload | undefined
  try {
    upload = await receiveUpload(body, {
      contentType: request.headers.get('content-type') ?? '',
      fileField: FILE_FIELD,
      folder: uploadFolder,
      random: context.random,
      beforeFile: (before) => refuseStranger(context, before, address),
    })
    fields = upload.fields
    const queued = await queueUpload(context, { request, address }, upload)
    return queuedCallsReply(queued, fields)
  } catch (error) {
    const reply = failedReply('queuecalls', presentable(context, 'queuecalls', error), fields)
    return refuseRequest(body, reply)
  } finally {
    await upload?.file?.close()
  }
}

/** Where login and PIN come before the file, nobody fills our disk without them. */
async function refuseStranger(
  context: CallsContext,
  before: FormFields,
  address: string,
): Promise<void> {
  if (!before.has('login') || !before.has('pin')) return
  await authenticate(context, { ...parseLogin(before), address })
}

async function queueUpload(
  context: CallsContext,
  { request, address }: { readonly request: Request; readonly address: string },
  { fields, file }: Upload,
): ReturnType<typeof queueCalls> {
  const asked = parseQueuecalls(fields)
  if (file === undefined) throw new Error('A form with a file under its name has that file')
  const idempotency = readFormKey(request.headers, fields, file.digest())
  return queueCalls(
    context,
    { ...asked, asker: { ...asked.asker, address }, ...(idempotency && { idempotency }) },
    readPhoneList(file.read()),
  )
}
