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
const HOSTILE = `<img src=x onerror=alert(1)>'"\u202egnp.exe\u0007${'W'.repeat(300)}`
const OPENING = '<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml" xml:lang="en-US">'

const FRUIT = `${OPENING}
  <form>
    <var name="wrong" expr="0"/>
    <field name="fruit">
      <prompt>Press 1 for an apple, or 2 for a pear.</prompt>
      <option dtmf="1" value="an apple">apple</option>
      <option dtmf="2" value="a pear">pear</option>
      <nomatch><assign name="wrong" expr="wrong + 1"/>There is no such fruit.</nomatch>
    </field>
    <field name="sure" type="boolean">
      <prompt>You want <value expr="fruit"/>. Is that right?</prompt>
    </field>
    <filled mode="all"><prompt>Thank you.</prompt><exit namelist="fruit sure wrong"/></filled>
  </form>
</vxml>`

const BROKEN = `${OPENING}
  <form>
    <block>
      <prompt>Hello.</prompt><promt/>
    </block>
  </form>
</vxml>`

const SHOUTING = `${OPENING}<form><var name="loud" expr="session.connection.local.uri"/>
  <block><assign name="loud" expr="decodeURIComponent('${encodeURIComponent(HOSTILE).replaceAll("'", '%27')}')"/>
    <log label="said"><value expr="loud"/></log></block>
  <field name="key" type="digits"><prompt><value expr="loud"/></prompt></field></form></vxml>`

const WORKING = `${OPENING}<form>
  <record name="message" maxtime="20s" finalsilence="2s"><prompt>Speak.</prompt></record>
  <transfer name="party" dest="tel:+16175550123" bridge="true"/>
  <block><exit expr="message$.duration + ' ' + party"/></block></form></vxml>`

