import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { systemClock } from '#base'
import { addUser, findAccount } from '#calls'
import type { ListedCall } from '#client'
import { SKIP_BROWSER, startBrowser, Visitor } from '#test/browser'
import { LAB_LOGIN, QUICK_CALLEE, QUICK_DOCUMENT } from '#test/lab'
import { openServerLab, type ServerLab } from '#test/server-lab'
import { until } from '#test/until'
import { removeOldDrafts } from '#web'

const PASSWORD = 'correct horse battery'
const PHONE = { width: 390, height: 844 }
const DAY_MS = 86_400_000

/** Two that can be called, a number that is none, a row that is short, a number twice, a formula. */
const CUSTOMERS = [
  'Customer;Phone;Reference;City',
  '<b>Ann</b>;6175550131;r1;Boston',
  'Bob;12;r2;Boston',
  'Cid;6175550132',
  'Ann again;6175550131;r4;Boston',
  '"=HYPERLINK(""http://elsewhere.example"")";=1+1;r5;Boston',
  'Dan;6175550132;r6;"Cambridge; MA"',
].join('\r\n')

describe('the pages of a new campaign', { skip: SKIP_BROWSER }, () => {
  let browser: Browser
  let lab: ServerLab
  let drafts: string

  before(async () => {
    browser = await startBrowser()
    lab = await openServerLab({
      pages: { '/quick.vxml': QUICK_DOCUMENT },
      script: { '16175550131': QUICK_CALLEE, '16175550132': QUICK_CALLEE },
    })
    drafts = join(lab.lab.folder, 'data/uploads/drafts')
    const { calls } = lab.server.parts
    const { accountId } = await findAccount(calls, LAB_LOGIN.login)
    await addUser(calls, {
      accountId,
      fields: { name: 'looker', role: 'viewer', password: PASSWORD },
    })
  })
  after(async () => {
    await lab?.close()
    await browser?.close()
  })

  const goOn = (page: Page) => page.getByRole('button', { name: /^Go on/ }).click()

  it('lead from a dropped file with bad rows to a campaign that runs to its end', async () => {
    const visitor = await Visitor.arrive(browser, lab.url)
    const { page } = visitor
    await visitor.signIn()
    await page.getByRole('link', { name: 'New campaign' }).click()
    await dropFile(page, 'customers.csv', CUSTOMERS)
    await page.getByRole('button', { name: 'Upload the list' }).click()
    const refused = page.getByRole('region', { name: 'Rows that become no calls' })
    await refused.waitFor()
    assert.deepEqual(
      (await refused.locator('tbody tr').allInnerTexts()).map((text) =>
        text.split('\t')[0]?.trim(),
      ),
      ['3', '4', '5', '6'],
    )
    assert.match(await refused.innerText(), /12\s+destination is not a valid number/)
    assert.match(await refused.innerText(), /2 cells instead of .* 4/)
    const { headers, body } = await download(page, 'All of them as CSV')
    assert.match(headers['content-disposition'] ?? '', /attachment/)
    assert.match(body, /^line,value,code,reason\r\n"3","12",/)
    assert.match(body, /"'=1\+1"/)
    assert.equal(await page.getByLabel('What “Phone” is').inputValue(), 'destination')
    assert.equal(await page.getByLabel('What “Reference” is').inputValue(), 'message_reference')
    await page.getByLabel('What “City” is').selectOption('')
    await page.getByLabel('Name of the variable of “Customer”').fill('first_name')
    await goOn(page)
    await page.getByLabel('Name').fill('June “<i>sale</i>”')
    await page.getByLabel('Document').fill(lab.lab.web.url('/quick.vxml'))
    await page.getByLabel('Lines').fill('2')
    await goOn(page)
    await page.getByRole('img', { name: 'Lines in use' }).waitFor()
    await page.getByRole('button', { name: 'Launch the campaign' }).dblclick()
    await page.waitForURL(/\/campaigns\/\d+\?done=campaign-launched$/)
    await page.getByText('The campaign is launched').waitFor()
    const campaignId = Number(/campaigns\/(\d+)/.exec(page.url())?.[1])
    const listed = () => callsOf(lab, campaignId)
    await until(async () => (await listed()).every(({ state }) => state === 'ended'), 90_000)
    assert.deepEqual(
      (await listed()).map((call) => [call.destination, call.message_reference, call.outcome]),
      [
        ['+16175550132', 'r6', 'answered'],
        ['+16175550131', 'r1', 'answered'],
      ],
    )
    const asked = lab.lab.web.requestsFor('/quick.vxml').map(({ form }) => form.get('first_name'))
    assert.ok(asked.includes('<b>Ann</b>'))
    assert.ok(!lab.lab.web.requestsFor('/quick.vxml').some(({ form }) => form.has('City')))
    assert.equal(
      readdirSync(drafts).some((id) => existsSync(join(drafts, id, 'list'))),
      false,
    )
    await visitor.leave()
  })

  it('work without script, keep what was said while one goes back and forth, and tell faults where they are', async () => {
    const visitor = await Visitor.arrive(browser, lab.url, { javaScriptEnabled: false })
    const { page } = visitor
    await visitor.signIn()
    await visitor.go('/campaigns/new')
    await page.getByRole('textbox', { name: 'Numbers' }).fill('Ann\t6175550141\nBob\t6175550142')
    await page.getByRole('button', { name: 'Take these numbers' }).click()
    assert.equal(await page.getByLabel(/^The first row holds/).isChecked(), false)
    assert.equal(await page.getByLabel('What “Column 2” is').inputValue(), 'destination')
    visitor.expect(
      /reply: 422 .*columns/,
      /reply: 422 .*preview/,
      /reply: 4\d\d .*launch/,
      /console/,
    )
    await page.getByLabel('What “Column 1” is').selectOption('variable')
    const variable = page.getByLabel('Name of the variable of “Column 1”')
    await variable.fill('caller_id')
    await goOn(page)
    await page
      .getByRole('alert')
      .getByText(/means something of its own/)
      .waitFor()
    assert.equal(await variable.inputValue(), 'caller_id')
    await variable.fill('first name')
    await goOn(page)
    await takeName(lab, 'Taken')
    await page.getByLabel('Name').fill('Taken')
    await page.getByLabel('Document').fill(lab.lab.web.url('/quick.vxml'))
    await page.getByLabel('Calling hours').fill('monday 9-5')
    await page.getByLabel('Holidays').fill('12-25, 01-01\nUS: 07-04')
    await goOn(page)
    await page
      .getByRole('alert')
      .getByText(/^Calling hours/)
      .waitFor()
    assert.equal(await page.getByLabel('Calling hours').inputValue(), 'monday 9-5')
    await page.getByLabel('Calling hours').fill('mon-sun 00:00-24:00')
    await goOn(page)
    await page.getByRole('link', { name: 'Its columns' }).click()
    assert.equal(await variable.inputValue(), 'first name')
    await goOn(page)
    assert.equal(await page.getByLabel('Holidays').inputValue(), '12-25, 01-01\nUS: 07-04')
    await goOn(page)
    await page.getByRole('button', { name: 'Launch the campaign' }).click()
    await page
      .getByRole('alert')
      .getByText(/that of a campaign that exists/)
      .waitFor()
    await page.getByLabel('Name').fill('July')
    await goOn(page)
    const draft = new URL(page.url()).pathname
    await page.getByRole('button', { name: 'Launch the campaign' }).click()
    await page.getByText('The campaign is launched').waitFor()
    const launched = page.url()
    await visitor.go(draft)
    assert.equal(page.url(), launched)
    await visitor.leave()
  })

  it('are nobody else’s, and no viewer’s', async () => {
    const [owner, other] = [await signedIn(lab), await signedIn(lab)]
    const draft = (await owner.upload('a.csv', CUSTOMERS)).path
    assert.equal((await owner.get(draft)).status, 200)
    const told = await other.get(draft)
    assert.equal(told.status, 404)
    assert.match(told.text, /another server/)
    assert.equal((await other.post(draft.replace('columns', 'launch'))).status, 404)
    const looker = await signedIn(lab, { user: 'looker', secret: PASSWORD })
    const before = readdirSync(drafts).length
    assert.equal((await looker.upload('a.csv', CUSTOMERS)).status, 403)
    assert.equal((await looker.get('/campaigns/new')).status, 403)
    assert.equal(readdirSync(drafts).length, before)
  })

  it('forget a list after a day, and the sixth one before', async () => {
    const visitor = await signedIn(lab)
    const paths: string[] = []
    for (let count = 0; count < 6; count++) {
      paths.push((await visitor.upload('a.csv', CUSTOMERS)).path)
    }
    const statuses = await Promise.all(paths.map(async (path) => (await visitor.get(path)).status))
    assert.equal(statuses.filter((status) => status === 200).length, 5)
    const later = (ms: number) => ({ ...systemClock, now: () => systemClock.now() + ms })
    await removeOldDrafts(drafts, later(DAY_MS - 600_000))
    assert.ok(readdirSync(drafts).length >= 5)
    await removeOldDrafts(drafts, later(DAY_MS + 1000))
    assert.deepEqual(readdirSync(drafts), [])
  })

  it('show whatever a file holds as text, or say on which line it is wrong', async () => {
    const visitor = await signedIn(lab)
    for (const [what, content, status, says] of HOSTILE) {
      const { status: found, path, text } = await visitor.upload('x.csv', content)
      const shown = found === 303 ? await visitor.get(path) : { status: found, text }
      assert.equal(shown.status, status, `${what}: ${shown.text.slice(-2000)}`)
      assert.match(shown.text, says, what)
      assert.doesNotMatch(shown.text, /<script>alert|[\u0000\u0007\u202e]/, what)
    }
    const unclosed = `Phone\n6175550101\n${'6175550102\n'.repeat(20_000)}"617`
    const late = await visitor.upload('late.csv', unclosed)
    const shown = await visitor.get(late.path)
    assert.equal(shown.status, 422)
    assert.match(shown.text, /after line 20002/)
  })

  it('are done by keyboard, fit a telephone’s screen, and have no barriers in either theme', async () => {
    const names = Array.from(
      { length: 300 },
      (_, index) => `Column ${'n'.repeat(index % 70)} ${index}`,
    )
    const wide = `Phone,${names.join(',')}\n6175550151,${names.map(() => 'x'.repeat(100)).join(',')}\n`
    for (const [colorScheme, viewport] of [
      ['light', PHONE],
      ['dark', PHONE],
    ] as const) {
      const visitor = await Visitor.arrive(browser, lab.url, { colorScheme, viewport })
      const { page } = visitor
      const check = async (): Promise<void> => {
        assert.deepEqual(await visitor.accessibility(), [])
        const spill = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
        assert.equal(await page.evaluate(spill), 0, page.url())
      }
      await visitor.signIn()
      await visitor.go('/campaigns/new')
      await check()
      const buffer = Buffer.from(colorScheme === 'light' ? wide : CUSTOMERS)
      const file = { name: `${'long'.repeat(40)}.csv`, mimeType: 'text/csv', buffer }
      await page.getByLabel('List of numbers').setInputFiles(file)
      await page.getByRole('button', { name: 'Upload the list' }).press('Enter')
      await page.getByRole('heading', { name: 'The first rows' }).waitFor()
      await check()
      if (colorScheme === 'light') {
        // Not more than a hundred columns can be taken.
        visitor.expect(/reply: 422/, /console/)
        await page.getByRole('button', { name: /^Go on/ }).press('Enter')
        await page
          .getByRole('alert')
          .getByText(/more than 100 columns/)
          .waitFor()
        await visitor.leave()
        continue
      }
      await page.getByRole('button', { name: /^Go on/ }).press('Enter')
      await page.getByLabel('Name').press('End')
      await page.keyboard.type('By keyboard')
      await page.keyboard.press('Tab')
      await page.keyboard.type(lab.lab.web.url('/quick.vxml'))
      await check()
      await page.keyboard.press('Enter')
      await page.getByRole('button', { name: 'Launch the campaign' }).waitFor()
      await check()
      await visitor.leave()
    }
  })
})

