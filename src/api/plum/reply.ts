import type { OutdialError } from '#base'
import {
  ListRefusedError,
  type QueuedCall,
  type QueuedCalls,
  type RefusedRow,
  SignInThrottledError,
} from '#calls'
import type { FormFields } from './form.ts'
import { QUEUECALL_FIELDS } from './queuecall-schema.ts'
import { QUEUECALLS_FIELDS } from './queuecalls-schema.ts'
import { escapeAttribute, escapeText } from './xml-writer.ts'

const RETRY_AFTER_SECONDS = 5

/** A method of the interface, by the name of its reply's element. */
export type Method = 'queuecall' | 'queuecalls'

const FIELDS: Readonly<Record<Method, readonly string[]>> = {
  queuecall: QUEUECALL_FIELDS,
  queuecalls: QUEUECALLS_FIELDS,
}

/** `call_id` fits 31 bits for the first two thousand million calls: clients parse 32. */
export function queuedCallReply({ callId }: QueuedCall, fields: FormFields): Response {
  const attributes = `status="queued" call_id="${callId}"`
  return reply('queuecall', 200, attributes, echo('queuecall', fields))
}

export function queuedCallsReply(queued: QueuedCalls, fields: FormFields): Response {
  const attributes = [
    'status="queued"',
    `campaign_id="${queued.campaignId}"`,
    `list_id="${queued.listId}"`,
    `accepted="${queued.accepted}"`,
    `refused="${queued.refused}"`,
    `duplicates="${queued.duplicates}"`,
  ].join(' ')
  const lines = [...echo('queuecalls', fields), ...refusedRows(queued.refusedRows)]
  return reply('queuecalls', 200, attributes, lines)
}

/**
 * Clients look for the word `failed` in the body, so that a final fault has HTTP status 200 too; one
 * that may pass has 503. Who is not known to us gets nothing echoed.
 */
export function failedReply(method: Method, error: OutdialError, fields: FormFields): Response {
  const isThrottled = error instanceof SignInThrottledError
  const passes = error.temporary || isThrottled
  const attributes = [
    `code="${escapeAttribute(error.code)}"`,
    error.field === undefined ? '' : ` field="${escapeAttribute(error.field)}"`,
    passes ? ' temporary="true"' : '',
  ].join('')
  const lines = [
    `<error ${attributes}>${escapeText(error.message)}</error>`,
    ...(error.code === 'authentication' || isThrottled ? [] : echo(method, fields)),
    ...(error instanceof ListRefusedError ? refusedRows(error.rows) : []),
  ]
  if (!passes) return reply(method, 200, 'status="failed"', lines)
  const seconds = isThrottled ? error.retryAfterSeconds : RETRY_AFTER_SECONDS
  return reply(method, 503, 'status="failed"', lines, { 'retry-after': String(seconds) })
}

/** What was sent, in the documentation's order; of the PIN only its length. */
function echo(method: Method, fields: FormFields): string[] {
  const lines: string[] = []
  for (const name of FIELDS[method]) {
    for (const value of fields.get(name) ?? []) {
      if (value === undefined) continue
      const shown = name === 'pin' ? '*'.repeat([...value].length) : escapeText(value)
      lines.push(`<${name}>${shown}</${name}>`)
    }
  }
  return lines
}

function refusedRows(rows: readonly RefusedRow[]): string[] {
  if (rows.length === 0) return []
  const lines = rows.map(
    ({ line, value, code, reason }) =>
      `    <row line="${line}" value="${escapeAttribute(value)}" code="${escapeAttribute(code)}">` +
      `${escapeText(reason)}</row>`,
  )
  return ['<refused>', ...lines, '</refused>']
}

function reply(
  method: Method,
  status: number,
  attributes: string,
  lines: readonly string[],
  headers: Record<string, string> = {},
): Response {
  const body = [
    '<?xml version="1.0"?>',
    `<${method} ${attributes}>`,
    ...lines.map((line) => `    ${line}`),
    `</${method}>\n`,
  ].join('\n')
  return new Response(body, {
    status,
    headers: { 'content-type': 'text/xml; charset=utf-8', ...headers },
  })
}
