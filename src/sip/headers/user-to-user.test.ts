import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { answer, startCall } from '#test/sip-raw-call'
import { fieldOf } from '#test/sip-raw-peer'
import { formatUserToUser, parseUserToUser, USER_TO_USER_MAX_BYTES } from './user-to-user.ts'

/** What would end a header, a URI or a value, were it sent as it is. */
const HOSTILE = '\r\nEvil: 1\r\n\r\n>;x=y?a=b&Replaces=c,"%0d%0a\0ü'

describe('User-to-User', () => {
  it('is hexadecimal digits whatever the text, and comes back as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const value = formatUserToUser(text)
        const bytes = Buffer.byteLength(text)
        if (bytes === 0 || bytes > USER_TO_USER_MAX_BYTES) return assert.equal(value, undefined)
        assert.match(value ?? '', /^(?:[0-9A-F]{2})+;encoding=hex$/)
        assert.equal(parseUserToUser([value ?? '']), text)
      }),
    )
  })

  it('says by its first octet whether the text is ASCII', () => {
    assert.equal(formatUserToUser('Hi'), '044869;encoding=hex')
    assert.equal(formatUserToUser('é'), '00C3A9;encoding=hex')
  })

  const read: readonly (readonly [value: string, text: string | undefined])[] = [
    ['044869;encoding=hex', 'Hi'],
    ['"044869" ; Encoding=HEX;content=isdn-uui;purpose=isdn-uui', 'Hi'],
    ['4869', 'Hi'],
    ['4869;purpose=foo, 044a;encoding=hex', 'J'],
    ['4869;encoding=other', undefined],
    ['486', undefined],
    ['hello', undefined],
    ['"48', undefined],
    ['', undefined],
    [`00${'41'.repeat(USER_TO_USER_MAX_BYTES + 1)}`, undefined],
  ]
  for (const [value, text] of read) {
    it(`of ${value.slice(0, 60)} is read as ${text}`, () => {
      assert.equal(parseUserToUser([value]), text)
    })
  }

  it('never throws, whatever comes', () => {
    fc.assert(fc.property(fc.array(fc.string()), (values) => void parseUserToUser(values)))
  })

  it('is sent with INVITE and REFER, adds nothing to them, and is taken from the answer', async (test) => {
    const options = { userToUser: HOSTILE }
    const { peer, invite, call, answered } = await startCall(test, { options })
    const value = fieldOf(invite, 'User-to-User')
    assert.equal(parseUserToUser([value]), HOSTILE)
    answer(peer, invite, { headers: ['User-to-User: 04C3B6;encoding=hex'] })
    const dialog = await answered()
    const outcome = await call.outcome
    assert.equal(outcome.kind === 'answered' && outcome.userToUser, 'ö')

    const referring = dialog.refer({ uri: 'sip:a@b.example', userToUser: HOSTILE })
    const refer = await peer.next('REFER')
    const referTo = fieldOf(refer, 'Refer-To')
    const [, escaped = ''] =
      /^<sip:a@b\.example\?User-to-User=([0-9A-F%a-z]+)>$/.exec(referTo) ?? []
    assert.equal(parseUserToUser([decodeURIComponent(escaped)]), HOSTILE)
    for (const message of [invite, refer]) assert.doesNotMatch(message, /^Evil/m)
    peer.reply(refer, '603 Decline')
    assert.equal((await referring).kind, 'refused')
  })

  it('is not there where there is nothing to tell, or too much', async (test) => {
    for (const userToUser of ['', 'x'.repeat(USER_TO_USER_MAX_BYTES + 1)]) {
      const { peer, invite, call } = await startCall(test, { options: { userToUser } })
      assert.doesNotMatch(invite, /User-to-User/i)
      peer.reply(invite, '486 Busy Here', { toTag: 'peer' })
      assert.equal((await call.outcome).kind, 'refused')
    }
  })
})
