import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { COMPILE_CACHE, OUTDIAL } from '#test/outdial-command'

const folder = mkdtempSync(join(tmpdir(), 'outdial-check-'))
after(() => rmSync(folder, { recursive: true }))

/** Runs the command in the folder of these files; its lines, without what is after the first sentence. */
function check(files: Readonly<Record<string, string>>, ...named: readonly string[]) {
  for (const [name, text] of Object.entries(files)) {
    const isBare = name.endsWith('.vxml') && !/<vxml|<\?xml/.test(text)
    const whole = `<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml">\n${text}\n</vxml>`
    writeFileSync(join(folder, name), isBare ? whole : text)
  }
  const given = named.length > 0 ? named : Object.keys(files)
  const { status, stdout } = spawnSync(OUTDIAL, ['check', ...given], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE },
  })
  return { status, lines: stdout.split('\n').filter((line) => line !== '') }
}

const GOOD = '<form id="a"><field name="n">Say<grammar src="builtin:dtmf/digits"/></field></form>'

test('a good document is passed without a word', () => {
  assert.deepEqual(check({ 'good.vxml': GOOD }), { status: 0, lines: [] })
})

/** A document, and the first line that is said of it. */
const FAULTY = [
  ['no XML', '<vxml><form>\n<block></form></vxml>', /^d\.vxml:2:\d+: error: .*well-formed/, 1],
  ['an unknown element', '<form><blok/></form>', /^d\.vxml:2:7: error: <blok>/, 1],
  [
    'an attribute that the schema refuses',
    '<form bogus="1"/>',
    /^d\.vxml:2:1: error: .*"bogus"/,
    1,
  ],
  [
    'a value that the schema refuses',
    '<form><block><prompt bargein="maybe">x</prompt></block></form>',
    /^d\.vxml:2:14: error: <prompt>, attribute 'bargein'.*'maybe'/,
    1,
  ],
  [
    'a target that is not there',
    '<form><block><goto next="#there"/></block></form>',
    /^d\.vxml:2:14: error: <goto> leads to "#there"/,
    1,
  ],
  [
    'a file that is not there',
    '<form><block><goto next="none.vxml"/></block></form>',
    /^d\.vxml:2:14: error: <goto> leads to "none\.vxml"\. There is no such file/,
    1,
  ],
  [
    'a dialog of another document that is not there',
    '<form><block><goto next="good.vxml#b"/></block></form>',
    /^d\.vxml:2:14: error: .*no form or menu of that document has that id/,
    1,
  ],
  [
    'a misspelt variable',
    '<form><var name="total"/><block><assign name="x" expr="totl + 1"/></block></form>',
    /^d\.vxml:2:33: error: .*"totl" is declared nowhere\. Did you mean "total"\?/,
    1,
  ],
  [
    'a variable of another dialog',
    '<form id="a"><var name="x"/><block><goto next="#b"/></block></form><form id="b"><block><value expr="x"/></block></form>',
    /^d\.vxml:2:88: error: <value>: "x" is a variable of <form id="a">, which no other dialog sees/,
    1,
  ],
  [
    'an item that is not there',
    '<form><field name="city" type="digits"/><block><goto nextitem="cty"/></block></form>',
    /^d\.vxml:2:48: error: <goto>: the form has no item "cty"\. Did you mean "city"\?/,
    1,
  ],
  [
    'an input item that is not there',
    '<form><field name="city" type="digits"/><filled namelist="state">x</filled></form>',
    /^d\.vxml:2:41: error: <filled>: the form has no input item "state"\.$/,
    1,
  ],
  [
    'a misspelt property',
    '<property name="timeuot" value="5s"/><form><block>x</block></form>',
    /^d\.vxml:2:1: warning: There is no property "timeuot"; it is ignored\. Did you mean "timeout"\?/,
    0,
  ],
  [
    'a misspelt event',
    '<form><block>x</block><catch event="no-input">x</catch></form>',
    /^d\.vxml:2:23: warning: <catch>: nothing here throws "no-input"\. Did you mean "noinput"\?/,
    0,
  ],
  [
    'a script that is none, in its line',
    '<script>\nvar a = 1;\nvar b = ;\n</script><form><block>x</block></form>',
    /^d\.vxml:4:1: error: <script>: Unexpected token/,
    1,
  ],
  [
    'an expression that is none',
    '<form><block><value expr="1 +"/></block></form>',
    /^d\.vxml:2:14: error: <value>: expr="1 \+": Unexpected token/,
    1,
  ],
  [
    'a condition that assigns',
    `<var name="a"/><form><block cond="a = '=='">x</block></form>`,
    /^d\.vxml:2:22: warning: <block>: cond="a = '=='" assigns; to compare, write ==\./,
    0,
  ],
  [
    'audio that is not there',
    '<form><block><audio src="none.wav">words</audio></block></form>',
    /^d\.vxml:2:14: warning: <audio> leads to "none\.wav"\. There is no such file/,
    0,
  ],
  [
    'a target that is no address',
    '<form><block><goto next="#50%"/></block></form>',
    /^d\.vxml:2:14: error: <goto>, attribute 'next': '#50%'/,
    1,
  ],
  [
    'an inline grammar that cannot be read',
    '<form><field name="f"><grammar mode="voice" version="1.0" root="no"><rule id="a">x</rule></grammar></field></form>',
    /^d\.vxml:2:23: error: .*root rule no/,
    1,
  ],
  [
    'a form that is never reached',
    '<form id="a"><block>x</block></form>\n<form id="b"><block>x</block></form>',
    /^d\.vxml:3:1: warning: <form id="b"> is never reached/,
    0,
  ],
  [
    'what only some browsers know',
    '<form><block><audio src="good.vxml" maxtime="3s"/></block></form>',
    /^d\.vxml:2:14: warning: .*"maxtime" is no attribute of the Recommendation/,
    0,
  ],
] as const

