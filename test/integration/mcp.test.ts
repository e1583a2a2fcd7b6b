// `outdial mcp`, spoken with by the protocol's own client.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { LAB_LOGIN, QUICK_CALLEE, QUICK_DOCUMENT } from '#test/lab'
import { OUTDIAL } from '#test/outdial-command'
import { openServerLab, type ServerLab } from '#test/server-lab'

const TEST_NUMBER = '16177126001'
const OTHER_NUMBER = '16177126002'

let the: ServerLab
const client = new Client({ name: 'test', version: '1' })
before(async () => {
  the = await openServerLab({
    pages: { '/start.vxml': QUICK_DOCUMENT },
    script: { [TEST_NUMBER]: QUICK_CALLEE },
  })
  const { PATH = '', HOME = '' } = process.env
  const env = {
    ...{ PATH, HOME },
    OUTDIAL_HTTP: new URL(the.url).host,
    OUTDIAL_ACCOUNT: `${LAB_LOGIN.login}:${LAB_LOGIN.pin}`,
    OUTDIAL_DATA: the.lab.folder,
    OUTDIAL_TEST_NUMBERS: TEST_NUMBER,
    DATABASE_URL: the.databaseUrl,
  }
  await client.connect(
    new StdioClientTransport({ command: OUTDIAL, args: ['mcp'], env, cwd: the.lab.folder }),
  )
})
after(async () => {
  await client.close()
  await the.close()
})

async function call(name: string, given: Record<string, unknown>) {
  const { content, isError = false } = await client.callTool({ name, arguments: given })
  const [first] = content as { text: string }[]
  return { text: first?.text ?? '', isError }
}

describe('outdial mcp', () => {
  it('offers its tools, and says which change something', async () => {
    const { tools } = await client.listTools()
    const readOnly = tools.filter(({ annotations }) => annotations?.readOnlyHint === true)
    assert.deepEqual(
      [tools.map(({ name }) => name).sort(), readOnly.length],
      [['check_document', 'preview_campaign', 'queue_test_call', 'read_trace', 'try_dialogue'], 4],
    )
  })

  it('checks a document', async () => {
    const text = QUICK_DOCUMENT.replace('<exit namelist="choice"/>', '<exit namelist="chioce"/>')
    assert.match((await call('check_document', { text })).text, /^\d+:\d+: \w+: .*chioce/m)
    const sound = await call('check_document', { text: QUICK_DOCUMENT })
    assert.doesNotMatch(sound.text, /error/)
    const both = await call('check_document', { text, document: 'a.vxml' })
    assert.deepEqual([both.isError, /tool-input-invalid/.test(both.text)], [true, true])
  })

  it('tries a dialogue', async () => {
    const { text } = await call('try_dialogue', { text: QUICK_DOCUMENT, moves: [{ dtmf: '7' }] })
    const events = text.split('\n').map((line) => JSON.parse(line))
    assert.ok(events.some(({ event, text: said }) => event === 'prompt' && said === 'Press a key.'))
    const { event, reason, value } = events.at(-1)
    assert.deepEqual([event, reason, value], ['end', 'exit', { choice: '7' }])
    const wrong = await call('try_dialogue', { text: QUICK_DOCUMENT, moves: [{ jump: true }] })
    assert.deepEqual([wrong.isError, /move-invalid/.test(wrong.text)], [true, true])
  })

  it('previews a campaign', async () => {
    const list = `destination\n${TEST_NUMBER}\nnobody\n`
    const { text, isError } = await call('preview_campaign', { list, settings: { lines: 1 } })
    assert.equal(isError, false, text)
    assert.match(text, /1 .*refused/)
    assert.equal(the.lab.dials().length, 0)
  })

  it('calls a test number and reads its trace', async () => {
    const start_url = the.lab.web.url('/start.vxml')
    const result_url = the.lab.web.url('/result')
    const queued = await call('queue_test_call', {
      phone_number: TEST_NUMBER,
      start_url,
      result_url,
    })
    const callId = Number(/call (\d+)/.exec(queued.text)?.[1])
    await the.lab.result(callId)
    await the.trace(callId)
    const { text } = await call('read_trace', { call_id: callId })
    assert.match(text, /INVITE/)
    assert.match(text, /answered/)
  })

  it('calls no other number', async () => {
    const start_url = the.lab.web.url('/start.vxml')
    const dials = the.lab.dials().length
    const refused = await call('queue_test_call', { phone_number: OTHER_NUMBER, start_url })
    assert.equal(refused.isError, true)
    assert.match(refused.text, /\+16177126002 is no test number\. .*\+16177126001/)
    assert.equal(the.lab.dials().length, dials)
  })
})
