import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { signResult } from './sign-result.ts'

const SECRET = Buffer.alloc(32, 'new').toString('base64')
const OLD = Buffer.alloc(32, 'old').toString('base64')
const webhookId = 'msg_1f'
const body = 'phone_number=%2B16177123000&message_reference=caf%C3%A9'
/** The library takes what is not older than five minutes. */
const timestamp = Math.floor(Date.now() / 1000)

/** The library parses what it has verified as JSON, which a form is not. */
function verify(secret: string, headers: Record<string, string>, payload = body): void {
  try {
    new Webhook(secret).verify(payload, headers)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
}

function headersOf(secrets: readonly string[]): Record<string, string> {
  return {
    'webhook-id': webhookId,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signResult(secrets, { webhookId, timestamp, body }),
  }
}

describe('the signature of a result', () => {
  it('satisfies the library of Standard Webhooks, with either secret while one is replaced', () => {
    verify(`whsec_${SECRET}`, headersOf([SECRET]))
    for (const secret of [SECRET, OLD]) verify(`whsec_${secret}`, headersOf([SECRET, OLD]))
    assert.throws(() => verify(`whsec_${OLD}`, headersOf([SECRET])), /No matching signature/)
  })

  it('is broken by any one bit of what it speaks for', () => {
    const headers = headersOf([SECRET])
    const bytes = Buffer.from(body)
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes)
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
      // As latin1, so that every change is one of the text.
      const refused = (): void => verify(`whsec_${SECRET}`, headers, changed.toString('latin1'))
      assert.throws(refused, /No matching signature/, `bit ${bit}`)
    }
    for (const change of [
      { 'webhook-id': 'msg_2f' },
      { 'webhook-timestamp': `${timestamp - 1}` },
    ]) {
      assert.throws(() => verify(`whsec_${SECRET}`, { ...headers, ...change }), /No matching/)
    }
  })
})
