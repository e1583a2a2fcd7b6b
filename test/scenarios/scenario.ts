import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SessionEnd } from '#vxml'
import { type Conversation, converse, type Script } from './scripted-caller.ts'

/** What a dialogue must come to; what is left out is not looked at. */
export interface Expected {
  readonly heard?: readonly string[]
  readonly events?: readonly string[]
  readonly logs?: readonly string[]
  readonly end?: Partial<SessionEnd>
  readonly virtualMs?: number
  readonly also?: (conversation: Conversation) => void | Promise<void>
}

/** One dialogue as a test. `title` begins with the section it follows. */
export function scenario(title: string, script: Script | string, expected: Expected): void {
  test(title, async () => {
    const whole = typeof script === 'string' ? { documents: { 'start.vxml': script } } : script
    const conversation = await converse(whole)
    const { heard, events, logs, end, virtualMs, also } = expected
    const context = JSON.stringify({ ...conversation, prompts: undefined }, undefined, 1)
    if (events !== undefined) assert.deepEqual(conversation.events, events, context)
    if (heard !== undefined) assert.deepEqual(conversation.heard, heard, context)
    if (logs !== undefined) assert.deepEqual(conversation.logs, logs, context)
    if (virtualMs !== undefined) assert.equal(conversation.virtualMs, virtualMs, context)
    if (end !== undefined) {
      const { fault, ...rest } = end
      assert.deepEqual(
        { ...conversation.end, fault: undefined },
        { ...rest, fault: undefined },
        context,
      )
      if (fault !== undefined) assert.partialDeepStrictEqual(conversation.end.fault, fault)
    }
    await also?.(conversation)
  })
}