test('faulty documents, each with its fault, in the order in which they are named', async (t) => {
  const named = FAULTY.map((_, index) => `d${index}.vxml`)
  const files = Object.fromEntries(FAULTY.map(([, document], index) => [named[index], document]))
  const { lines, status } = check({ 'good.vxml': GOOD, ...files }, ...named)
  assert.equal(status, 1)
  for (const [index, [what, , line, isError]] of FAULTY.entries()) {
    await t.test(what, () => {
      const own = lines.filter((one) => one.startsWith(`d${index}.vxml:`))
      assert.match(own[0]?.replace(/^d\d+/, 'd') ?? '', line)
      assert.equal(Number(own.some((one) => one.includes(': error: '))), isError)
    })
  }
  assert.deepEqual(
    lines.map(numberOf),
    lines.map(numberOf).sort((one, other) => one - other),
  )
})

const numberOf = (line: string): number => Number(/^d(\d+)/.exec(line)?.[1])

test('warnings alone are no failure', () => {
  const { status, lines } = check({ 'w.vxml': '<property name="x" value="1"/>' + GOOD })
  assert.deepEqual([status, lines.length], [0, 1])
})

test('comparisons, handlers of one’s own and rules of the same name in two grammars are good', () => {
  const rule = '<rule id="r">yes</rule>'
  const document = `<var name="a" expr="1"/><property name="com.example.x" value="1"/>
    <catch event="com.example"><log expr="a"/></catch>
    <form><field name="f"><grammar mode="voice" version="1.0" root="r" xml:lang="en">${rule}</grammar>
    <grammar mode="voice" version="1.0" root="r" xml:lang="en">${rule}</grammar></field>
    <block cond="a == 1 &amp;&amp; a &lt;= 2 &amp;&amp; f !== '='"><throw event="com.example.e"/></block></form>`
  assert.deepEqual(check({ 'fine.vxml': document }), { status: 0, lines: [] })
})

test('variables of a root document and of a script elsewhere are known, others not', () => {
  const root = '<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml"><var name="shared"/></vxml>'
  const leaf = `<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml" application="root.vxml">
    <script src="more.js"/><form><block><log expr="shared + twice(2) + nobody"/></block></form></vxml>`
  const files = { 'root.vxml': root, 'more.js': 'function twice(x) { return x * 2 }' }
  const { lines } = check({ ...files, 'leaf.vxml': leaf }, 'leaf.vxml')
  assert.equal(lines.length, 1, lines.join('\n'))
  assert.match(lines[0] ?? '', /"nobody" is declared nowhere\. Declare it by <var>/)
})

test('names that scripts, loops and the platform bring are known', () => {
  const document = `<script>var rate = 1, left; function twice(n) { return 2 * n } total = 0</script>
    <form id="a"><field name="f"><grammar src="builtin:dtmf/digits"/></field>
    <block><foreach item="one" array="[1, 2]"><log expr="twice(one) + rate + left + total"/></foreach>
    <log expr="f$.confidence + session.id + Math.max(1, 2) + ({key: 1}).key + 'word'"/>
    <if cond="f ? true : application.lastresult$[0].utterance == dialog.f"/></block></form>`
  assert.deepEqual(check({ 'names.vxml': document }), { status: 0, lines: [] })
})

test('a form that another of the documents leads to is reached', () => {
  const found = check({
    'one.vxml': '<form><block><goto next="two.vxml#b"/></block></form>',
    'two.vxml': '<form id="a"><block>x</block></form>\n<form id="b"><block>x</block></form>',
  })
  assert.deepEqual(found, { status: 0, lines: [] })
})

test('grammars are read in each of their forms', () => {
  const xml = (root: string): string => `<?xml version="1.0"?>
<grammar xmlns="http://www.w3.org/2001/06/grammar" version="1.0" xml:lang="en-US" root="${root}">
<rule id="a">one</rule></grammar>`
  const good = check({
    'g.grxml': xml('a'),
    'g.gram': '#ABNF 1.0;\nlanguage en-US;\nroot $a;\n$a = one | two;\n',
    'g.jsgf': '#JSGF V1.0;\ngrammar g;\npublic <a> = one | two;\n',
  })
  assert.deepEqual(good, { status: 0, lines: [] })
  const bad = check({
    'b.grxml': xml('none'),
    'b.gram': '#ABNF 1.0;\nlanguage en-US;\nroot $a;\n$a = one |;',
  })
  assert.match(bad.lines[0] ?? '', /^b\.grxml:2:1: error: .*none/)
  assert.match(bad.lines[1] ?? '', /^b\.gram:4:\d+: error: /)
  assert.equal(bad.status, 1)
})

test('a document that is not there is an error of its own', () => {
  assert.match(
    check({}, 'nowhere.vxml').lines[0] ?? '',
    /^nowhere\.vxml:1:1: error: There is no such/,
  )
})