describe('the page that tries a dialogue', { skip: SKIP_BROWSER, timeout: 600_000 }, () => {
  let browser: Browser
  let lab: ServerLab

  before(async () => {
    browser = await startBrowser()
    lab = await openServerLab({
      pages: {
        '/working.vxml': WORKING,
        '/told.vxml': (request) =>
          `${OPENING}<form><block><prompt>${request.body.toString().replaceAll('&', ' ')}</prompt></block></form></vxml>`,
        '/wrong.vxml': BROKEN,
      },
    })
    const { calls } = lab.server.parts
    const { accountId } = await findAccount(calls, LAB_LOGIN.login)
    const fields = { name: 'looker', role: 'viewer', password: PASSWORD }
    await addUser(calls, { accountId, fields })
  })
  after(async () => {
    await lab?.close()
    await browser?.close()
  })

  async function arrive(options: Parameters<typeof Visitor.arrive>[2] = {}): Promise<Visitor> {
    const visitor = await Visitor.arrive(browser, lab.url, options)
    await visitor.signIn()
    await visitor.go('/try')
    return visitor
  }

  async function begin({ page }: Visitor, document: string): Promise<void> {
    await page.getByLabel('Text of the document').fill(document)
    await page.getByRole('button', { name: 'Try it', exact: true }).click()
    await page.getByRole('heading', { name: 'Conversation' }).waitFor()
  }

  const turns = (page: Page) => page.locator('#turns > li')
  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
  const shownValue = (page: Page, name: string) => {
    const heading = page.getByRole('rowheader', { name, exact: true })
    return page.getByRole('row').filter({ has: heading }).getByRole('cell').innerText()
  }

  for (const javaScriptEnabled of [true, false]) {
    it(`talks by keys and phrases to its end, ${javaScriptEnabled ? 'with' : 'without'} script`, async () => {
      const visitor = await arrive({ javaScriptEnabled })
      const { page } = visitor
      await begin(visitor, FRUIT)
      const address = page.url()
      assert.match(await turns(page).last().innerText(), /Press 1 for an apple/)
      assert.equal(await shownValue(page, 'wrong'), '0')
      await button(page, '7').click()
      await turns(page).getByText('There is no such fruit.').waitFor()
      assert.match(await turns(page).nth(1).innerText(), /^Pressed 7/)
      assert.equal(await shownValue(page, 'wrong'), '1')
      await button(page, '2').click()
      await turns(page).getByText('You want a pear.').waitFor()
      assert.equal(await shownValue(page, 'fruit'), '"a pear"')
      await page.getByLabel('Phrase').fill('yes')
      await page.getByLabel('Phrase').press('Enter')
      await page.getByRole('heading', { name: 'It is over' }).waitFor()
      const told = await turns(page).allInnerTexts()
      assert.equal(told.length, 4, 'the conversation is shown from its beginning')
      assert.match(told[0] ?? '', /Press 1 for an apple/)
      assert.match(told[3] ?? '', /Said “yes”[\s\S]*understood yes as true[\s\S]*Thank you\./)
      assert.match(told[3] ?? '', /exit[\s\S]*"fruit": "a pear",\s+"sure": true,\s+"wrong": 1/)
      assert.match(await page.locator('#part-inside').innerText(), /Said “yes” \(\d/)
      await button(page, 'Try it again').click()
      await page.getByRole('heading', { name: 'It listens' }).waitFor()
      assert.equal(await turns(page).count(), 1)
      assert.notEqual(page.url().split('#')[0], address.split('#')[0])
      await button(page, 'End it').click()
      await page.getByText('The dialogue is ended.').waitFor()
      await visitor.leave()
    })
  }

  it('marks what is wrong at its line, and starts it only when told to', async () => {
    const visitor = await arrive()
    const { page } = visitor
    visitor.expect(/reply: 422/, /console: .*422/)
    await page.getByLabel('Text of the document').fill(BROKEN)
    await button(page, 'Try it').click()
    await page.getByRole('alert').getByText('The dialogue was not started.').waitFor()
    await page.getByRole('link', { name: 'line 4, column 30' }).click()
    const line = page.locator('#line-4')
    assert.match(await line.innerText(), /<prompt>Hello.<\/prompt><promt\/>[\s\S]*promt/)
    assert.equal(await line.locator('mark').innerText(), '<promt')
    assert.ok(await line.evaluate((one) => Reflect.get(one, 'matches').call(one, ':target')))
    assert.equal(await page.locator('.source .marked').count(), 1)
    assert.equal(await page.getByLabel('Text of the document').inputValue(), BROKEN)
    await button(page, 'Try it anyway').click()
    await page.getByRole('heading', { name: 'Conversation' }).waitFor()
    await page.getByRole('heading', { name: 'It is over' }).waitFor()
    assert.match(await turns(page).innerText(), /error/)
    await visitor.go('/try')
    await page.getByLabel('its address').check()
    const address = page.getByLabel('Address of the document')
    await address.fill(lab.lab.web.url('/wrong.vxml'))
    await button(page, 'Only check it').click()
    assert.equal(await line.locator('mark').innerText(), '<promt')
    await address.fill(lab.lab.web.url('/absent.vxml'))
    await button(page, 'Only check it').click()
    await page
      .getByText(/cannot be fetched|404/)
      .first()
      .waitFor()
    await visitor.leave()
  })

  it('lets prompts be heard: each by itself, and of itself once it reads aloud', async () => {
    const visitor = await arrive()
    const { page } = visitor
    await begin(visitor, FRUIT)
    const heard = (turn: number) => async () =>
      (await turns(page)
        .nth(turn)
        .locator('audio')
        .evaluate((audio) => Reflect.get(audio, 'currentTime') as number)) > 0.1
    await button(page, '8').click()
    await until(async () => (await turns(page).count()) === 2)
    assert.equal(await heard(1)(), false, 'nothing is heard that nobody asked for')
    await button(page, 'Read aloud').click()
    await until(heard(1))
    await button(page, '1').click()
    await until(async () => (await turns(page).count()) === 3)
    await until(heard(2))
    await visitor.leave()
  })

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`is done by keyboard alone, on a telephone’s screen, ${colorScheme}`, async () => {
      const visitor = await arrive({ colorScheme, viewport: PHONE })
      const { page } = visitor
      assert.deepEqual(await visitor.accessibility(), [])
      await page.getByLabel('Text of the document').fill(SHOUTING)
      await button(page, 'Try it').focus()
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: 'It listens' }).waitFor()
      assert.ok(
        (await page.locator('.bubble').innerText()).startsWith('<img src=x onerror=alert(1)>'),
      )
      assert.match(await page.locator('.bubble').innerText(), /\[U\+202E\]/)
      assert.match(await shownValue(page, 'loud'), /<img src=x/)
      assert.equal(await page.locator('main img').count(), 0)
      assert.deepEqual(await visitor.accessibility(), [])
      const spill = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
      assert.equal(await page.evaluate(spill), 0)
      await button(page, '5').focus()
      await page.keyboard.type('42#')
      await until(async () => (await turns(page).count()) === 2)
      assert.match(await turns(page).last().innerText(), /^Pressed 42#\s+understood 42/)
      assert.equal(await page.evaluate('document.activeElement.id'), 'over-again')
      assert.match(await page.locator('#told').innerText(), /It has ended/)
      assert.deepEqual(await visitor.accessibility(), [])
      await visitor.leave()
    })
  }

  it('keeps the focus where it is, and tells what is said', async () => {
    const visitor = await arrive()
    const { page } = visitor
    await begin(visitor, FRUIT)
    await button(page, '7').focus()
    await page.keyboard.press('Enter')
    await until(async () => (await turns(page).count()) === 2)
    assert.equal(await page.evaluate('document.activeElement.id'), 'key-7')
    assert.match(await page.getByRole('status').innerText(), /There is no such fruit/)
    visitor.expect(/reply: 422/, /console: .*422/)
    await page.getByLabel('Keys').fill('1x')
    await button(page, 'Press').click()
    await page.getByRole('alert').getByText('Keys is not a text of the keys').waitFor()
    assert.equal(await page.getByLabel('Keys').inputValue(), '1x')
    assert.equal(await page.evaluate('document.activeElement.id'), 'field-dtmf')
    await visitor.leave()
  })

  it('records and transfers as it is told, and tells a document its fields', async () => {
    const visitor = await arrive()
    const { page } = visitor
    visitor.expect(/reply: 422/, /console: .*422/)
    const start = async (path: string): Promise<void> => {
      await page.getByLabel('its address').check()
      await page.getByLabel('Address of the document').fill(lab.lab.web.url(path))
      await button(page, 'Try it').click()
    }
    await page.getByLabel('Further columns').fill('Name')
    await start('/told.vxml')
    await page.getByRole('alert').getByText('Further columns, line 1, is not name=value').waitFor()
    await page.getByLabel('Further columns').fill('Name=Ann\nSize=7=8')
    await page.getByLabel('Phone number').fill('16175550123')
    await start('/told.vxml')
    await page.getByRole('heading', { name: 'It is over' }).waitFor()
    assert.match(await turns(page).innerText(), /phone_number=16175550123.*Name=Ann.*Size=7%3D8/)
    await visitor.go('/try')
    await start('/working.vxml')
    await page.getByRole('heading', { name: 'It records' }).waitFor()
    await page.getByLabel('Speaks for so many seconds').fill('7.5')
    await button(page, 'Speak').click()
    await page.getByRole('heading', { name: 'It transfers' }).waitFor()
    await page.getByLabel('The transfer').selectOption('far_end_disconnect')
    await button(page, 'Let it end so').click()
    await page.getByRole('heading', { name: 'It is over' }).waitFor()
    assert.match(await turns(page).last().innerText(), /"\d+ far_end_disconnect"/)
    await visitor.leave()
  })

  it('says how to go on where there are too many, and where one is gone', async () => {
    const visitor = await arrive()
    const { page } = visitor
    for (let count = 0; count < 6; count++) {
      await visitor.go('/try')
      if ((await button(page, 'End it').count()) === 5) break
      await begin(visitor, FRUIT)
    }
    await visitor.go('/try')
    visitor.expect(/reply: 409/, /console: .*409/, /reply: 404/, /console: .*404/)
    await button(page, 'Try it').click()
    await page.getByRole('alert').getByText('end one of them first').waitFor()
    const gone = await page.locator('.trials a').first().getAttribute('href')
    await button(page, 'End it').first().click()
    await page.getByText('The dialogue is ended.').waitFor()
    await begin(visitor, FRUIT)
    await visitor.go(gone ?? '')
    await page.getByRole('heading', { name: 'This dialogue is gone' }).waitFor()
    await page.getByRole('main').getByRole('link', { name: 'Try a dialogue' }).click()
    await page.getByRole('heading', { name: 'Dialogues that wait for you' }).waitFor()
    await visitor.leave()
  })

  it('is not for viewers', async () => {
    const visitor = await Visitor.arrive(browser, lab.url)
    const { page } = visitor
    await visitor.signIn({ login: LAB_LOGIN.login, user: 'looker', pin: PASSWORD })
    assert.equal(await page.getByRole('link', { name: 'Try a dialogue' }).count(), 0)
    visitor.expect(/reply: 403/, /console: .*403/)
    await visitor.go('/try')
    await page.getByRole('heading', { name: 'This is not allowed' }).waitFor()
    const form = { from: 'text', document: FRUIT, do: 'anyway' }
    const headers = { origin: lab.url }
    const sent = await page.context().request.post(`${lab.url}/try`, { form, headers })
    assert.equal(sent.status(), 403)
    await visitor.leave()
  })
})
