import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { describe, it, type TestContext } from 'node:test'
import type { NameRecords } from '../locate-servers.ts'
import { systemNames } from './system-names.ts'

/** RFC 1035 §4.1.1. */
const NO_ERROR = 0
const FORMAT_ERROR = 1
const SERVER_FAILURE = 2
const NO_SUCH_NAME = 3
const NOT_IMPLEMENTED = 4

describe('the domain name system', () => {
  it('may know of no records, or no such name', async (test) => {
    for (const code of [NO_ERROR, NO_SUCH_NAME]) {
      const names = await nameServer(test, code)
      assert.deepEqual(await names.naptr('sip.example'), [])
      assert.deepEqual(await names.srv('_sip._udp.sip.example'), [])
    }
  })

  it('may not know what NAPTR and SRV are, and so has none', async (test) => {
    for (const code of [FORMAT_ERROR, NOT_IMPLEMENTED]) {
      const names = await nameServer(test, code)
      assert.deepEqual(await names.naptr('sip.example'), [])
      assert.deepEqual(await names.srv('_sip._udp.sip.example'), [])
    }
  })

  it('may fail, which says nothing of what records there are', async (test) => {
    const names = await nameServer(test, SERVER_FAILURE)
    await assert.rejects(names.naptr('sip.example'))
    await assert.rejects(names.srv('_sip._udp.sip.example'))
  })
})

/** One that gives every question back with this response code. */
async function nameServer(test: TestContext, code: number): Promise<NameRecords> {
  const socket = createSocket('udp4')
  socket.on('message', (question, from) => {
    const answer = Buffer.from(question)
    answer[2] = (answer[2] ?? 0) | 0x80
    answer[3] = ((answer[3] ?? 0) & 0xf0) | code
    socket.send(answer, from.port, from.address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  test.after(() => socket.close())
  return systemNames([`127.0.0.1:${socket.address().port}`])
}
