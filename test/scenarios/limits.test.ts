import assert from 'node:assert/strict'
import { scenario } from './scenario.ts'
import type { Script } from './scripted-caller.ts'

function limited(title: string, limit: string, script: Script | string): void {
  scenario(`limits: ${title}`, script, {
    also: ({ end }) => {
      assert.equal(end.reason, 'limit')
      assert.equal(end.fault?.event, `error.limit.${limit}`)
      if (!['callseconds', 'documentbytes'].includes(limit)) assert.ok(end.fault?.line)
    },
  })
}

limited('an endless goto', 'idlesteps', '<form id="f"><block><goto next="#f"/></block></form>')

limited('an endless fetch', 'documents', '<form><block><goto next="start.vxml"/></block></form>')

limited(
  'a handler that throws its own event',
  'handlerdepth',
  `<catch event="x"><throw event="x"/></catch>
  <form><block><throw event="x"/></block></form>`,
)

limited(
  'an item that is never filled',
  'idlesteps',
  `<form><catch event="x"><clear/></catch>
  <block><throw event="x"/></block></form>`,
)

limited('a call that never ends', 'callseconds', {
  documents: {
    'start.vxml': '<form><field name="f">Well?<grammar src="builtin:dtmf/digits"/></field></form>',
  },
  limits: { callSeconds: 60 },
})

limited('a document that is too large', 'documentbytes', {
  documents: { 'start.vxml': `<form><block>${'x'.repeat(10_000)}</block></form>` },
  limits: { documentBytes: 5000 },
})
