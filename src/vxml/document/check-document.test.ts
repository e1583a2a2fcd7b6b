import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkDocument, checkDocumentWithGrammars } from './check-document.ts'

const SOURCE = { uri: 'http://app.example/start.vxml', contentType: 'application/voicexml+xml' }

function check(body: string, contentType = SOURCE.contentType): string[] {
  return checkDocument(new TextEncoder().encode(body), { ...SOURCE, contentType }).map(
    ({ line, column, severity, message }) => `${severity} ${line}:${column} ${message}`,
  )
}

const document = (content: string): string =>
  `<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml">\n${content}\n</vxml>`

const block = (content: string): string => document(`<form><block>\n${content}\n</block></form>`)

test('a sound document has no faults', () => {
  const sound = `<var name="a"/><link next="#f" dtmf="9"/><catch event="."><exit/></catch>
    <form id="f"><grammar src="a.grxml"/><initial><prompt>a <break time="1s"/></prompt></initial>
    <field name="x" type="digits"><prompt count="2"><audio src="a.wav">b</audio></prompt>
    <option dtmf="1" value="a">b</option><filled><if cond="x == 1"><goto next="#f"/>
    <elseif cond="a"/><reprompt/><else/><throw event="a.b"/></if></filled></field></form>`
  assert.deepEqual(check(document(sound)), [])
})

test('what is not well-formed is named with its place', () => {
  const [fault, ...others] = check('<vxml version="2.0">\n<form>\n</vxml>')
  assert.match(fault ?? '', /^error 3:\d+ /)
  assert.deepEqual(others, [])
})

test('what is no XML at all is called by its name', () => {
  assert.match(check('').join(), /^error 1:1 The body is empty/)
  assert.match(check('  \n').join(), /The body is empty/)
  assert.match(
    check('<!DOCTYPE html><html></html>', 'text/html; charset=utf-8').join(),
    /HTML.*text\/html/,
  )
  assert.match(check('<html><body/></html>').join(), /HTML/)
  assert.match(check('{"a":1}', 'application/json').join(), /JSON/)
  assert.match(check('Not found').join(), /begins with "Not found"/)
})

test('another root element is named', () => {
  assert.match(check('<speak/>').join(), /^error 1:1 The document begins with <speak>/)
})

test('an unknown version is an error, a missing one a warning', () => {
  assert.match(
    check('<vxml version="3.0"><form/></vxml>').join(),
    /^error 1:1 .*3\.0.*not supported/,
  )
  assert.match(check('<vxml><form/></vxml>').join(), /^warning 1:1 .*no version/)
})

for (const [content, expected] of [
  ['<goto next="a" expr="b"/>', /^error 3:1 <goto> has "next" and "expr"; only one/],
  ['<goto/>', /^error 3:1 <goto> needs one of "next", "expr", "nextitem" or "expritem"/],
  ['<submit namelist="a"/>', /^error 3:1 <submit> needs one of "next" or "expr"/],
  ['<exit expr="1" namelist="a"/>', /^error 3:1 <exit> has "expr" and "namelist"/],
  ['<assign name="a"/>', /^error 3:1 <assign> needs the attribute "expr"/],
  ['<prompt><audio>a</audio></prompt>', /^error 3:9 <audio> needs one of "src" or "expr"/],
  ['<script src="a">var b</script>', /^error 3:1 <script> has "src" and content of its own/],
  ['<throw event=""/>', /^error 3:1 <throw> has an empty event/],
  ['<goot next="a"/>', /^error 3:1 <goot> is no element of VoiceXML; see to its spelling/],
  ['<x:goot xmlns:x="urn:x"/>', /^warning 3:1 <x:goot> is no element of VoiceXML; it is ignored/],
  ['<field name="a"/>', /^warning 3:1 <field> may not stand in <block>/],
  ['<goto nxet="a" next="#"/>', /knows no attribute "nxet"/],
  ['<goto next="#nowhere"/>', /^warning 3:1 <goto> leads to "#nowhere", but no form or menu/],
] as const) {
  test(`${content} is told with line and column`, () => {
    assert.match(check(block(content)).join('\n'), expected)
  })
}

test('ids of dialogs and names of items are given once', () => {
  assert.match(
    check(document('<form id="a"/><menu id="a"/>')).join(),
    /^error 2:15 The id "a" is given twice/,
  )
  const twice = '<form><field name="a"/><block name="a"/></form>'
  assert.match(check(document(twice)).join(), /^error 2:24 The name "a" is given twice/)
})

test('a document without dialogs is told', () => {
  assert.match(check(document('<var name="a"/>')).join(), /^warning 1:1 There is no <form>/)
})

test('faults come in document order', () => {
  const faults = check(block('<goto next="#x"/>\n<goto/>\n<assign/>'))
  const lines = faults.map((fault) => Number(/(\d+):/.exec(fault)?.[1]))
  assert.deepEqual(lines, [3, 4, 5, 5])
})

test('an inline grammar that cannot be read is a warning at its place', async () => {
  const body = document(
    '<form><field name="a">\n<grammar version="1.0" root="r"><rule id="r"><ruleref uri="#none"/></rule></grammar></field></form>',
  )
  const faults = await checkDocumentWithGrammars(new TextEncoder().encode(body), SOURCE)
  assert.deepEqual(
    faults.map(({ severity, line }) => [severity, line]),
    [['warning', 3]],
  )
})
