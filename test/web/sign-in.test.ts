import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser } from 'playwright-core'
import { SKIP_BROWSER, startBrowser, Visitor } from '#test/browser'
import { LAB_LOGIN } from '#test/lab'
import { openServerLab, type ServerLab } from '#test/server-lab'

describe('signing in', { skip: SKIP_BROWSER }, () => {
  let browser: Browser
  let lab: ServerLab

  before(async () => {
    browser = await startBrowser()
    lab = await openServerLab()
  })
  after(async () => {
    await lab?.close()
    await browser?.close()
  })

  for (const javaScriptEnabled of [true, false]) {
    it(`leads on to where one was going, and out again, ${javaScriptEnabled ? 'with' : 'without'} script`, async () => {
      const visitor = await Visitor.arrive(browser, lab.url, { javaScriptEnabled })
      const { page } = visitor
      await visitor.go('/calls?state=queued')
      assert.equal(new URL(page.url()).pathname, '/sign-in')
      visitor.expect(/reply: 422 .*sign-in/, /console: .*422/)
      await page.getByLabel('Account').fill(LAB_LOGIN.login)
      await page.getByLabel(/^PIN/).fill('0000')
      await page.getByRole('button', { name: 'Sign in' }).click()
      assert.match(await page.getByRole('alert').innerText(), /login/i)
      assert.equal(await page.getByLabel('Account').inputValue(), LAB_LOGIN.login)
      assert.equal(await page.getByLabel(/^PIN/).inputValue(), '')
      await page.getByLabel(/^PIN/).fill(LAB_LOGIN.pin)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByRole('heading', { name: 'Calls' }).waitFor()
      assert.match(page.url(), /\/calls\?state=queued$/)
      await page.locator('.who summary').click()
      await page.getByRole('button', { name: 'Sign out' }).click()
      await page.getByText('You have signed out.').waitFor()
      await visitor.go('/calls')
      assert.equal(new URL(page.url()).pathname, '/sign-in')
      await visitor.leave()
    })
  }

  it('keeps the session where no script and no other site reaches it', async () => {
    const visitor = await Visitor.arrive(browser, lab.url)
    await visitor.signIn()
    const cookies = await visitor.page.context().cookies()
    const session = cookies.find(({ name }) => name === 'outdial')
    assert.equal(session?.httpOnly, true)
    assert.equal(session?.sameSite, 'Strict')
    const cookie = `outdial=${session?.value}`
    const post = (headers: Readonly<Record<string, string>>) =>
      fetch(`${lab.url}/theme`, {
        method: 'POST',
        redirect: 'manual',
        headers: { cookie, 'content-type': 'application/x-www-form-urlencoded', ...headers },
        body: 'theme=dark&back=/',
      })
    assert.equal((await post({ origin: 'https://elsewhere.example' })).status, 403)
    assert.equal((await post({})).status, 403)
    assert.equal((await post({ origin: lab.url })).status, 303)
    assert.equal((await post({ 'sec-fetch-site': 'same-origin' })).status, 303)
    await visitor.leave()
  })

  it('sends headers that let nothing in from elsewhere, and lets nobody cache', async () => {
    const { headers } = await fetch(`${lab.url}/sign-in`)
    const policy = headers.get('content-security-policy') ?? ''
    assert.match(policy, /default-src 'none'/)
    assert.doesNotMatch(policy, /unsafe/)
    assert.match(policy, /frame-ancestors 'none'/)
    assert.equal(headers.get('cache-control'), 'no-store')
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
  })

  it('goes nowhere else afterwards, whatever the address says', async () => {
    for (const next of [
      '//elsewhere.example',
      '/\\elsewhere.example',
      'https://elsewhere.example',
    ]) {
      const response = await fetch(`${lab.url}/sign-in`, {
        method: 'POST',
        redirect: 'manual',
        headers: { origin: lab.url },
        body: new URLSearchParams({ login: LAB_LOGIN.login, secret: LAB_LOGIN.pin, next }),
      })
      assert.equal(response.headers.get('location'), '/')
    }
  })

  it('is accessible in both themes', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const visitor = await Visitor.arrive(browser, lab.url, { colorScheme })
      await visitor.go('/sign-in')
      assert.deepEqual(await visitor.accessibility(), [])
      await visitor.leave()
    }
  })
})
