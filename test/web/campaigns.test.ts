import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser } from 'playwright-core'
import { SKIP_BROWSER, startBrowser, Visitor } from '#test/browser'
import { LAB_LOGIN } from '#test/lab'
import { openServerLab, type ServerLab } from '#test/server-lab'
import { type StoredCalls, storeCalls } from '#test/stored-calls'

const HISTORY = 100_000
const AUTHORIZATION = `Basic ${btoa(`${LAB_LOGIN.login}:${LAB_LOGIN.pin}`)}`

describe('overview and campaigns, with 100,000 calls of history', { skip: SKIP_BROWSER }, () => {
  let browser: Browser
  let lab: ServerLab
  let stored: StoredCalls

  before(async () => {
    browser = await startBrowser()
    lab = await openServerLab()
    stored = await storeCalls(lab.db, LAB_LOGIN.login, HISTORY, { withAttempts: true })
  })
  after(async () => {
    await lab?.close()
    await browser?.close()
  })

  it('tells how everything stands, and suspends and resumes all of it after a question', async () => {
    const visitor = await Visitor.arrive(browser, lab.url)
    const { page } = visitor
    await visitor.signIn()
    await page
      .getByRole('row', { name: /stored/ })
      .getByText('90,000')
      .count()
    await page.getByRole('button', { name: 'Suspend everything' }).click()
    await page.getByRole('button', { name: 'Leave it as it is' }).click()
    assert.equal(await isHeld(lab), false)
    await page.getByRole('button', { name: 'Suspend everything' }).click()
    await page
      .getByRole('dialog', { name: /Suspend all/ })
      .getByRole('button', { name: 'Suspend everything' })
      .click()
    await page.getByText('All calls of this account are suspended.').first().waitFor()
    assert.equal(await isHeld(lab), true)
    await page.getByRole('button', { name: 'Resume all calls' }).click()
    await page.getByText('Calls go on.').waitFor()
    assert.equal(await isHeld(lab), false)
    await visitor.leave()
  })

  it('is worked by the keyboard alone', async () => {
    const visitor = await Visitor.arrive(browser, lab.url)
    const { page } = visitor
    const { keyboard } = page
    const focused = (): Promise<string> => page.locator(':focus').innerText()
    /** Tabs on until what has the focus says so. */
    const tabTo = async (name: string): Promise<void> => {
      for (let tabs = 0; (await focused()) !== name; tabs++) {
        assert.ok(tabs < 60, `${name} is not reached by the keyboard`)
        await keyboard.press('Tab')
      }
    }
    await visitor.signIn()
    await keyboard.press('Tab')
    assert.equal(await focused(), 'Skip to the content')
    await keyboard.press('Enter')
    await keyboard.press('Tab')
    assert.equal(await focused(), 'Suspend everything')
    await keyboard.press('Enter')
    await tabTo('Leave it as it is')
    await keyboard.press('Enter')
    assert.equal(await isHeld(lab), false)
    assert.equal(await focused(), 'Suspend everything')
    await keyboard.press('Enter')
    await keyboard.press('Escape')
    assert.equal(await page.getByRole('dialog').isVisible(), false)
    await tabTo('stored')
    await keyboard.press('Enter')
    await page.getByRole('heading', { name: 'stored', level: 1 }).waitFor()
    await visitor.leave()
  })

  it('shows a campaign with its figures, and finds its calls page by page', async () => {
    const visitor = await Visitor.arrive(browser, lab.url)
    const { page } = visitor
    await visitor.signIn()
    await page.getByRole('link', { name: 'Campaigns', exact: true }).click()
    await page.getByRole('link', { name: 'stored' }).click()
    await page.getByRole('heading', { name: 'stored', level: 1 }).waitFor()
    await page.getByRole('img', { name: /Outcomes over time/ }).waitFor()
    await page.getByRole('link', { name: 'Next page' }).click()
    await page.getByRole('link', { name: 'First page' }).waitFor()
    await page.getByLabel('Outcome', { exact: true }).selectOption('no-answer')
    await page.getByRole('button', { name: 'Search' }).click()
    const rows = page.locator('#calls tbody tr')
    assert.equal(await rows.count(), 50)
    assert.equal(await rows.getByText('no answer').count(), 50)
    await visitor.leave()
  })

  it('has no barriers, in either theme', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const visitor = await Visitor.arrive(browser, lab.url, { colorScheme })
      await visitor.signIn()
      const campaign = `/campaigns/${stored.campaignId}`
      for (const path of ['/', '/campaigns', campaign, `${campaign}/edit`]) {
        await visitor.go(path)
        assert.deepEqual(await visitor.accessibility(), [], `${path}, ${colorScheme}`)
      }
      await visitor.leave()
    }
  })

  it('pauses and resumes a campaign and sets its pace, without script', async () => {
    const visitor = await Visitor.arrive(browser, lab.url, { javaScriptEnabled: false })
    const { page } = visitor
    await visitor.signIn()
    await visitor.go(`/campaigns/${stored.campaignId}`)
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByText('The campaign is paused').waitFor()
    await page.getByRole('button', { name: 'Resume' }).click()
    await page.getByText('The campaign goes on.').waitFor()
    visitor.expect(/reply: 422 .*pace/, /console: .*422/)
    await page.getByLabel('Lines').fill('many')
    await page.getByRole('button', { name: 'Set the pace' }).click()
    assert.match(await page.getByRole('alert').innerText(), /lines/)
    assert.equal(await page.getByLabel('Lines').inputValue(), 'many')
    await page.getByLabel('Lines').fill('7')
    await page.getByRole('button', { name: 'Set the pace' }).click()
    await page.getByText('The new pace counts').waitFor()
    assert.equal(await page.getByLabel('Lines').inputValue(), '7')
    await visitor.leave()
  })

  it('keeps up with calls while it is open', async () => {
    const visitor = await Visitor.arrive(browser, lab.url)
    const { page } = visitor
    await visitor.signIn()
    await visitor.go('/campaigns')
    const completed = page
      .getByRole('row', { name: /^default/ })
      .locator('td')
      .nth(3)
    assert.equal(await completed.count(), 0)
    await lab.lab.queue(lab.url, '16175550111')
    await completed.getByText('1', { exact: true }).waitFor()
    await visitor.leave()
  })
})

async function isHeld({ url }: ServerLab): Promise<boolean> {
  const response = await fetch(`${url}/v1/account`, { headers: { authorization: AUTHORIZATION } })
  return ((await response.json()) as { held: boolean }).held
}
