import { Webhook } from 'standardwebhooks'
import type { Database } from '#store'
import { isTaken, type Received, type Receiver } from './receiver.ts'

export interface Verdict {
  /** Each a promise's letter and what broke it. */
  readonly broken: readonly string[]
  readonly receivers: readonly ReceiverReport[]
  readonly seconds: number
}

export interface ReceiverReport {
  readonly name: string
  readonly results: number
  readonly posts: number
  readonly delivered: number
  /** Taken more than once. */
  readonly repeated: number
  readonly strayed: number
}

interface Stored {
  readonly callId: number
  readonly webhookId: string
  readonly body: string
  readonly url: string
  readonly state: string
  readonly callState: string | null
  readonly tries: number
  readonly written: number
  readonly secret: string
}

/** Compares what receivers got with what is stored. */
export async function judge(
  db: Database,
  { receivers, seconds }: { receivers: readonly Receiver[]; seconds: number },
): Promise<Verdict> {
  const stored = await db.query<Stored>(STORED)
  const broken: string[] = []
  const byUrl = Map.groupBy(stored, ({ url }) => url)
  const reports = receivers.map((receiver) => {
    const own = byUrl.get(receiver.url) ?? []
    for (const result of own) judgeResult(result, receiver, broken)
    const known = new Set(own.map(({ webhookId }) => webhookId))
    for (const id of receiver.received.keys()) {
      if (!known.has(id)) broken.push(`R5: ${receiver.name} got ${id}, which is not stored`)
    }
    if (receiver.strayed.length > 0) broken.push(`R4: ${receiver.name}: ${receiver.strayed[0]}`)
    return report(receiver, own.length)
  })
  const ids = new Set(stored.map(({ callId }) => callId))
  if (ids.size !== stored.length) broken.push('R2: a call has more than one result')
  return { broken, receivers: reports, seconds }
}

function judgeResult(result: Stored, receiver: Receiver, broken: string[]): void {
  const name = `${receiver.name}, call ${result.callId}`
  const received = receiver.received.get(result.webhookId)
  const taken = received?.posts.some(({ status }) => isTaken(status)) ?? false
  if (received === undefined || !taken) broken.push(`R1: ${name}: never taken`)
  if (result.state !== 'delivered') broken.push(`R1: ${name}: stored as ${result.state}`)
  if (result.callState !== 'ended') broken.push(`R5: ${name}: its call is ${result.callState}`)
  if (received === undefined) return
  if (received.bodies.size !== 1 || !received.bodies.has(result.body)) {
    broken.push(`R2: ${name}: ${received.bodies.size} bodies`)
  }
  if (result.tries < received.posts.length) {
    broken.push(`R4: ${name}: ${received.posts.length} posts, ${result.tries} tries counted`)
  }
  if (result.written === 0) broken.push(`R4: ${name}: no try is written down`)
  judgeSignatures(name, received, result.secret, broken)
}

function judgeSignatures(name: string, received: Received, secret: string, broken: string[]): void {
  const [body = ''] = received.bodies
  for (const { timestamp, signature } of received.posts) {
    const headers = {
      'webhook-id': received.webhookId,
      'webhook-timestamp': timestamp,
      'webhook-signature': signature,
    }
    if (!verifies(secret, body, headers)) broken.push(`R3: ${name}: the signature is wrong`)
    if (verifies(secret, `${body}x`, headers)) broken.push(`R3: ${name}: any body would do`)
  }
}

/** The library parses what it has verified as JSON, which a form is not. */
function verifies(secret: string, body: string, headers: Record<string, string>): boolean {
  try {
    new Webhook(secret).verify(body, headers)
    return true
  } catch (error) {
    return error instanceof SyntaxError
  }
}

function report({ name, received, posts, delivered, strayed }: Receiver, results: number) {
  const repeated = [...received.values()].filter((one) => {
    return one.posts.filter(({ status }) => isTaken(status)).length > 1
  })
  return { name, results, posts, delivered, repeated: repeated.length, strayed: strayed.length }
}

const STORED = `
  SELECT r.call_id AS "callId", r.webhook_id AS "webhookId", r.body, r.url, r.state, r.tries,
    c.state AS "callState", (
      SELECT count(*)::integer FROM result_tries t
      WHERE t.account_id = r.account_id AND t.call_id = r.call_id AND t.sequence = r.sequence
    ) AS written, (
      SELECT 'whsec_' || secret FROM webhook_secrets s WHERE s.account_id = r.account_id LIMIT 1
    ) AS secret
  FROM results r LEFT JOIN calls c ON c.account_id = r.account_id AND c.call_id = r.call_id`
