// Lists of calls, uploaded over real connections: by clients of good will, until the phone has rung and
// the result was posted, and by others, each of which gets its own error while calls go on.
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { LAB_LOGIN, QUICK_CALLEE } from '#test/lab'
import { openServerLab, type ServerLab } from '#test/server-lab'
import { FILE_HEAD, formFields, UploadClient } from '#test/upload-client'

const ANSWERS = ['6177123011', '6177123012']
const UPLOAD_BYTES = 16 * 2 ** 20
const STALL_MS = 1000

/** Says what it was told, as the script of a call sees it. */
const TELLING = `<?xml version="1.0"?>
<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml">
  <form><block>
    <exit expr="session.connection.columns['First name'] + ' ' + session.connection.campaign_parameters"/>
  </block></form>
</vxml>`

describe('uploads over real connections', { timeout: 120_000 }, () => {
  let lab: ServerLab
  let names = 0

  before(async () => {
    lab = await openServerLab({
      pages: { '/telling.vxml': TELLING },
      script: Object.fromEntries(ANSWERS.map((number) => [`1${number}`, QUICK_CALLEE])),
      config: () => ({ requests: { uploadBytes: UPLOAD_BYTES, stallMs: STALL_MS } }),
    })
  })
  after(() => lab.close())

  function fields(changes: Readonly<Record<string, string>> = {}): Record<string, string> {
    names += 1
    return {
      ...LAB_LOGIN,
      campaign_name: `campaign ${names}`,
      start_url: lab.lab.web.url('/telling.vxml'),
      result_url: lab.lab.web.url('/result'),
      ...changes,
    }
  }

  const upload = (file: Iterable<string | Uint8Array>, changes = {}): Promise<string> =>
    UploadClient.send(lab.url, { fields: fields(changes), file })

  const codeOf = (reply: string): string | undefined => /<error code="([^"]*)"/.exec(reply)?.[1]

  /** A single call, from its queueing to its result: the server does its work. */
  async function callGoesThrough(): Promise<void> {
    const callId = await lab.lab.queue(lab.url, `1${ANSWERS[0]}`, {
      start_url: lab.lab.web.url('/telling.vxml'),
    })
    assert.equal((await lab.lab.result(callId)).get('result'), 'completed')
  }

  for (const method of ['post', 'get']) {
    it(`tells start_url by ${method}, the script and result_url what the list says`, async () => {
      const { web } = lab.lab
      const list = `destination,First name,message_reference\n${ANSWERS[0]},"Zoë & Co",r-${method}\n`
      const reply = await upload([list], { start_method: method, campaign_parameters: 'spring=1' })
      assert.match(reply, /status="queued"/)
      const result = await web.waitUntil(
        () =>
          web
            .requestsFor('/result')
            .find(({ form }) => form.get('message_reference') === `r-${method}`),
        30_000,
      )
      assert.equal(result.form.get('result'), 'completed')
      assert.equal(result.form.get('exit'), '"Zoë & Co spring=1"')
      assert.equal(result.form.get('campaign_parameters'), 'spring=1')
      assert.equal(result.form.get('campaign_name'), `campaign ${names}`)
      const callId = result.form.get('call_id')
      const told = web
        .requestsFor('/telling.vxml')
        .map((request) => ({
          method: request.method,
          form: method === 'get' ? new URL(request.url, 'http://x').searchParams : request.form,
        }))
        .find(({ form }) => form.get('call_id') === callId)
      assert.equal(told?.method, method.toUpperCase())
      assert.deepEqual(
        [...(told?.form ?? [])],
        [
          ['phone_number', ANSWERS[0]],
          ['call_id', callId],
          ['message_reference', `r-${method}`],
          ['campaign_parameters', 'spring=1'],
          ['First name', 'Zoë & Co'],
        ],
      )
    })
  }

  it('takes fields after the file, and dials nothing twice of what is dropped', async () => {
    const form = fields({ duplicates: 'drop' })
    const file = [`${ANSWERS[1]}\n`, `+1${ANSWERS[1]}\n`]
    const reply = await UploadClient.send(lab.url, { fields: form, file, fieldsLast: true })
    assert.match(reply, / accepted="1" refused="0" duplicates="1"/)
    await lab.lab.carrierShows((calls) => calls.some(({ number }) => number.endsWith('3012')))
    assert.equal(lab.lab.dials(ANSWERS[1]).length, 1)
  })

  it('ends a line of ten million characters, an open quote and NUL bytes by errors of their own', async () => {
    const million = '1'.repeat(1_000_000)
    assert.equal(codeOf(await upload(Array(10).fill(million))), 'list-row-too-long')
    assert.equal(codeOf(await upload(['"', ...Array(10).fill(million)])), 'list-row-too-long')
    assert.equal(
      codeOf(await upload([`${ANSWERS[0]}\n`, '"6177123011\n'])),
      'list-quote-not-closed',
    )
    assert.equal(codeOf(await upload([Buffer.alloc(4_000_000)])), 'list-has-nul')
    assert.equal(codeOf(await upload([`${ANSWERS[0]}\n`, Buffer.alloc(4_000_000)])), 'list-has-nul')
    const utf16 = Buffer.from(`\ufeff${ANSWERS[0]}\r\n`.repeat(1000), 'utf16le')
    assert.equal(codeOf(await upload([utf16])), 'list-not-utf-8')
    await callGoesThrough()
  })

  it('refuses what is too large, and the reply comes though the client sends on', async () => {
    function* large(): Generator<Uint8Array> {
      const piece = Buffer.alloc(2 ** 20, '6177123011\n')
      for (let sent = 0; sent < 4 * UPLOAD_BYTES; sent += piece.length) yield piece
    }
    const reply = await upload(large())
    assert.equal(codeOf(reply), 'request-too-large')
    assert.match(reply, /larger than 16 MiB/)
    const announced = new UploadClient(lab.url, { 'content-length': String(2 ** 31) })
    await announced.write(formFields(fields()) + FILE_HEAD)
    assert.equal(codeOf(await announced.reply), 'request-too-large')
    announced.destroy()
    await callGoesThrough()
  })

  it('cuts a hundred stalled uploads off, each with its error, while calls go on', async () => {
    const slow = Array.from({ length: 100 }, () => new UploadClient(lab.url))
    for (const client of slow) await client.write(formFields(fields()) + FILE_HEAD + ANSWERS[0])
    await callGoesThrough()
    const codes = await Promise.all(slow.map(async ({ reply }) => codeOf(await reply)))
    assert.deepEqual(new Set(codes), new Set(['upload-stalled']))
    for (const client of slow) client.destroy()
  })

  it('keeps and dials nothing of an upload that breaks off, nor of one with another boundary', async () => {
    const before = lab.lab.dials().length
    const lastList = 'SELECT max(list_id) AS id FROM call_lists'
    const listBefore = await lab.db.query(lastList)
    const torn = new UploadClient(lab.url)
    await torn.write(`${formFields(fields())}${FILE_HEAD}${`${ANSWERS[0]}\n`.repeat(20_000)}`)
    torn.destroy()
    await assert.rejects(torn.reply)
    const odd = { 'content-type': 'multipart/form-data; boundary=other' }
    const reply = await UploadClient.send(lab.url, { fields: fields(), file: ['1'], headers: odd })
    assert.equal(codeOf(reply), 'malformed-form')
    const unfinished = new UploadClient(lab.url)
    unfinished.end(`${formFields(fields())}${FILE_HEAD}${ANSWERS[0]}\n`)
    assert.equal(codeOf(await unfinished.reply), 'malformed-form')

    await callGoesThrough()
    assert.equal(lab.lab.dials().length, before + 1)
    assert.deepEqual(readdirSync(join(lab.lab.folder, 'data', 'uploads')), [])
    assert.deepEqual(await lab.db.query(lastList), listBefore, 'not even a list was begun')
  })
})