/** A name, what is uploaded, the status of what is shown then, and what it says. */
const HOSTILE: readonly (readonly [string, string | Uint8Array, number, RegExp])[] = [
  [
    'script',
    'Phone,<script>alert(1)</script>\n6175550101,<script>alert(2)</script>\n',
    200,
    /&lt;script&gt;alert\(2\)/,
  ],
  ['formulas', 'Phone,=1+1\n6175550101,=cmd()\n', 200, /=cmd\(\)/],
  ['bidi', 'Phone,\u202ename\n6175550101,\u202eevil\n', 200, /\[U\+202E\]evil/],
  ['control characters', 'Phone,a\n6175550101,bell\u0007\n', 200, /bell\u2407/],
  ['a long cell', `Phone,a\n6175550101,${'y'.repeat(10_000)}\n`, 200, /y{120}…/],
  ['no header', '6175550101\n6175550102\n', 200, /Column 1/],
  ['nothing but a header', 'Phone,Name\n', 200, /no row besides the header/],
  ['an empty file', '', 422, /The list is empty/],
  ['blank lines', '\n\n\n', 422, /The list is empty/],
  [
    'Latin-1',
    Buffer.from('Phone,Name\n6175550101,M\xfcller\n', 'latin1'),
    422,
    /not in UTF-8 on line 2/,
  ],
  ['UTF-16', Buffer.from('\ufeffPhone\n6175550101\n', 'utf16le'), 422, /UTF-16/],
  ['a NUL byte', 'Phone,Name\n6175550101,a\0b\n', 422, /NUL byte on line 2/],
  ['a quote that is not closed', 'Phone,Name\n6175550101,"Ann\n', 422, /quotes.*after line 1/],
  ['a quote within a cell', 'Phone,Name\n6175550101,5" pipe\n', 422, /quote within a cell/],
  ['a row without an end', `Phone\n${'6'.repeat(70_000)}`, 422, /64 KiB/],
  ['no number anywhere', 'Name,City\nAnn,Boston\n', 422, /destination/],
]

