import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { addApiKey } from '#calls'
import type { Role } from '#model'
import { SKIP_BROWSER, startBrowser, Visitor } from '#test/browser'
import { openServerLab, type ServerLab } from '#test/server-lab'

const PHONE = { width: 390, height: 844 }
const SPILL = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'

describe('the settings of the installation', { skip: SKIP_BROWSER }, () => {
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

  const keyOf = async (role: Role): Promise<string> => {
    const { calls } = lab.server.parts
    const { key } = await addApiKey(calls, {
      ...{ accountId: undefined, name: `test ${role}`, role, lifeSeconds: undefined },
    })
    return key
  }
  const join = async (visitor: Visitor, key: string): Promise<void> => {
    await visitor.go('/settings/installation')
    await visitor.page.getByLabel('Key of the installation').fill(key)
    await press(visitor.page, 'Join its rights')
    await told(visitor.page, 'This session has the rights of the installation now.')
  }
  const arriveJoined = async (role: Role): Promise<Visitor> => {
    const visitor = await Visitor.arrive(browser, lab.url)
    await visitor.signIn()
    await join(visitor, await keyOf(role))
    return visitor
  }
  const press = (page: Page, name: string): Promise<void> =>
    page.getByRole('button', { name, exact: true }).click()
  const told = (page: Page, text: string): Promise<void> => page.getByText(text).waitFor()
  const tokenOf = async ({ page }: Visitor): Promise<string | undefined> => {
    const cookies = await page.context().cookies()
    return cookies.find(({ name }) => name === 'outdial')?.value
  }

  it('joins the rights of a key to the session, under another token, and gives them up again', async () => {
    const visitor = await Visitor.arrive(browser, lab.url)
    await visitor.signIn()
    const { page } = visitor
    const own = await tokenOf(visitor)
    await visitor.go('/settings/trunks')
    assert.equal(new URL(page.url()).pathname, '/settings/installation')
    visitor.expect(/reply: 422/, /console: .*422/)
    await page.getByLabel('Key of the installation').fill('outdial_none')
    await press(page, 'Join its rights')
    assert.match(await page.getByRole('alert').innerText(), /none of the installation/)
    await join(visitor, await keyOf('viewer'))
    const joined = await tokenOf(visitor)
    assert.notEqual(joined, own)
    await page.getByRole('link', { name: 'Accounts', exact: true }).click()
    await page.getByRole('link', { name: 'lab' }).click()
    await told(page, 'Calling hours')
    assert.equal(await page.getByRole('button', { name: 'Save' }).count(), 0)
    await visitor.go('/settings/trunks')
    assert.equal(await page.getByRole('link', { name: 'Add a trunk' }).count(), 0)
    await visitor.go('/settings/installation')
    await press(page, 'Give them up')
    await told(page, 'This session has the rights of the account alone.')
    assert.notEqual(await tokenOf(visitor), joined)
    await visitor.go('/settings/accounts')
    assert.equal(new URL(page.url()).pathname, '/settings/installation')
    await visitor.leave()
  })

  it('adds an account and edits its rules; what somebody else changed meanwhile stays', async () => {
    const visitor = await arriveJoined('owner')
    const { page } = visitor
    await visitor.go('/settings/accounts')
    const login = 'a/b “c” <i>'
    await page.getByRole('textbox', { name: 'Login' }).fill(login)
    await page.getByLabel('PIN').fill('1234')
    await page.getByLabel('Time zone').fill('Mars/Olympus')
    visitor.expect(/reply: 422/, /console: .*422/)
    await press(page, 'Add the account')
    assert.match(await page.getByRole('alert').innerText(), /time zone is unknown/i)
    assert.equal(await page.getByRole('textbox', { name: 'Login' }).inputValue(), login)
    await page.getByLabel('Time zone').fill('Europe/Berlin')
    await page.getByLabel('PIN').fill('1234')
    await press(page, 'Add the account')
    await told(page, 'The account is added.')
    const account = async () => {
      const authorization = `Basic ${Buffer.from(`${login}:1234`).toString('base64')}`
      const reply = await fetch(`${lab.url}/v1/account`, { headers: { authorization } })
      return (await reply.json()) as Record<string, unknown>
    }
    await page.getByLabel('Lines').fill('0')
    await page.getByLabel('Saturday').fill('10:00-14:00')
    await page.locator('main form').evaluate((form) => form.setAttribute('novalidate', ''))
    await press(page, 'Save')
    assert.match(await page.getByRole('alert').innerText(), /^Lines is out of its range/)
    assert.equal(await page.getByLabel('Saturday').inputValue(), '10:00-14:00')
    const authorization = `Bearer ${await keyOf('operator')}`
    await fetch(`${lab.url}/v1/accounts/${encodeURIComponent(login)}`, {
      ...{ method: 'PATCH', body: '{"number_cap":3}' },
      headers: { authorization, 'content-type': 'application/json' },
    })
    await page.getByLabel('Lines').fill('12')
    await page.getByLabel('Minutes a day').fill('800')
    await page.getByLabel('Destinations').fill('US, +44 !+4490')
    await page.getByText('Rules', { exact: true }).click()
    await page.getByLabel('After busy', { exact: true }).selectOption('again')
    await page.getByLabel('seconds after busy').fill('600')
    await page.getByLabel('By SIP status').fill('480 again 3600\n404 not')
    await press(page, 'Save')
    await told(page, 'The account’s rules are changed')
    const now = await account()
    assert.equal(now['lines'], 12)
    assert.equal(now['minutes_per_day'], 800)
    assert.deepEqual(now['destinations'], ['US', '+44', '!+4490'])
    assert.equal(now['number_cap'], 3)
    assert.equal(now['time_zone'], 'Europe/Berlin')
    assert.deepEqual(now['calling_window'], { sat: ['10:00-14:00'] })
    assert.deepEqual(now['retry_policy'], {
      outcomes: { busy: { retry: true, interval: 600 } },
      statuses: { 404: { retry: false }, 480: { retry: true, interval: 3600 } },
    })
    await visitor.leave()
  })

  it('adds a trunk, asks it whether it is there, changes it, and never shows its password', async () => {
    const visitor = await arriveJoined('owner')
    const { page } = visitor
    await visitor.go('/settings/trunks')
    await told(page, 'from a server’s next start on')
    await page.getByRole('link', { name: 'Add a trunk' }).click()
    const { host, port } = lab.lab.carrier.address
    await page.getByRole('textbox', { name: 'Name' }).fill('carrier-2')
    await page.getByLabel('Host').fill('not a host')
    await page.getByLabel('Port', { exact: true }).fill(String(port))
    await page.getByLabel('Transport').selectOption('UDP')
    await page.getByLabel('Password').fill('never to be seen')
    await page.getByLabel('User', { exact: true }).fill('us')
    await page.getByLabel('Codecs').fill('PCMA, PCMU')
    visitor.expect(/reply: 422/, /console: .*422/)
    await press(page, 'Add the trunk')
    assert.match(await page.getByRole('alert').innerText(), /^Host is no host/)
    assert.ok(!(await page.content()).includes('never to be seen'))
    await page.getByLabel('Host').fill(host)
    await page.getByLabel('Password').fill('never to be seen')
    await press(page, 'Add the trunk')
    await told(page, 'The trunk is added; servers use it from their next start on.')
    assert.ok(!(await page.content()).includes('never to be seen'))
    await press(page, 'Ask it')
    await page.locator('.badge.good', { hasText: 'ok' }).waitFor()
    await page.getByLabel('Put in front').fill('00')
    await press(page, 'Save')
    await told(page, 'The trunk is changed; servers use it so from their next start on.')
    const asked = async () => {
      const authorization = `Bearer ${await keyOf('viewer')}`
      const reply = await fetch(`${lab.url}/v1/trunks/carrier-2`, { headers: { authorization } })
      return (await reply.json()) as Record<string, unknown>
    }
    const trunk = await asked()
    assert.deepEqual([trunk['prefix'], trunk['username']], ['00', 'us'])
    assert.deepEqual(trunk['codecs'], ['PCMA', 'PCMU'])
    await page.getByLabel('User', { exact: true }).fill('')
    await press(page, 'Save')
    await told(page, 'The trunk is changed; servers use it so from their next start on.')
    assert.equal((await asked())['username'], undefined)
    await visitor.go('/settings/trunks')
    await page.getByRole('cell', { name: /no server has told of it/ }).waitFor()
    await visitor.leave()
  })

  it('places a test call by the visitor’s account', async () => {
    const visitor = await arriveJoined('viewer')
    const { page } = visitor
    await visitor.go('/settings/trunks')
    await page.getByLabel('Phone number').fill('12')
    await page.getByLabel('Document').fill(lab.lab.web.url('/start.vxml'))
    visitor.expect(/reply: 422/, /console: .*422/)
    await press(page, 'Call')
    assert.match(await page.getByRole('alert').innerText(), /^Phone number /)
    await page.getByLabel('Phone number').fill('+1 617 555 0101')
    await press(page, 'Call')
    await told(page, 'The call is queued.')
    const callId = Number(new URL(page.url()).pathname.split('/').at(-1))
    assert.equal((await lab.call(callId)).destination, '+16175550101')
    await visitor.leave()
  })

  it('shows keys and the audit log of the installation to its owner', async () => {
    const visitor = await arriveJoined('owner')
    const { page } = visitor
    await visitor.go('/settings/keys')
    await page.getByRole('link', { name: 'Keys of the installation' }).click()
    await page.getByLabel('Name', { exact: false }).last().fill('second key')
    await press(page, 'Make the key')
    const key = await page.locator('pre').innerText()
    const headers = { authorization: `Bearer ${key}` }
    assert.equal((await fetch(`${lab.url}/v1/trunks`, { headers })).status, 200)
    await visitor.go('/settings/audit')
    await page.getByLabel('Log of').selectOption('the installation')
    await press(page, 'Search')
    await page.getByRole('cell', { name: 'createKey' }).waitFor()
    await visitor.leave()
  })

  it('has no barriers, and fits a telephone’s screen', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const visitor = await Visitor.arrive(browser, lab.url, { colorScheme, viewport: PHONE })
      await visitor.signIn()
      await visitor.go('/settings/installation')
      assert.deepEqual(await visitor.accessibility(), [])
      await join(visitor, await keyOf('owner'))
      for (const path of ['/trunks', '/trunks/carrier-2', '/accounts', '/accounts/lab']) {
        await visitor.go(`/settings${path}`)
        assert.deepEqual(await visitor.accessibility(), [], path)
        assert.equal(await visitor.page.evaluate(SPILL), 0, path)
      }
      await visitor.leave()
    }
  })
})
