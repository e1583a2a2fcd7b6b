import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import type { Browser } from 'playwright-core'
import { SKIP_BROWSER, startBrowser, Visitor } from '#test/browser'
import { LAB_LOGIN } from '#test/lab'
import { openServerLab, type ServerLab } from '#test/server-lab'
import { until } from '#test/until'

/** Says hello, and presses 1 after the prompt. */
const NUMBER = '16175550101'

describe('the pages of calls', { skip: SKIP_BROWSER }, () => {
  let browser: Browser
  let lab: ServerLab
  let callId: number

  before(async () => {
    browser = await startBrowser()
    lab = await openServerLab({
      config: () => ({ recordsCalls: true }),
    })
    callId = await lab.lab.queue(lab.url, NUMBER, { message_reference: 'order 7' })
    await until(async () => (await lab.call(callId)).state === 'ended')
    await lab.trace(callId)
  })
  after(async () => {
    await lab?.close()
    await browser?.close()
  })

  it('finds a call, tells all of it, and plays what was recorded', async () => {
    const visitor = await Visitor.arrive(browser, lab.url)
    const { page } = visitor
    await visitor.signIn()
    await page.getByRole('link', { name: 'Calls' }).click()
    await page.getByLabel('Reference').fill('order 7')
    await page.getByRole('button', { name: 'Search' }).click()
    await page.getByRole('link', { name: String(callId), exact: true }).click()
    await page.getByRole('heading', { name: 'Why, or why not' }).waitFor()
    assert.match(
      await page.getByRole('list', { name: /SIP messages/ }).innerText(),
      /INVITE.*200 OK.*BYE/s,
    )
    const player = page.getByLabel('Recording of attempt 1')
    await player.evaluate((audio) => Reflect.get(audio, 'play').call(audio))
    const heard = () => player.evaluate((audio) => Reflect.get(audio, 'currentTime') as number)
    await until(async () => (await heard()) > 0.2)
    const drawn = await page
      .context()
      .request.get(`${lab.url}/calls/${callId}/recordings/1/waveform.svg`)
    assert.deepEqual(loudSides(await drawn.text()), ['said', 'heard'])
    const comes = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Download for Wireshark' }).click()
    const capture = readFileSync(await (await comes).path())
    assert.equal(capture.readUInt32LE(0), 0xa1b2c3d4)
    assert.match(capture.toString('latin1'), /INVITE sip:.*BYE sip:/s)
    await visitor.leave()
  })

  it('posts a result again, with its id and its bytes as they were', async () => {
    const visitor = await Visitor.arrive(browser, lab.url)
    const { page } = visitor
    await visitor.signIn()
    await visitor.go(`/calls/${callId}`)
    await page.getByRole('button', { name: 'Post it again' }).click()
    await page.getByText('The result is posted again.').waitFor()
    await until(async () => lab.lab.results(callId).length === 2)
    const [first, again] = lab.lab.results(callId)
    assert.equal(again?.body, first?.body)
    assert.equal(again?.headers['webhook-id'], first?.headers['webhook-id'])
    await visitor.leave()
  })

  it('has no barriers, in either theme', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const visitor = await Visitor.arrive(browser, lab.url, { colorScheme })
      await visitor.signIn()
      for (const path of ['/calls', `/calls/${callId}`]) {
        await visitor.go(path)
        assert.deepEqual(await visitor.accessibility(), [], `${path}, ${colorScheme}`)
      }
      await visitor.leave()
    }
  })

  it('shows a viewer how numbers begin and end, and no recording', async () => {
    const viewer = { name: 'Vera', role: 'viewer', password: 'correct horse battery' }
    const made = await fetch(`${lab.url}/v1/users`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${btoa(`${LAB_LOGIN.login}:${LAB_LOGIN.pin}`)}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(viewer),
    })
    assert.equal(made.status, 201)
    const visitor = await Visitor.arrive(browser, lab.url)
    const { page } = visitor
    await visitor.signIn({ login: LAB_LOGIN.login, user: viewer.name, pin: viewer.password })
    for (const path of ['/calls', `/calls/${callId}`, '/', '/campaigns/1']) {
      await visitor.go(path)
      assert.doesNotMatch(await page.content(), /6175550101/, path)
    }
    await visitor.go(`/calls/${callId}`)
    assert.match(await page.getByRole('heading', { level: 1 }).innerText(), /\+161•••••+01/)
    assert.equal(await page.locator('audio').count(), 0)
    assert.equal(await page.getByText('Wireshark').count(), 0)
    visitor.expect(/reply: 403/, /console: .*403/)
    for (const path of [
      ...['/calls/export?format=csv', `/calls/${callId}/recordings/1/play.wav`],
      `/calls/${callId}/call.pcap`,
    ]) {
      await visitor.go(path)
      await page.getByRole('heading', { name: 'This is not allowed' }).waitFor()
    }
    await visitor.leave()
  })
})

/** Of a drawn waveform: which of its sides is anywhere higher than a tenth. */
function loudSides(svg: string): string[] {
  const [said = '', heard = ''] = svg.split('<path').slice(1)
  const reach = (path: string): number =>
    Math.max(...[...path.matchAll(/V([\d.]+)/g)].map(([, y]) => Math.abs(Number(y) - 60)))
  return [...(reach(said) > 6 ? ['said'] : []), ...(reach(heard) > 6 ? ['heard'] : [])]
}
