import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { addUser, findAccount } from '#calls'
import { SKIP_BROWSER, startBrowser, Visitor } from '#test/browser'
import { LAB_LOGIN } from '#test/lab'
import { openServerLab, type ServerLab } from '#test/server-lab'
import { until } from '#test/until'

const PASSWORD = 'correct horse battery'
const PHONE = { width: 390, height: 844 }
const SPILL = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'

describe('settings that campaigns and programs go by', { skip: SKIP_BROWSER }, () => {
  let browser: Browser
  let lab: ServerLab

  before(async () => {
    browser = await startBrowser()
    lab = await openServerLab()
    const { calls } = lab.server.parts
    const { accountId } = await findAccount(calls, LAB_LOGIN.login)
    for (const role of ['viewer', 'operator']) {
      await addUser(calls, { accountId, fields: { name: role, role, password: PASSWORD } })
    }
  })
  after(async () => {
    await lab?.close()
    await browser?.close()
  })

  const arriveAs = async (user: 'viewer' | 'operator'): Promise<Visitor> => {
    const visitor = await Visitor.arrive(browser, lab.url)
    await visitor.signIn({ login: LAB_LOGIN.login, user, pin: PASSWORD })
    return visitor
  }
  const press = (page: Page, name: string): Promise<void> =>
    page.getByRole('button', { name, exact: true }).click()
  const told = (page: Page, text: string): Promise<void> => page.getByText(text).waitFor()

  it('makes a schedule of hours and holidays; of two who change it the second is told of the first', async () => {
    const operator = await arriveAs('operator')
    const { page } = operator
    await operator.go('/settings/schedules')
    await page.getByRole('textbox', { name: 'Name' }).fill('office / “north”')
    await page.getByLabel('Monday').fill('9-17')
    await page.getByRole('textbox', { name: 'Holidays' }).fill('US: 07-04 2026-11-26\n* 01-01')
    operator.expect(/reply: 422/, /console: .*422/, /reply: 412/, /console: .*412/)
    await press(page, 'Make the schedule')
    assert.match(await page.getByRole('alert').innerText(), /“9-17” are no hours/)
    assert.equal(await page.getByLabel('Monday').getAttribute('aria-invalid'), 'true')
    assert.equal(await page.getByLabel('Tuesday').getAttribute('aria-invalid'), null)
    await page.getByLabel('Monday').fill('09:00-12:00 13:00-20:00')
    await press(page, 'Make the schedule')
    await told(page, 'It is made; campaigns may name it.')
    const schedule = async () => {
      const path = `/v1/schedules/${encodeURIComponent('office / “north”')}`
      const authorization = `Basic ${btoa(`${LAB_LOGIN.login}:${LAB_LOGIN.pin}`)}`
      const reply = await fetch(lab.url + path, { headers: { authorization } })
      return (await reply.json()) as Record<string, unknown>
    }
    assert.deepEqual((await schedule())['calling_window'], { mon: ['09:00-12:00', '13:00-20:00'] })
    assert.deepEqual((await schedule())['holidays'], {
      ...{ US: ['07-04', '2026-11-26'], '*': ['01-01'] },
    })
    await page.getByRole('link', { name: /office/ }).click()
    const second = await arriveAs('operator')
    await second.page.goto(page.url())
    await second.page.getByLabel('Tuesday').fill('10:00-11:00')
    await press(second.page, 'Save')
    await told(second.page, 'It is changed, with every campaign that names it.')
    await second.leave()
    await page.getByLabel('Sunday').fill('12:00-13:00')
    await press(page, 'Save')
    await told(page, 'Somebody else has changed it')
    assert.equal(await page.getByLabel('Sunday').inputValue(), '12:00-13:00')
    await press(page, 'Save')
    await told(page, 'It is changed, with every campaign that names it.')
    const { calling_window } = await schedule()
    assert.deepEqual(calling_window, {
      ...{ mon: ['09:00-12:00', '13:00-20:00'], sun: ['12:00-13:00'] },
    })
    await press(page, 'Remove the schedule')
    await page.getByRole('dialog').getByRole('button', { name: 'Remove the schedule' }).click()
    await told(page, 'It is removed.')
    assert.equal((await schedule())['code'], 'profile-not-found')
    await operator.leave()
  })

  it('makes and changes a pacing profile, which a viewer reads', async () => {
    const operator = await arriveAs('operator')
    const { page } = operator
    await operator.go('/settings/pacing-profiles')
    await page.getByRole('textbox', { name: 'Name' }).fill('gentle')
    await page.getByLabel('Lines').fill('7')
    await page.getByLabel('Calls per second').fill('0.5')
    await press(page, 'Make the pacing profile')
    await page.getByRole('link', { name: 'gentle' }).click()
    await page.getByLabel('Calls per second').fill('')
    await press(page, 'Save')
    await told(page, 'It is changed, with every campaign that names it.')
    await operator.leave()
    const viewer = await arriveAs('viewer')
    await viewer.go('/settings/pacing-profiles')
    await viewer.page.getByRole('cell', { name: 'as many as the account makes' }).waitFor()
    await viewer.page.getByRole('link', { name: 'gentle' }).click()
    await told(viewer.page, 'as many as the account makes')
    assert.equal(await viewer.page.locator('main').getByRole('button').count(), 0)
    await viewer.leave()
  })

  it('tells of results that did not arrive, enables URLs again, posts again, and rotates the secret', async () => {
    lab.lab.web.answer = gone(lab)
    const callId = await lab.lab.queue(lab.url, '16175550102', {
      result_url: lab.lab.web.url('/gone'),
    })
    const owner = await Visitor.arrive(browser, lab.url)
    await owner.signIn()
    const { page } = owner
    await until(async () => {
      await owner.go('/settings/webhooks')
      return (await page.getByRole('link', { name: String(callId), exact: true }).count()) > 0
    })
    await page.getByRole('cell', { name: 'answered 410' }).waitFor()
    isGone = false
    await press(page, 'Enable')
    await page.getByRole('dialog').getByRole('button', { name: 'Enable' }).click()
    await told(page, 'No URL has answered 410 (Gone).')
    const posts = () => lab.lab.web.requestsFor('/gone').filter(({ method }) => method === 'POST')
    const before = posts().length
    await press(page, 'Post all of them again')
    await page.getByRole('dialog').getByRole('button', { name: 'Post all of them again' }).click()
    await told(page, 'All that was given up is posted again.')
    await until(async () => posts().length > before)
    assert.equal(await page.locator('#secret pre').isVisible(), false)
    await page.getByText('Show the secret').click()
    const secret = await page.locator('#secret pre').innerText()
    assert.match(secret, /^whsec_/)
    await press(page, 'Rotate the secret')
    await page.getByLabel('The old one signs as well').selectOption('for an hour')
    await page.getByRole('dialog').getByRole('button', { name: 'Rotate the secret' }).click()
    await told(page, 'Results are signed with the new secret.')
    await told(page, 'The one before signs until')
    assert.notEqual(await page.locator('#secret pre').textContent(), secret)
    const viewer = await arriveAs('viewer')
    await viewer.go('/settings/webhooks')
    assert.ok(!(await viewer.page.content()).includes('whsec_'))
    assert.equal(await viewer.page.getByText('Webhook secret').count(), 0)
    await viewer.leave()
    await owner.leave()
  })

  it('shows the audit log to owners, by who, what and when', async () => {
    const owner = await Visitor.arrive(browser, lab.url)
    await owner.signIn()
    const { page } = owner
    await (await arriveAs('operator')).leave()
    await owner.go('/settings/audit')
    await page.getByLabel('What was done', { exact: true }).fill('signIn')
    await page.getByLabel('Who', { exact: true }).fill('user:operator')
    await page.getByLabel('From').fill('2026-01-01T00:00')
    await press(page, 'Search')
    await page.getByRole('cell', { name: 'user:operator' }).first().waitFor()
    const rows = await page.locator('tbody tr').allInnerTexts()
    assert.deepEqual(
      rows.filter((row) => !/user:operator\s+signIn/.test(row)),
      [],
    )
    await page.getByLabel('From').fill('2099-01-01T00:00')
    await press(page, 'Search')
    await told(page, 'Nothing of the kind was done.')
    owner.expect(/reply: 422/, /console: .*422/)
    await page.getByLabel('What was done', { exact: true }).fill('no such thing')
    await press(page, 'Search')
    assert.match(await page.getByRole('alert').innerText(), /^What was done is none/)
    assert.equal(
      await page.getByLabel('What was done', { exact: true }).inputValue(),
      'no such thing',
    )
    await owner.leave()
  })

  it('has no barriers, and fits a telephone’s screen', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const visitor = await Visitor.arrive(browser, lab.url, { colorScheme, viewport: PHONE })
      await visitor.signIn()
      for (const path of [
        ...['/schedules', '/pacing-profiles', '/pacing-profiles/gentle', '/webhooks', '/audit'],
      ]) {
        await visitor.go(`/settings${path}`)
        assert.deepEqual(await visitor.accessibility(), [], path)
        assert.equal(await visitor.page.evaluate(SPILL), 0, path)
      }
      await visitor.leave()
    }
  })
})

let isGone = true

/** The application, one page of which is gone for a while. */
function gone({ lab: { web } }: ServerLab): typeof web.answer {
  const usual = web.answer
  return (request, index) => {
    const isPost = request.url.startsWith('/gone') && request.method === 'POST'
    if (isPost) return { status: isGone ? 410 : 200, body: 'ok' }
    return request.url.startsWith('/gone') ? { status: 200, body: 'ok' } : usual(request, index)
  }
}
