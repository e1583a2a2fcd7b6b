import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concat, silence, tone } from '#audio'
import { FRAME_SAMPLES, PromptListener } from './prompt-listener.ts'

function sound(durationMs: number, levelDbm0 = -15): Int16Array {
  return tone({ frequenciesHz: [440], durationMs, levelDbm0 })
}

function listenTo(...parts: Int16Array[]): { heard: string[]; listener: PromptListener } {
  const listener = new PromptListener()
  const samples = concat(parts)
  const heard: string[] = []
  for (let at = 0; at + FRAME_SAMPLES <= samples.length; at += FRAME_SAMPLES) {
    const event = listener.hear(samples.subarray(at, at + FRAME_SAMPLES))
    if (event !== undefined) heard.push(`${event} ${(at / FRAME_SAMPLES + 1) * 20}`)
  }
  return { heard, listener }
}

test('a prompt has ended when it was heard and then silent for 0.7 s', () => {
  const { heard, listener } = listenTo(silence(500), sound(1000), silence(1000))
  assert.deepEqual(heard, ['prompt-started 560', 'prompt-ended 2200'])
  assert.equal(listener.firstHeardMs, 500)
  assert.equal(listener.audibleMs, 1000)
})

test('a pause between two sentences does not end it', () => {
  const { heard } = listenTo(sound(300), silence(600), sound(300), silence(800))
  assert.deepEqual(heard, ['prompt-started 60', 'prompt-ended 1900'])
})

test('the next prompt is another one', () => {
  const { heard } = listenTo(sound(300), silence(800), sound(300), silence(800))
  assert.equal(heard.length, 4)
})

test('clicks, faint noise and silence are no prompt', () => {
  assert.deepEqual(listenTo(sound(40), silence(900)).heard, [])
  assert.deepEqual(listenTo(sound(3000, -60)).heard, [])
  assert.deepEqual(listenTo(silence(5000)).heard, [])
})
