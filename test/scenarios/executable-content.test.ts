import assert from 'node:assert/strict'
import { scenario } from './scenario.ts'

const block = (content: string): string => `<form><block>${content}</block></form>`

scenario('5.3.1 <var> without expr is undefined', block('<var name="a"/><exit expr="typeof a"/>'), {
  end: { reason: 'exit', exitValue: '"undefined"' },
})

scenario(
  '5.3.2 <assign> changes the variable where it was declared',
  `<var name="a" expr="1"/><form><block><assign name="a" expr="a + 1"/></block>
   <block><exit expr="document.a"/></block></form>`,
  { end: { reason: 'exit', exitValue: '2' } },
)

scenario(
  '5.3.2 <assign> to an undeclared variable is a semantic error',
  block('<assign name="nowhere" expr="1"/>'),
  {
    events: ['error.semantic'],
    also: ({ end }) => assert.deepEqual([end.fault?.line, end.fault?.column], [2, 14]),
  },
)

scenario(
  '5.3.3 <clear> of named items makes them eligible again, with new prompt counters',
  `<form><var name="n" expr="0"/>
   <block name="one"><assign name="n" expr="n + 1"/>one</block>
   <block name="two">two<if cond="n &lt; 2"><clear namelist="one two"/></if></block></form>`,
  { heard: ['one', 'two', 'one', 'two'] },
)

scenario(
  '5.3.3 <clear> without a namelist clears all items of the form, and no variables',
  `<form><var name="n" expr="0"/>
   <block>again<assign name="n" expr="n + 1"/><if cond="n &lt; 3"><clear/></if></block>
   <block><exit expr="n"/></block></form>`,
  { heard: ['again', 'again', 'again'], end: { reason: 'exit', exitValue: '3' } },
)

for (const [value, said] of [
  [1, 'one'],
  [2, 'two'],
  [3, 'many'],
] as const) {
  scenario(
    `5.3.4 <if> takes one branch: ${said}`,
    block(`<var name="n" expr="${value}"/>
      <if cond="n == 1">one<elseif cond="n == 2"/>two<else/>many</if>`),
    { heard: [said] },
  )
}

scenario(
  '5.3.4 a condition that fails is a semantic error',
  block('<if cond="nowhere.x">never</if>'),
  {
    events: ['error.semantic'],
  },
)

scenario(
  '5.3.5 prompts with a false condition are left out',
  block(`<prompt cond="false">no</prompt><prompt cond="1">yes</prompt>`),
  {
    heard: ['yes'],
  },
)

scenario('5.3.9 <exit expr> returns a value as JSON', block(`<exit expr="({a: [1, 'x']})"/>`), {
  end: { reason: 'exit', exitValue: '{"a":[1,"x"]}' },
})

scenario(
  '5.3.9 <exit namelist> returns an object of variables, with parts of objects in place',
  block(`<var name="a" expr="1"/><var name="d" expr="({m: 2, y: 3})"/><exit namelist="a d.m"/>`),
  { end: { reason: 'exit', exitValue: '{"a":1,"d":{"m":2}}' } },
)

scenario(
  '5.3.9 <exit> returns nothing by default, and throws no exit event',
  block('<exit/>never'),
  {
    heard: [],
    events: [],
    end: { reason: 'exit' },
  },
)

scenario('5.3.10 <return> outside of a subdialog is a semantic error', block('<return/>'), {
  events: ['error.semantic'],
  end: { reason: 'error' },
})

scenario(
  '5.3.12 functions of a script are seen in expressions, and its variables by <assign>',
  `<script><![CDATA[ var base = 2; function twice(n) { return n < 1 ? 0 : 2 * n } ]]></script>
   <form><block><assign name="base" expr="twice(base)"/><exit expr="base"/></block></form>`,
  { end: { reason: 'exit', exitValue: '4' } },
)

scenario(
  '5.3.12 a script is fetched from src',
  {
    documents: {
      'start.vxml': `<script src="lib/f.js"/><form><block><exit expr="f()"/></block></form>`,
      'lib/f.js': { body: 'function f() { return "fetched" }', contentType: 'text/javascript' },
    },
  },
  { end: { reason: 'exit', exitValue: '"fetched"' } },
)

scenario(
  '5.3.12 a script that cannot be fetched is error.badfetch.http.404',
  block('<script src="none.js"/>'),
  { events: ['error.badfetch.http.404'] },
)

scenario(
  '5.3.12 a script that fails names the line inside it',
  block('<script>\n\nnowhere()</script>'),
  {
    events: ['error.semantic'],
    also: ({ end }) => assert.equal(end.fault?.line, 4),
  },
)

scenario(
  '5.3.13 <log> gives label, words and value',
  block(`<var name="n" expr="3"/><log label="count" expr="n * 2">now <value expr="n"/></log>`),
  { logs: ['count: now 3 6'], heard: [] },
)

scenario(
  '2.1 §6 <foreach> goes through a copy of the array',
  block(`<var name="list" expr="['a', 'b']"/><var name="said" expr="''"/>
    <foreach item="x" array="list"><assign name="said" expr="said + x"/>
    <script>list.push('c')</script></foreach><exit expr="said"/>`),
  { end: { reason: 'exit', exitValue: '"ab"' } },
)

scenario(
  '2.1 §6 <foreach> in a prompt',
  block(`<var name="list" expr="['red', 'blue']"/>
    <prompt><foreach item="c" array="list"><value expr="c"/><break time="100ms"/></foreach></prompt>`),
  {
    heard: ['red blue'],
    also: ({ prompts }) =>
      assert.deepEqual(
        prompts[0]?.parts.map(({ kind }) => kind),
        ['text', 'break', 'text', 'break'],
      ),
  },
)

scenario(
  '5.3 what stands after an element that fails is not executed',
  block('<prompt>before</prompt><assign name="nowhere" expr="1"/><prompt>after</prompt>'),
  { heard: ['before', 'Sorry, an error has occurred. Goodbye.'] },
)

scenario(
  'dialect: vendor-prefixed elements are left out',
  block('<vendor:thing xmlns:vendor="urn:v"><prompt>no</prompt></vendor:thing>yes'),
  { heard: ['yes'] },
)

scenario(
  'dialect: a document without namespace, of version 1.0',
  `<vxml version="1.0"><form><block><prompt>old</prompt></block></form></vxml>`,
  { heard: ['old'] },
)

scenario(
  'dialect: numbers compare with strings',
  block(`<var name="d" expr="'1'"/><if cond="d == 1"><exit expr="true"/></if>`),
  { end: { reason: 'exit', exitValue: 'true' } },
)

scenario('2.1 §3 a script has an address or content', '<script/><form/>', {
  end: { reason: 'error', fault: { event: 'error.badfetch', line: 2 } as never },
})
