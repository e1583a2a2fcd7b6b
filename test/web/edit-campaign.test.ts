import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser } from 'playwright-core'
import { SKIP_BROWSER, startBrowser, Visitor } from '#test/browser'
import { LAB_LOGIN } from '#test/lab'
import { openServerLab, type ServerLab } from '#test/server-lab'

const AUTHORIZATION = `Basic ${btoa(`${LAB_LOGIN.login}:${LAB_LOGIN.pin}`)}`

describe('a campaign that is there already', { skip: SKIP_BROWSER }, () => {
  let browser: Browser
  let lab: ServerLab
  let path: string

  before(async () => {
    browser = await startBrowser()
    lab = await openServerLab()
    const query = new URLSearchParams({
      ...{ campaign_name: 'spring', start_url: lab.lab.web.url('/start.vxml'), lines: '3' },
      ...{ calling_window: 'mon-sun 00:00-24:00', holidays: '{"US":["07-04"]}', max_retries: '2' },
      scheduled_time: '+1 year',
    })
    const made = await api('POST', `/campaigns?${query}`, 'destination\n16175550111\n')
    path = `/campaigns/${made['campaign_id']}`
  })
  after(async () => {
    await lab?.close()
    await browser?.close()
  })

  const api = async (method: string, where: string, list?: string) => {
    const response = await fetch(`${lab.url}/v1${where}`, {
      method,
      headers: { authorization: AUTHORIZATION, 'content-type': 'text/csv' },
      ...(list === undefined ? {} : { body: list }),
    })
    assert.ok(response.ok, `${method} ${where}: ${response.status}`)
    return (await response.json()) as Record<string, unknown>
  }

  it('is edited: what was typed alone changes, and what is wrong stands at its field', async () => {
    const visitor = await Visitor.arrive(browser, lab.url)
    const { page } = visitor
    await visitor.signIn()
    await visitor.go(path)
    await page.getByRole('link', { name: 'Edit' }).click()
    assert.equal(await page.getByLabel('Lines').inputValue(), '3')
    assert.equal(await page.getByLabel('Holidays').inputValue(), 'US: 07-04')
    visitor.expect(/reply: 422 .*edit/, /console: .*422/)
    await page.getByLabel('Calling hours').fill('someday 09:00-17:00')
    await page.getByRole('button', { name: 'Change the campaign' }).click()
    await page.getByRole('alert').waitFor()
    assert.equal(await page.getByLabel('Calling hours').getAttribute('aria-invalid'), 'true')
    const before = await api('GET', path)
    await page.getByLabel('Calling hours').fill('mon-fri 09:00-17:00')
    await page.getByLabel('Lines').fill('')
    await page.getByRole('button', { name: 'Change the campaign' }).click()
    await page.getByText('The campaign is changed').waitFor()
    const { calling_window, lines: _, version, ...rest } = before
    const { calling_window: window, lines, version: next, ...same } = await api('GET', path)
    assert.deepEqual(window, Object.fromEntries(WEEKDAYS.map((day) => [day, ['09:00-17:00']])))
    assert.notDeepEqual(window, calling_window)
    assert.equal(lines, undefined)
    assert.equal(next, Number(version) + 1)
    assert.deepEqual({ ...same, progress: 0 }, { ...rest, progress: 0 })
    await visitor.leave()
  })

  it('is not changed over what somebody else has changed meanwhile', async () => {
    const [one, other] = await Promise.all(
      [1, 2].map(async () => {
        const visitor = await Visitor.arrive(browser, lab.url)
        await visitor.signIn()
        await visitor.go(`${path}/edit`)
        await visitor.page.getByLabel('Lines').fill('5')
        return visitor
      }),
    )
    assert.ok(one !== undefined && other !== undefined)
    await one.page.getByRole('button', { name: 'Change the campaign' }).click()
    await one.page.getByText('The campaign is changed').waitFor()
    other.expect(/reply: 4\d\d .*edit/, /console: /)
    await other.page.getByLabel('Lines').fill('6')
    await other.page.getByRole('button', { name: 'Change the campaign' }).click()
    assert.match(await other.page.getByRole('alert').innerText(), /version|changed/)
    assert.equal((await api('GET', path))['lines'], 5)
    await one.leave()
    await other.leave()
  })

  it('gets further calls from a list, without script', async () => {
    const visitor = await Visitor.arrive(browser, lab.url, { javaScriptEnabled: false })
    const { page } = visitor
    await visitor.signIn()
    await visitor.go(path)
    await page.getByRole('link', { name: 'Add calls' }).click()
    await page.getByRole('textbox', { name: 'Numbers' }).fill('16175550112\nnobody\n16175550113')
    await page.getByRole('button', { name: 'Take these numbers' }).click()
    await page.getByText('nobody').first().waitFor()
    await page.getByRole('button', { name: /go on/i }).click()
    await page.getByLabel('Call from').fill('+1 year')
    await page.getByRole('button', { name: 'Add the calls' }).click()
    await page.getByText('The calls are added.').waitFor()
    const { progress } = (await api('GET', path)) as { progress: { accepted: number } }
    assert.equal(progress.accepted, 3)
    await visitor.leave()
  })
})

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri']
