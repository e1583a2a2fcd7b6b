// A callee who presses a key before the dialogue is there.
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { QUICK_DOCUMENT } from '#test/lab'
import { openServerLab } from '#test/server-lab'

const NUMBER = '16177128001'

it('a key that is pressed while the document is still on its way counts', async (t) => {
  const callee = { answerAfterMs: 100, press: '7', pressAfter: 300 }
  const the = await openServerLab({ script: { [NUMBER]: callee } })
  t.after(() => the.close())
  const { lab } = the
  const { answer } = lab.web
  lab.web.answer = (request, index) =>
    request.url.startsWith('/slow.vxml')
      ? {
          status: 200,
          headers: { 'content-type': 'application/voicexml+xml' },
          body: QUICK_DOCUMENT,
          // The check when the call is queued comes first.
          delayMs: lab.web.requestsFor('/slow.vxml').length > 1 ? 2500 : 0,
        }
      : answer(request, index)
  const callId = await lab.queue(the.url, NUMBER, { start_url: lab.web.url('/slow.vxml') })
  const form = await lab.result(callId)
  assert.equal(form.get('exit'), '{"choice":"7"}')
})
