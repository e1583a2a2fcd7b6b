import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { SKIP_BROWSER, startBrowser, Visitor } from '#test/browser'
import { LAB_LOGIN } from '#test/lab'
import { openServerLab, type ServerLab } from '#test/server-lab'

const PASSWORD = 'correct horse battery'
const PHONE = { width: 390, height: 844 }
/** A name that is markup, turns what follows it, and never ends. */
const HOSTILE = `<b>x</b>\u202e${'y'.repeat(100)}`

describe('the settings of an account', { skip: SKIP_BROWSER }, () => {
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

  const press = (page: Page, name: string): Promise<void> =>
    page.getByRole('button', { name, exact: true }).click()
  const confirm = async (page: Page, name: string, answer = name): Promise<void> => {
    await press(page, name)
    await page.getByRole('dialog').getByRole('button', { name: answer, exact: true }).click()
  }
  const told = (page: Page, text: string): Promise<void> => page.getByText(text).waitFor()

  const addUser = async (page: Page, name: string, role: string): Promise<void> => {
    await page.getByRole('textbox', { name: 'Name' }).fill(name)
    await page.getByLabel('Role').selectOption(role)
    await page.getByLabel('Password').fill(PASSWORD)
    await press(page, 'Add the user')
    await told(page, 'The user may sign in now.')
  }

  it('makes users, who may do what their role says, changes them and removes them', async () => {
    const owner = await Visitor.arrive(browser, lab.url)
    await owner.signIn()
    const { page } = owner
    await page.getByRole('link', { name: 'Settings' }).click()
    await page.getByRole('link', { name: 'Users' }).click()
    owner.expect(/reply: 422 .*users/, /console: .*422/)
    await page.getByRole('textbox', { name: 'Name' }).fill(HOSTILE.slice(0, 20))
    await page.getByLabel('Role').selectOption('operator')
    await page.getByLabel('Password').fill('short')
    await press(page, 'Add the user')
    assert.match(await page.getByRole('alert').innerText(), /^Password must have 12/)
    assert.equal(await page.getByLabel('Role').inputValue(), 'operator')
    assert.equal(await page.getByLabel('Password').inputValue(), '')
    await addUser(page, 'looker', 'viewer')
    await addUser(page, 'dialler', 'operator')
    const looker = await Visitor.arrive(browser, lab.url)
    await looker.signIn({ login: LAB_LOGIN.login, user: 'looker', pin: PASSWORD })
    await looker.go('/settings')
    assert.deepEqual(await tabNames(looker.page), [
      ...['Account', 'Sessions', 'Do not call', 'Schedules', 'Pacing profiles', 'Results'],
      'Installation',
    ])
    looker.expect(/reply: 403/, /console: .*403/)
    await looker.go('/settings/users')
    await looker.page.getByRole('heading', { name: 'This is not allowed' }).waitFor()
    const headers = { origin: lab.url }
    for (const path of ['/users', '/keys', '/do-not-call']) {
      const sent = await looker.page
        .context()
        .request.post(`${lab.url}/settings${path}`, { form: { numbers: '6175550101' }, headers })
      assert.equal(sent.status(), 403, path)
    }
    await page.getByRole('link', { name: 'looker' }).click()
    await page.getByLabel('Role').selectOption('operator')
    await press(page, 'Change the role')
    await told(page, 'The user is changed, and signed out.')
    await looker.go('/settings')
    assert.equal(new URL(looker.page.url()).pathname, '/sign-in')
    await looker.leave()
    await page.getByRole('link', { name: 'dialler' }).click()
    await confirm(page, 'Remove the user')
    await told(page, 'The user is removed.')
    assert.equal(await page.getByRole('link', { name: 'dialler' }).count(), 0)
    await owner.leave()
  })

  it('tells who is signed in, and ends sessions', async () => {
    const owner = await Visitor.arrive(browser, lab.url)
    const other = await Visitor.arrive(browser, lab.url)
    await owner.signIn()
    await other.signIn()
    await owner.go('/settings/sessions')
    await owner.page.getByRole('button', { name: 'End', exact: true }).last().click()
    await owner.page.getByRole('dialog').getByRole('button', { name: 'End', exact: true }).click()
    await told(owner.page, 'The session has ended.')
    await other.go('/settings')
    await told(other.page, 'Your session was over.')
    await other.leave()
    await confirm(owner.page, 'Sign out everywhere')
    await told(owner.page, 'You have signed out everywhere.')
    await owner.leave()
  })

  it('makes a key that is shown once, in no address, and revokes it', async () => {
    const owner = await Visitor.arrive(browser, lab.url)
    await owner.signIn()
    const { page } = owner
    await owner.go('/settings/keys')
    await page.getByRole('textbox', { name: 'Name' }).fill(HOSTILE)
    await page.getByLabel('Role').selectOption('viewer')
    await page.getByLabel('Expires').selectOption('in 30 days')
    await press(page, 'Make the key')
    const key = await page.locator('pre').innerText()
    assert.ok(!page.url().includes(key))
    const asked = () =>
      fetch(`${lab.url}/v1/account`, { headers: { authorization: `Bearer ${key}` } })
    assert.equal((await asked()).status, 200)
    await page.getByRole('link', { name: 'Back to the keys' }).click()
    assert.ok(!(await page.content()).includes(key))
    assert.equal(await page.locator('b').count(), 0)
    await confirm(page, 'Revoke')
    await told(page, 'The key is revoked.')
    assert.equal((await asked()).status, 401)
    await owner.leave()
  })

  it('keeps the list of numbers that are not called, without script too, masked for viewers', async () => {
    const owner = await Visitor.arrive(browser, lab.url, { javaScriptEnabled: false })
    await owner.signIn()
    const { page } = owner
    await owner.go('/settings/users')
    await addUser(page, 'watcher', 'viewer')
    await owner.go('/settings/do-not-call')
    owner.expect(/reply: 422/, /console: .*422/)
    const numbers = page.getByLabel('Numbers', { exact: false }).first()
    await numbers.fill('6175550101\nnonsense')
    await page.getByLabel('Reason').fill('“asked” <i>us</i>')
    await press(page, 'Put on the list')
    assert.match(await page.getByRole('alert').innerText(), /nonsense/)
    assert.equal(await numbers.inputValue(), '6175550101\nnonsense')
    assert.equal(await numbers.getAttribute('aria-invalid'), 'true')
    await numbers.fill('6175550101\n+44 20 7946 0101, 6175550103')
    await press(page, 'Put on the list')
    await told(page, 'The numbers are on the list.')
    await page.getByRole('rowheader', { name: '+442079460101' }).waitFor()
    const watcher = await Visitor.arrive(browser, lab.url)
    await watcher.signIn({ login: LAB_LOGIN.login, user: 'watcher', pin: PASSWORD })
    await watcher.go('/settings/do-not-call')
    const seen = await watcher.page.content()
    assert.ok(!seen.includes('79460101') && seen.includes('+442•••••••01'), seen)
    assert.equal(await watcher.page.getByRole('button', { name: 'Take off' }).count(), 0)
    await watcher.leave()
    await page.getByRole('button', { name: 'Take off', exact: true }).first().click()
    await page.getByRole('dialog').getByRole('button', { name: 'Take off' }).click()
    await told(page, 'not on the list any more')
    assert.equal(await page.getByRole('rowheader', { name: '+16175550101' }).count(), 0)
    await page.getByLabel('Numbers to call again').fill('+44 20 7946 0101')
    await confirm(page, 'Take off the list')
    await told(page, 'not on the list any more')
    assert.equal(await page.getByRole('rowheader', { name: '+442079460101' }).count(), 0)
    await owner.leave()
  })

  it('has no barriers, and fits a telephone’s screen', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const visitor = await Visitor.arrive(browser, lab.url, { colorScheme, viewport: PHONE })
      await visitor.signIn()
      for (const path of ['', '/users', '/sessions', '/keys', '/do-not-call']) {
        await visitor.go(`/settings${path}`)
        assert.deepEqual(await visitor.accessibility(), [], path)
        assert.equal(await visitor.page.evaluate(SPILL), 0, path)
      }
      await visitor.leave()
    }
  })
})

const SPILL = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'

function tabNames(page: Page): Promise<string[]> {
  return page.getByRole('navigation', { name: 'Settings' }).getByRole('link').allInnerTexts()
}
