import type { Hono } from 'hono'
import { OutdialError } from '#base'
import { CAMPAIGN_FIELDS, type CallsContext, type PreviewCampaign, previewCampaign } from '#calls'
import { readPhoneList } from '../plum/phone-list.ts'
import { RequestBody } from '../request-body.ts'
import { DEFAULT_REQUEST_LIMITS } from '../request-limits.ts'
import { previewView } from './preview-view.ts'
import type { V1 } from './v1-context.ts'

const MAX_BYTES = 64 * 2 ** 20

/**
 * A list, as the body of the request, and settings as its query: what would become of it. One at a time: a
 * preview is a second's work for this process, and calls go before.
 */
export function routePreview(v1: Hono<V1>, calls: CallsContext): void {
  let busy = false
  v1.post('/preview', async (c) => {
    const request = { account: c.var.account, ...readQuery(c.req.query()) }
    refuseOtherTypes(c.req.header('content-type'))
    if (busy) {
      const sentence = 'Another preview is being reckoned; send it again in a moment.'
      throw new OutdialError('overloaded', sentence, { temporary: true })
    }
    const body = new RequestBody(c.req.raw, {
      clock: calls.clock,
      maxBytes: MAX_BYTES,
      tooLargeCure: 'preview a part of it',
      stallMs: DEFAULT_REQUEST_LIMITS.stallMs,
    })
    busy = true
    try {
      return c.json(previewView(await previewCampaign(calls, request, readPhoneList(chunks(body)))))
    } catch (error) {
      await body.discard()
      throw error
    } finally {
      busy = false
    }
  })
}

async function* chunks(body: RequestBody): AsyncGenerator<Buffer> {
  for (;;) {
    const chunk = await body.next()
    if (chunk === undefined) return
    yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
  }
}

function refuseOtherTypes(contentType: string | undefined): void {
  const mediaType = contentType?.split(';')[0]?.trim().toLowerCase()
  if (mediaType === 'text/csv' || mediaType === 'text/plain') return
  throw new OutdialError(
    'unsupported-content-type',
    'The list must be the body of the request; send it as text/csv.',
  )
}

const OWN_PARAMETERS = ['scheduled_time', 'duplicates', 'seed', 'rates']

function readQuery(query: Readonly<Record<string, string>>): Omit<PreviewCampaign, 'account'> {
  const known = [...OWN_PARAMETERS, ...CAMPAIGN_FIELDS]
  const unknown = Object.keys(query).find((name) => !known.includes(name))
  if (unknown !== undefined) {
    throw invalid(unknown, `is no parameter; there are ${known.join(', ')}`)
  }
  const { scheduled_time: text, duplicates = 'keep', seed = '1', rates, ...fields } = query
  if (duplicates !== 'keep' && duplicates !== 'drop') {
    throw invalid('duplicates', 'is neither keep nor drop; send one of them')
  }
  return {
    scheduled: text === undefined ? {} : { text },
    expiration: {},
    fields: Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [name, readValue(name, value)]),
    ),
    ...(rates === undefined ? {} : { rates: parseJson('rates', rates) }),
    duplicates,
    onError: 'skip',
    seed,
  }
}

/** Numbers and JSON as they are written, all else as text. */
function readValue(name: string, value: string): unknown {
  if (name === 'caller_id') return value
  if (/^-?\d+(\.\d+)?$/.test(value)) return Number(value)
  return value.startsWith('{') ? parseJson(name, value) : value
}

function parseJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw invalid(name, 'is not well-formed JSON; mend it')
  }
}

function invalid(field: string, fault: string): OutdialError {
  return new OutdialError('parameter-invalid', `${field} ${fault}.`, { field })
}
