import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import { addApiKey } from '#calls'
import { openServerLab, type ServerLab } from '#test/server-lab'

let lab: ServerLab
let key = ''
before(async () => {
  lab = await openServerLab({
    trunks: () => [
      { name: 'silent', host: '127.0.0.1', port: 9, transport: 'udp', invalidCallerId: 'decline' },
    ],
  })
  const { calls } = lab.server.parts
  key = (await addApiKey(calls, { name: 'k', role: 'operator' })).key
})
after(() => lab.close())

it('a trunk is asked whether it is there, and how to mend it is said', {
  timeout: 60_000,
}, async () => {
  const ping = async (name: string): Promise<Record<string, string>> => {
    const reply = await fetch(`${lab.url}/v1/trunks/${name}/ping`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
    })
    assert.equal(reply.status, 200)
    return (await reply.json()) as Record<string, string>
  }
  const there = await ping('lab')
  assert.equal(there['state'], 'ok')
  assert.match(there['detail'] ?? '', /reached from 127\.0\.0\.1, answers/)
  const silent = await ping('silent')
  assert.equal(silent['state'], 'warning')
  assert.match(silent['cure'] ?? '', /switched on/)
})
