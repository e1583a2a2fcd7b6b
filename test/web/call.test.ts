import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser } from 'playwright-core'
import { SKIP_BROWSER, startBrowser, Visitor } from '#test/browser'
import { LAB_LOGIN } from '#test/lab'
import { openServerLab, type ServerLab } from '#test/server-lab'
import { until } from '#test/until'

describe('the pages of calls', { skip: SKIP_BROWSER }, () => {
  let browser: Browser
  let lab: ServerLab
  let callId: number

  before(async () => {
    browser = await startBrowser()
    lab = await openServerLab({
      config: () => ({ recordsCalls: true }),
      script: { default: { answerAfterMs: 100, press: '1', pressAfter: 500 } },
    })
    callId = await lab.lab.queue(lab.server, { message_reference: 'order 7' })
    await until(async () => (await lab.call(callId)).state === 'ended')
    await lab.trace(callId)
  })
  after(async () => {
    await browser?.close()
    await lab?.close()
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
    assert.match(await page.getByRole('list', { name: /SIP messages/ }).innerText(), /INVITE[^]*200 OK[^]*BYE/)
    const player = page.getByLabel('Recording of attempt 1')
    await player.evaluate((audio) => (audio as unknown as { play(): Promise<void> }).play())
    await page.waitForFunction(() => (globalThis as any).document.querySelector('audio').currentTime > 0.2)
    assert.deepEqual(await visitor.accessibility(), [])
    await visitor.leave()
  })
})
