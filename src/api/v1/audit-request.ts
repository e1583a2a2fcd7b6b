import { errorMessage } from '#base'
import { audit } from '#calls'
import type { Asked, Operation } from './operation.ts'

const LONGEST_VALUE = 200

/** Fields whose values are nobody's business; that they were sent is told. */
export const HIDDEN_FIELDS: readonly string[] = [
  ...['password', 'pin', 'call_parameters', 'campaign_parameters'],
]

/** What of a reply is told: how much was done. */
const COUNTS = ['accepted', 'refused', 'duplicates', 'added', 'removed', 'replayed']

type Fields = Readonly<Record<string, unknown>>

/**
 * Writes into the audit log what an operation has done. It is done, whatever comes of the log: a fault is told to the
 * operator only.
 */
export async function auditRequest(
  operation: Operation,
  { calls, principal, query, body }: Asked<unknown, unknown>,
  { path, reply }: { readonly path: Readonly<Record<string, string>>; readonly reply: Response },
): Promise<void> {
  if (operation.method === 'get' || operation.audited === false) return
  try {
    const told = await fieldsOf(reply)
    const counts = COUNTS.filter((name) => told[name] !== undefined)
    const detail = {
      ...shown({ ...Object(query), ...Object(body) }),
      ...Object.fromEntries(counts.map((name) => [name, told[name]])),
    }
    await audit(calls, {
      accountId: principal.account?.accountId,
      actor: principal.actor,
      action: operation.id,
      subject: subjectOf(operation, path, told),
      ...(Object.keys(detail).length > 0 && { detail }),
    })
  } catch (error) {
    const fields = { action: operation.id, error: errorMessage(error) }
    calls.log.error('the audit log was not written', fields)
  }
}

async function fieldsOf(reply: Response): Promise<Fields> {
  const isJson = reply.headers.get('content-type')?.startsWith('application/json')
  return isJson ? ((await reply.clone().json()) as Fields) : {}
}

/** What the path names, or what was made. */
function subjectOf(
  { id }: Operation,
  path: Readonly<Record<string, string>>,
  told: Fields,
): string {
  const named = Object.entries(path).map(([parameter, value]) => `${nounOf(parameter)} ${value}`)
  const made = /^create(.+)$/.exec(id)?.[1]
  if (made === undefined) return named.join(', ')
  const noun = made.replaceAll(/(?<!^)[A-Z]/g, (letter) => ` ${letter}`).toLowerCase()
  return `${noun} ${told[`${noun}_id`] ?? told['login'] ?? told['name'] ?? ''}`.trim()
}

function nounOf(parameter: string): string {
  return parameter === 'login' ? 'account' : parameter.replace(/_id$/, '').replaceAll('_', ' ')
}

function shown(fields: Fields): Fields {
  const sent = Object.entries(fields).filter(([, value]) => value !== undefined)
  return Object.fromEntries(
    sent.map(([name, value]) => [name, HIDDEN_FIELDS.includes(name) ? '****' : shownValue(value)]),
  )
}

/** Numbers of people are counted, and of a URL is told what bears no credentials. */
function shownValue(value: unknown): unknown {
  if (Array.isArray(value)) return `${value.length} entries`
  if (typeof value === 'string') {
    const url = /^https?:/i.test(value) ? URL.parse(value) : null
    return shortened(url === null ? value : url.origin + url.pathname)
  }
  if (typeof value !== 'object' || value === null) return value
  return JSON.stringify(value).length > LONGEST_VALUE ? '…' : value
}

function shortened(text: string): string {
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE).toWellFormed()}…` : text
}
