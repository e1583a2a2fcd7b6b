import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser } from 'playwright-core'
import { addUser, findAccount } from '#calls'
import { SKIP_BROWSER, startBrowser, Visitor } from '#test/browser'
import { LAB_LOGIN } from '#test/lab'
import { openServerLab, type ServerLab } from '#test/server-lab'

const PASSWORD = 'correct horse battery'
const PHONE = { width: 390, height: 844 }

describe('the page of a new call', { skip: SKIP_BROWSER }, () => {
  let browser: Browser
  let lab: ServerLab
  let startUrl: string

  before(async () => {
    browser = await startBrowser()
    lab = await openServerLab()
    startUrl = lab.lab.web.url('/start.vxml')
    const { calls } = lab.server.parts
    const { accountId } = await findAccount(calls, LAB_LOGIN.login)
    const fields = { name: 'looker', role: 'viewer', password: PASSWORD }
    await addUser(calls, { accountId, fields })
  })
  after(async () => {
    await lab?.close()
    await browser?.close()
  })

  for (const javaScriptEnabled of [true, false]) {
    it(`tells what is wrong where it is, keeps what was typed, and queues, ${javaScriptEnabled ? 'with' : 'without'} script`, async () => {
      const visitor = await Visitor.arrive(browser, lab.url, { javaScriptEnabled })
      const { page } = visitor
      await visitor.signIn()
      await page.getByRole('link', { name: 'New call' }).click()
      visitor.expect(/reply: 422/, /console: .*422/)
      const number = page.getByLabel('Phone number')
      await number.fill('<script>12')
      await page.getByLabel('Document').fill(startUrl)
      await page.getByLabel('Result to').fill(lab.lab.web.url('/result'))
      await page.getByLabel('Your reference').fill('“order” <b>7</b>')
      await page.getByLabel('Call at').fill('+3 days')
      await page.getByRole('button', { name: 'Queue the call' }).click()
      await page
        .getByRole('alert')
        .getByText(/^Phone number /)
        .waitFor()
      assert.equal(await number.inputValue(), '<script>12')
      assert.equal(await number.getAttribute('aria-invalid'), 'true')
      assert.equal(await page.getByLabel('Your reference').inputValue(), '“order” <b>7</b>')
      await number.fill('+1 617 555 0101')
      await page.getByRole('button', { name: 'Queue the call' }).click()
      await page.getByText('The call is queued.').waitFor()
      const call = await lab.call(Number(new URL(page.url()).pathname.split('/').at(-1)))
      assert.equal(call.destination, '+16175550101')
      assert.equal(call.messageReference, '“order” <b>7</b>')
      await visitor.leave()
    })
  }

  it('queues once what is sent twice, and says so of a form that was changed since', async () => {
    const visitor = await Visitor.arrive(browser, lab.url)
    const { page } = visitor
    await visitor.signIn()
    await visitor.go('/calls/new')
    const key = await page.locator('[name=key]').inputValue()
    const form = { key, phone_number: '6175550102', start_url: startUrl, scheduled_time: '+3 days' }
    const send = (changes: Readonly<Record<string, string>> = {}) =>
      page.context().request.post(`${lab.url}/calls/new`, {
        ...{ form: { ...form, ...changes }, headers: { origin: lab.url }, maxRedirects: 0 },
      })
    const [first, again] = [await send(), await send()]
    assert.match(first.headers()['location'] ?? '', /^\/calls\/\d+\?done=call-queued$/)
    assert.equal(again.headers()['location'], first.headers()['location'])
    const changed = await send({ phone_number: '6175550103' })
    assert.ok(changed.status() >= 400)
    const told = await changed.text()
    assert.match(told, /second call/)
    const newKey = /name="key" value="([^"]+)"/.exec(told)?.[1] ?? ''
    const second = await send({ phone_number: '6175550103', key: newKey })
    assert.notEqual(second.headers()['location'], first.headers()['location'])
    assert.equal(second.status(), 303)
    await visitor.leave()
  })

  it('is done by keyboard alone, within a telephone’s screen, and has no barriers in either theme', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const visitor = await Visitor.arrive(browser, lab.url, { colorScheme, viewport: PHONE })
      const { page } = visitor
      await visitor.signIn()
      await visitor.go('/calls/new')
      await page.getByLabel('Phone number').press('End')
      await page.keyboard.type('12')
      await page.keyboard.press('Tab')
      await page.keyboard.type(`${startUrl}?${'x'.repeat(180)}`)
      visitor.expect(/reply: 422/, /console: .*422/)
      await page.keyboard.press('Enter')
      await page.getByRole('alert').waitFor()
      assert.deepEqual(await visitor.accessibility(), [])
      const spill = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
      assert.equal(await page.evaluate(spill), 0)
      await visitor.leave()
    }
  })

  it('is not for viewers', async () => {
    const visitor = await Visitor.arrive(browser, lab.url)
    const { page } = visitor
    await visitor.signIn({ login: LAB_LOGIN.login, user: 'looker', pin: PASSWORD })
    assert.equal(await page.getByRole('link', { name: 'New call' }).count(), 0)
    visitor.expect(/reply: 403/, /console: .*403/)
    await visitor.go('/calls/new')
    await page.getByRole('heading', { name: 'This is not allowed' }).waitFor()
    const form = { phone_number: '6175550104', start_url: startUrl }
    const headers = { origin: lab.url }
    const sent = await page.context().request.post(`${lab.url}/calls/new`, { form, headers })
    assert.equal(sent.status(), 403)
    await visitor.leave()
  })
})
