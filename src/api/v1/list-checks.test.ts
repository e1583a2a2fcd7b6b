import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { apiClient } from '#test/api-client'
import { openTestCalls, TEST_LOGIN, type TestCalls } from '#test/calls-context'
import { createApi } from '../index.ts'

const HEAD = 'Name\tPhone\tRef\n'
const LIST = `${HEAD}Ann\t6177123001\tr1\nBob\t12\tr2\nCid\t6177123001\tr3\nDan\t=1+1\tr4\n`
const COLUMNS = 'separator=tab&columns=["first name","destination","message_reference"]'

describe('lists that were not made for this', () => {
  let calls: TestCalls
  let ask: ReturnType<typeof apiClient>
  const folder = mkdtempSync(join(tmpdir(), 'outdial-checks-'))

  before(async () => {
    calls = await openTestCalls()
    const good = async (): Promise<void> => {}
    const context = { ...calls.context, checkUrls: { startUrl: good, resultUrl: good } }
    const api = createApi(context, { uploadFolder: folder })
    ask = apiClient(api, `${TEST_LOGIN.login}:${TEST_LOGIN.pin}`)
  })
  after(async () => {
    await calls?.close()
    rmSync(folder, { recursive: true })
  })

  it('are checked without becoming calls, whatever their length and columns', async () => {
    const checked = await ask('POST', `/v1/list-checks?${COLUMNS}`, { body: LIST })
    assert.equal(checked.status, 200, checked.text)
    const { refused_rows: rows, ...counts } = checked.body
    assert.deepEqual(counts, { accepted: 2, refused: 2, duplicates: 1 })
    assert.deepEqual(
      rows.map(({ line, value }: { line: number; value: string }) => [line, value]),
      [
        [3, '12'],
        [5, '=1+1'],
      ],
    )
    const dropped = await ask('POST', `/v1/list-checks?${COLUMNS}&duplicates=drop`, { body: LIST })
    assert.equal(dropped.body.accepted, 1)
    const none = await ask('POST', `/v1/list-checks?${COLUMNS}`, { body: `${HEAD}x\ty\tz\n` })
    assert.equal(none.body.accepted, 0)
    const { body } = await ask('GET', '/v1/calls')
    assert.deepEqual(body.calls, [])
  })

  it('give all their refused rows as a file that no spreadsheet computes', async () => {
    const bad = Array.from({ length: 250 }, (_, index) => `n\t${index}\tr\n`).join('')
    const path = `/v1/list-checks/refused-rows?${COLUMNS}`
    const { text, headers } = await ask('POST', path, { body: LIST + bad })
    assert.match(headers.get('content-type') ?? '', /^text\/csv/)
    assert.equal(text.split('\r\n').length, 1 + 2 + 250 + 1)
    assert.match(text, /^line,value,code,reason\r\n"3","12","invalid-phone-number",/)
    assert.match(text, /"'=1\+1"/)
    const broken = await ask('POST', path, { body: `${HEAD}"x\t1\t2\n` })
    assert.equal(broken.body.code, 'list-quote-not-closed')
  })

  it('are queued and tried out as they are laid out, and a key stands for the layout as well', async () => {
    const preview = await ask('POST', `/v1/preview?${COLUMNS}`, { body: LIST })
    assert.equal(preview.body.accepted, 2)
    const settings = 'campaign_name=laid-out&start_url=http://127.0.0.1/start.vxml'
    const queue = (columns: string) =>
      ask('POST', `/v1/campaigns?${settings}&${columns}`, {
        ...{ body: LIST, headers: { 'idempotency-key': 'layout' } },
      })
    const queued = await queue(COLUMNS)
    assert.equal(queued.status, 201, queued.text)
    assert.equal((await queue(COLUMNS)).body.list_id, queued.body.list_id)
    assert.equal((await queue(`${COLUMNS}&has_header=true`)).body.list_id, queued.body.list_id)
    const other = await queue('separator=tab&columns=["","destination",""]')
    assert.equal(other.body.code, 'idempotency-key-reused')
    const { body } = await ask('GET', `/v1/campaigns/${queued.body.campaign_id}/calls`)
    assert.deepEqual(
      body.calls.map((call: { message_reference: string }) => call.message_reference).sort(),
      ['r1', 'r3'],
    )
  })

  it('are refused where what is said of them cannot be', async () => {
    for (const [query, field] of [
      ['has_header=false', 'has_header'],
      ['columns=destination', 'columns'],
      ['columns=[1]', 'columns'],
      ['columns=[]', 'columns'],
      ['separator=%2C', 'separator'],
    ] as const) {
      const { status, body } = await ask('POST', `/v1/list-checks?${query}`, { body: LIST })
      assert.deepEqual([status, body.field], [422, field], query)
    }
  })
})