async function dropFile(page: Page, name: string, content: string): Promise<void> {
  const data = await page.evaluateHandle(
    `(() => { const data = new DataTransfer(); data.items.add(new File([${JSON.stringify(content)}], ${JSON.stringify(name)})); return data })()`,
  )
  await page.locator('[data-drop]').dispatchEvent('drop', { dataTransfer: data })
}

async function download(page: Page, name: string) {
  const path = await page.getByRole('link', { name }).getAttribute('href')
  const response = await page.context().request.get(new URL(path ?? '', page.url()).href)
  return { headers: response.headers(), body: await response.text() }
}

async function callsOf({ url }: ServerLab, campaignId: number) {
  const authorization = `Basic ${btoa(`${LAB_LOGIN.login}:${LAB_LOGIN.pin}`)}`
  const path = `${url}/v1/campaigns/${campaignId}/calls`
  const body = await (await fetch(path, { headers: { authorization } })).json()
  const { calls } = body as { calls: readonly ListedCall[] }
  return calls
}

/** Makes a campaign that has this name already. */
async function takeName({ url, lab }: ServerLab, campaign_name: string): Promise<void> {
  const authorization = `Basic ${btoa(`${LAB_LOGIN.login}:${LAB_LOGIN.pin}`)}`
  const start_url = lab.web.url('/quick.vxml')
  const query = new URLSearchParams({ campaign_name, start_url, scheduled_time: '+3 days' })
  const headers = { authorization, 'content-type': 'text/csv' }
  const terms = { method: 'POST', headers, body: '6175550149\n' }
  assert.equal((await fetch(`${url}/v1/campaigns?${query}`, terms)).status, 201)
}

/** Somebody without a browser. */
async function signedIn(
  { url }: ServerLab,
  who: Readonly<Record<string, string>> = { secret: LAB_LOGIN.pin },
) {
  const ask = async (path: string, init: RequestInit = {}) => {
    const headers = { origin: url, cookie }
    const response = await fetch(url + path, { redirect: 'manual', headers, ...init })
    return { status: response.status, path: response.headers.get('location') ?? '', response }
  }
  let cookie = ''
  const form = new URLSearchParams({ login: LAB_LOGIN.login, ...who })
  const { response } = await ask('/sign-in', { method: 'POST', body: form })
  cookie = response.headers.get('set-cookie')?.split(';')[0] ?? ''
  const withText = async ({ response, ...rest }: Awaited<ReturnType<typeof ask>>) => {
    return { ...rest, text: await response.text() }
  }
  return {
    get: async (path: string) => withText(await ask(path)),
    post: async (path: string) => withText(await ask(path, { method: 'POST' })),
    async upload(name: string, content: string | Uint8Array) {
      const body = new FormData()
      body.set('list', new File([content as Uint8Array<ArrayBuffer>], name))
      return withText(await ask('/campaigns/new/file', { method: 'POST', body }))
    },
  }
}
