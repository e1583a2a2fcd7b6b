import assert from 'node:assert/strict'
import { scenario } from './scenario.ts'

const block = (content: string): string => `<form><block>${content}</block></form>`

scenario(
  '5.2.1 <throw> carries event and message to the handler',
  `<catch event="com.example.went"><log expr="_event + ' / ' + _message"/></catch>
   ${block('<throw event="com.example.went.wrong" message="badly"/>')}`,
  { logs: ['com.example.went.wrong / badly'], events: ['com.example.went.wrong'] },
)

scenario(
  '5.2.1 eventexpr and messageexpr are computed',
  `<catch event="a.b"><exit expr="_message"/></catch>
   ${block(`<throw eventexpr="'a' + '.b'" messageexpr="1 + 1"/>`)}`,
  { end: { reason: 'exit', exitValue: '"2"' } },
)

for (const [pattern, caught] of [
  ['com.example', true],
  ['com.exam', false],
  ['com.example.my.event', true],
  ['com.example.my.event.', true],
  ['.', true],
  ['com.example.my.event.more', false],
  ['other com.example', true],
] as const) {
  scenario(
    `5.2.4 <catch event="${pattern}"> ${caught ? 'catches' : 'leaves'} com.example.my.event`,
    `<catch event="${pattern}">caught<exit/></catch>
     ${block('<throw event="com.example.my.event"/>')}`,
    { heard: caught ? ['caught'] : ['Sorry, an error has occurred. Goodbye.'] },
  )
}

scenario(
  '5.2.4 a catch without event catches all',
  `<catch>caught</catch>${block('<throw event="x"/>')}`,
  { heard: ['caught'] },
)

scenario(
  '5.2.4 within a scope, document order decides, not how specific the name is',
  `<catch event="error">wide</catch><catch event="error.semantic">narrow</catch>
   ${block('<throw event="error.semantic"/>')}`,
  { heard: ['wide'] },
)

scenario(
  '5.2.4 the inner scope comes first',
  `<catch event="x">document</catch>
   <form><catch event="x">form</catch><block><throw event="x"/></block></form>`,
  { heard: ['form'] },
)

scenario(
  '5.2.4 a false condition passes the event on',
  `<catch event="x">document</catch>
   <form><catch event="x" cond="false">form</catch><block><throw event="x"/></block></form>`,
  { heard: ['document'] },
)

scenario(
  '5.2.4 the highest count that is reached is chosen, in the scope that has it',
  `<catch event="noinput" count="2">document two</catch>
   <form><catch event="noinput">form one</catch><catch event="noinput" count="4">form four<exit/></catch>
   <field name="f"><grammar src="builtin:dtmf/digits"/></field></form>`,
  { heard: ['form one', 'document two', 'document two', 'form four'] },
)

scenario(
  '5.3.3 <clear> resets the event counters of an item',
  `<form><var name="n" expr="0"/><catch event="x"><log expr="n"/><assign name="n" expr="n + 1"/>
   <if cond="n == 3"><exit/></if><clear/></catch><catch event="x" count="2">never</catch>
   <block name="b"><throw event="x"/></block></form>`,
  { logs: ['0', '1', '2'], heard: [] },
)

scenario(
  '5.2.4 counts of an event count for its prefixes',
  `<form><catch event="a">one</catch><catch event="a" count="2">two<exit/></catch>
   <field name="f"><grammar src="builtin:dtmf/digits"/></field>
   <catch event="noinput"><throw event="a.b"/></catch></form>`,
  { events: ['noinput', 'a.b', 'noinput', 'a.b'], heard: ['one', 'two'] },
)

scenario(
  '5.2.2 an event thrown in a handler is handled from where the first one arose',
  `<catch event="x"><throw event="y"/></catch>
   <form><catch event="y">form<exit/></catch><block><throw event="x"/></block></form>
   `,
  { heard: ['form'], events: ['x', 'y'] },
)

scenario(
  '5.2.5 an error that nobody catches ends the call with its place and cause',
  block('<var name="a" expr="nowhere"/>'),
  {
    heard: ['Sorry, an error has occurred. Goodbye.'],
    also: ({ end }) => {
      assert.equal(end.reason, 'error')
      assert.equal(end.fault?.event, 'error.semantic')
      assert.equal(end.fault?.line, 2)
      assert.match(end.fault?.message ?? '', /nowhere/)
    },
  },
)

scenario('5.2.5 an exit event ends the call as <exit> does', block('<throw event="exit"/>'), {
  heard: [],
  end: { reason: 'exit' },
})

scenario(
  '5.2.5 a cancel event goes on with the next item',
  `<form><block><throw event="cancel"/></block><block>next</block></form>`,
  { heard: ['next'] },
)

scenario(
  'C an event at initialization, caught without a transition, ends the form',
  `<form><catch event="error">caught</catch><var name="a" expr="nowhere"/><block>never</block></form>`,
  { heard: ['caught'], end: { reason: 'exit' } },
)

scenario(
  'C after a handler that goes nowhere, the next item is selected',
  `<form><catch event="x">caught</catch><block><throw event="x"/></block><block>next</block></form>`,
  { heard: ['caught', 'next'] },
)

scenario(
  '5.2.6 what the platform cannot do is error.unsupported.<element>',
  {
    documents: {
      'start.vxml': `<form><catch event="error.unsupported"><log expr="_event"/>
        <if cond="r"><exit/><else/><assign name="r" expr="1"/></if></catch>
        <record name="r"/><object classid="x"/></form>`,
    },
    platform: { lacks: ['record'] },
  },
  {
    events: ['error.unsupported.record', 'error.unsupported.objectname'],
    logs: ['error.unsupported.record', 'error.unsupported.objectname'],
  },
)

for (const [what, expr, told] of [
  ['undefined', 'undefined', 'but undefined'],
  ['an empty text', "''", 'but an empty text'],
  ['a number', '1', 'but 1'],
] as const) {
  scenario(
    `5.2.1 an eventexpr that gives ${what} is a semantic error`,
    `<form><block><throw eventexpr="${expr}"/></block>
     <catch event="error.semantic"><exit expr="_message"/></catch></form>`,
    { also: ({ end }) => assert.match(String(end.exitValue), new RegExp(`, ${told}\\.`)) },
  )
}

scenario(
  '2.2.2 the same of an eventexpr of a choice',
  {
    documents: {
      'start.vxml': `<menu><choice eventexpr="undefined" dtmf="1">one</choice>
        <catch event="error.semantic"><exit expr="1"/></catch></menu>`,
    },
    moves: [{ keys: '1' }],
  },
  { end: { reason: 'exit', exitValue: '1' } },
)

scenario(
  '2.3 the expr of a form item is evaluated once',
  `<form><var name="n" expr="0"/><field name="f" expr="++n"/><block name="b" expr="++n"/>
   <filled><log>never</log></filled><block expr="n++ ? undefined : 1"/><block><exit expr="n"/></block></form>`,
  { logs: [], end: { reason: 'exit', exitValue: '3' } },
)
