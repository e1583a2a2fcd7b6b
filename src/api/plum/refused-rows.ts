import { OutdialError } from '#base'
import { type CallsContext, readRefusedRows, SignInThrottledError } from '#calls'
import { readLogin } from '../credentials.ts'
import { REFUSED_CSV_TYPE, refusedCsv } from '../lists/refused-csv.ts'
import type { FormFields } from './form.ts'
import { integer } from './form-field.ts'
import { presentable } from './presentable.ts'
import { parseLogin } from './queuecalls-schema.ts'

const LAST_ID = 2_147_483_647

/**
 * `GET /webservice/refusedrows.php?list_id=…`: all rows of an upload that became no call, as CSV. Login and
 * PIN come as HTTP basic authentication, or as parameters.
 */
export async function refusedRows(
  context: CallsContext,
  request: Request,
  address: string,
): Promise<Response> {
  try {
    const fields = readParameters(request)
    const asker = { ...parseLogin(fields), address }
    const listId = integer(fields, 'list_id', [1, LAST_ID])
    if (listId === undefined) {
      throw new OutdialError('missing-field', 'list_id is missing; send that of the reply.', {
        field: 'list_id',
      })
    }
    const pages = await readRefusedRows(context, { asker, listId })
    return new Response(ReadableStream.from(refusedCsv(pages)), {
      headers: {
        'content-type': REFUSED_CSV_TYPE,
        'content-disposition': `attachment; filename="refused-rows-${listId}.csv"`,
      },
    })
  } catch (error) {
    const told = presentable(context, 'refusedrows', error)
    const { code, message, temporary } = told
    const isThrottled = told instanceof SignInThrottledError
    const status = code === 'authentication' ? 401 : isThrottled ? 429 : temporary ? 503 : 400
    return new Response(`${code}: ${message}\n`, {
      status,
      headers: {
        'content-type': 'text/plain; charset=utf-8',
        ...(isThrottled && { 'retry-after': String(told.retryAfterSeconds) }),
        ...(status === 401 && { 'www-authenticate': 'Basic realm="Outdial", charset="UTF-8"' }),
      },
    })
  }
}

function readParameters(request: Request): FormFields {
  const fields = new Map<string, string[]>()
  for (const name of ['login', 'pin', 'list_id']) {
    const values = new URL(request.url).searchParams.getAll(name)
    if (values.length > 0) fields.set(name, values)
  }
  const header = request.headers.get('authorization')
  if (header === null) return fields
  const credentials = readLogin(header)
  return new Map([...fields, ['login', [credentials.login]], ['pin', [credentials.pin]]])
}
