import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DialogueSteps } from './dialogue-steps.ts'
import type { Prompt } from './platform.ts'
import type { SessionMoment } from './session-moment.ts'

const PLACE = { uri: 'http://app.example/v2/start.vxml?pin=7391#menu', line: 4, column: 3 }
const said = (text: string): SessionMoment => {
  const prompt: Prompt = { parts: [{ kind: 'text', text }], bargein: true, language: 'en-US' }
  return { kind: 'prompt', prompt }
}
const keyed = (text: string): SessionMoment => ({
  kind: 'input',
  mode: 'dtmf',
  text,
  interpretation: { digits: text.replaceAll(' ', '') },
  confidence: 1,
})

/** What is told of each moment, as text. */
function told(...moments: readonly SessionMoment[]): string[] {
  const steps = new DialogueSteps()
  return moments.flatMap((moment) => {
    const step = steps.of(moment)
    return step === undefined ? [] : [`${step.step} ${step.text} ${step.uri ?? ''}`.trim()]
  })
}

describe('the steps of a dialogue', () => {
  it('say where it is, without the query of an address', () => {
    const select = '<field name="pin">'
    assert.deepEqual(
      told(
        { kind: 'step', message: `select ${select}`, ...PLACE },
        { kind: 'step', message: `collect ${select}`, ...PLACE },
        { kind: 'fetch', method: 'POST', uri: PLACE.uri },
        { kind: 'listen', modes: ['dtmf', 'voice'], timeoutMs: 5000 },
      ),
      [
        `visit select ${select} http://app.example/v2/start.vxml`,
        'fetch POST http://app.example/v2/start.vxml',
        'listening dtmf or voice, for 5000 ms',
      ],
    )
  })

  it('tell what was entered by its kind only', () => {
    const message = 'process "7 3 9 1" of <field>'
    assert.deepEqual(
      told(
        keyed('7 3 9 1'),
        { kind: 'nomatch', mode: 'voice', text: 'my dog' },
        { kind: 'step', message, ...PLACE },
        { kind: 'noinput' },
      ),
      ['heard dtmf, 4 keys, confidence 1', 'nomatch voice', 'noinput'],
    )
  })

  it('do not repeat what a document reads back of it', () => {
    const voice: SessionMoment = {
      kind: 'input',
      mode: 'voice',
      text: 'bean town',
      interpretation: { city: 'Boston' },
      confidence: 0.8,
    }
    assert.deepEqual(told(voice, said('To  BOSTON, at 10:30? You said bean town.')), [
      'heard voice, confidence 0.8',
      'said “To ••••••, at ••:••? You said •••••••••.”',
    ])
  })

  it('do not repeat it in addresses and events either', () => {
    const thrown = { ...PLACE, uri: 'http://app7391.example/of/7391/x', message: 'it was 7391' }
    assert.deepEqual(
      told(
        keyed('7391'),
        { kind: 'throw', event: 'keyed.7391', ...thrown },
        { kind: 'step', message: 'handle keyed.7391 in <catch event="keyed">', ...PLACE },
        { kind: 'throw', event: 'error.badfetch.http.404', ...PLACE, message: '' },
      ),
      [
        'heard dtmf, 4 keys, confidence 1',
        'event keyed.• http://app7391.example/of/••••/x',
        'visit handle in <catch event="keyed"> http://app.example/v2/start.vxml',
        'event error.badfetch.http.404 http://app.example/v2/start.vxml',
      ],
    )
  })

  it('are no longer than a line', () => {
    const [text = ''] = told(said('word '.repeat(100)))
    assert.ok(text.length < 210 && text.endsWith('…'), text)
  })
})
