import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { silentLogger } from '#base'
import type { TraceEntry } from '#model'
import type { MediaStream } from '#rtp'
import type { CallerEvent } from '#vxml'
import { CalleeWatch } from './callee-watch.ts'

const MACHINE = {
  kind: 'verdict',
  verdict: { type: 'answeringmachine', kind: 'greeting', confidence: 0.95, afterMs: 1400 },
} as const

function watched() {
  const media: Pick<MediaStream, 'onCallee'> = { onCallee: undefined }
  const traced: Partial<TraceEntry>[] = []
  const told: CallerEvent[] = []
  const types: string[] = []
  const trace = { note: (entry: Partial<TraceEntry>) => void traced.push(entry) }
  const watch = new CalleeWatch(media, silentLogger, trace, (type) => types.push(type))
  return { media, traced, told, types, watch }
}

describe('CalleeWatch', () => {
  it('does not listen until it is begun: the type is unknown at once', () => {
    const { media, watch } = watched()
    assert.equal(media.onCallee, undefined)
    assert.deepEqual([watch.type, watch.typeAtEnd], ['unknown', 'unknown'])
  })

  it('tells the session what becomes known, and notes it', () => {
    const { media, traced, told, types, watch } = watched()
    watch.begin()
    assert.deepEqual([watch.type, watch.typeAtEnd], ['processing', 'unknown'])
    watch.tell((event) => told.push(event))
    media.onCallee?.(MACHINE)
    assert.deepEqual([watch.type, watch.typeAtEnd], ['answeringmachine', 'answeringmachine'])
    assert.deepEqual(told, [{ kind: 'callee-type', calleeType: 'answeringmachine' }])
    assert.deepEqual(types, ['answeringmachine'])
    const { kind, ...known } = traced[0] as Extract<TraceEntry, { kind: 'media' }>
    assert.equal(kind, 'media')
    assert.deepEqual(known, {
      ...{ event: 'callee-known', calleeType: 'answeringmachine' },
      ...{ calleeKind: 'greeting', confidence: 0.95 },
    })
  })

  it('tells a session that begins later of the beep before, and not of a type that it has', () => {
    const { media, told, watch } = watched()
    watch.begin()
    media.onCallee?.(MACHINE)
    media.onCallee?.({ kind: 'beep', durationMs: 400 })
    watch.tell((event) => told.push(event))
    media.onCallee?.({ kind: 'beep', durationMs: 400 })
    const beep = { kind: 'event', event: 'outdial:beep', message: 'The beep is over.' }
    assert.deepEqual(told, [beep, beep])
  })
})
