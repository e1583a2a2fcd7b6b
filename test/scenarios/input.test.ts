import assert from 'node:assert/strict'
import { scenario } from './scenario.ts'

/** A field of builtin digits. */
const digits = (parameters = '', inside = ''): string =>
  `<field name="f"><prompt>Code?</prompt><grammar src="builtin:dtmf/digits${parameters}"/>${inside}
   </field><block><exit expr="f"/></block>`

const dtmf = (...keys: string[]): string =>
  `<grammar mode="dtmf" version="1.0" root="r"><rule id="r"><one-of>${keys
    .map((key) => `<item>${key}</item>`)
    .join('')}</one-of></rule></grammar>`

const voice = (...phrases: string[]): string =>
  `<grammar mode="voice" version="1.0" root="r" xml:lang="en-US"><rule id="r"><one-of>${phrases
    .map((phrase) => `<item>${phrase}</item>`)
    .join('')}</one-of></rule></grammar>`

scenario(
  '2.3.1 a field is filled by keys, and its shadow variables tell how',
  {
    documents: {
      'start.vxml': `<form><field name="f"><prompt>Press</prompt>${dtmf('1 2')}</field>
        <block><exit expr="[f, f$.utterance, f$.inputmode, f$.confidence, f$.interpretation].join('|')"/>
        </block></form>`,
    },
    moves: [{ keys: '12' }],
  },
  { heard: ['Press'], end: { reason: 'exit', exitValue: '"12|12|dtmf|1|12"' } },
)

scenario(
  '3.1.1 a field is filled by words, matched against the voice grammar',
  {
    documents: {
      'start.vxml': `<form><field name="f">${voice('new york', 'chicago')}</field>
        <block><exit expr="f + f$.inputmode"/></block></form>`,
    },
    moves: [{ say: 'new york' }],
  },
  { end: { reason: 'exit', exitValue: '"new yorkvoice"' } },
)

scenario(
  '6.3.2 speech below the confidence level is not understood',
  {
    documents: {
      'start.vxml': `<form><property name="confidencelevel" value="0.7"/>
        <field name="f">${voice('yes')}<nomatch>What?</nomatch></field></form>`,
    },
    moves: [
      { say: 'yes', confidence: 0.6 },
      { say: 'yes', confidence: 0.8 },
    ],
  },
  { heard: ['What?'], events: ['nomatch'] },
)

scenario(
  '3.1.1 SISR tags give the value',
  {
    documents: {
      'start.vxml': `<form><field name="f"><grammar mode="dtmf" version="1.0" root="r"
        tag-format="semantics/1.0"><rule id="r">1<tag>out = {a: 'yes'};</tag></rule></grammar></field>
        <block><exit expr="f.a"/></block></form>`,
    },
    moves: [{ keys: '1' }],
  },
  { end: { reason: 'exit', exitValue: '"yes"' } },
)

scenario(
  '3.1.6 a slot takes a property of the result, at any depth',
  {
    documents: {
      'start.vxml': `<form><field name="f" slot="a.b"><grammar mode="dtmf" version="1.0" root="r"
        tag-format="semantics/1.0"><rule id="r">1<tag>out.a = {b: 5};</tag></rule></grammar></field>
        <block><exit expr="f"/></block></form>`,
    },
    moves: [{ keys: '1' }],
  },
  { end: { reason: 'exit', exitValue: '5' } },
)

scenario(
  '5.1.5 application.lastresult$ holds the last recognition, also as its first element',
  {
    documents: {
      'start.vxml': `<form><field name="f">${dtmf('7')}</field><block><exit
        expr="[application.lastresult$.utterance, application.lastresult$[0].inputmode,
        application.lastresult$.length].join()"/></block></form>`,
    },
    moves: [{ keys: '7' }],
  },
  { end: { reason: 'exit', exitValue: '"7,dtmf,1"' } },
)

scenario(
  '4.1.7 no input: noinput after the timeout, counted from the end of the prompt',
  {
    documents: {
      'start.vxml': `<form>${digits('', '<noinput><exit expr="1"/></noinput>')}</form>`,
    },
  },
  { virtualMs: 1000 + 3000, events: ['noinput'], end: { reason: 'exit', exitValue: '1' } },
)

scenario(
  '4.1.7 the timeout of the last prompt counts',
  {
    documents: {
      'start.vxml': `<form><field name="f"><prompt timeout="9s">a</prompt><prompt timeout="500ms">b</prompt>
        ${dtmf('1')}<noinput><exit/></noinput></field></form>`,
    },
  },
  { virtualMs: 2000 + 500 },
)

scenario(
  '6.3.4 the property timeout, innermost first',
  {
    documents: {
      'start.vxml': `<property name="timeout" value="9s"/><form><property name="timeout" value="8s"/>
        <field name="f"><property name="timeout" value="1s"/>${dtmf('1')}<noinput><exit/></noinput></field></form>`,
    },
  },
  { virtualMs: 1000 },
)

scenario(
  'D.1 the termchar ends the input and is no part of it',
  { documents: { 'start.vxml': `<form>${digits()}</form>` }, moves: [{ keys: '123#' }] },
  { virtualMs: 1000, end: { reason: 'exit', exitValue: '"123"' } },
)

scenario(
  'D.1 without the termchar, interdigittimeout ends it',
  { documents: { 'start.vxml': `<form>${digits()}</form>` }, moves: [{ keys: '123' }] },
  { virtualMs: 2000, end: { reason: 'exit', exitValue: '"123"' } },
)

scenario(
  'D.1 the longest match ends it at once',
  { documents: { 'start.vxml': `<form>${digits('?length=4')}</form>` }, moves: [{ keys: '1234' }] },
  { virtualMs: 1000, end: { reason: 'exit', exitValue: '"1234"' } },
)

scenario(
  'D.1 termtimeout leaves time for the termchar after the longest match',
  {
    documents: {
      'start.vxml': `<property name="termtimeout" value="2s"/><form>${digits('?length=2')}</form>`,
    },
    moves: [{ keys: '12' }],
  },
  { virtualMs: 3000, end: { reason: 'exit', exitValue: '"12"' } },
)

scenario(
  'D.1 too few keys: nomatch after interdigittimeout',
  {
    documents: {
      'start.vxml': `<property name="interdigittimeout" value="2s"/>
        <form>${digits('?minlength=4', '<nomatch><exit expr="application.lastresult$.utterance"/></nomatch>')}</form>`,
    },
    moves: [{ keys: '12' }],
  },
  { virtualMs: 3000, end: { reason: 'exit', exitValue: '"12"' } },
)

scenario(
  'D.1 a key outside the grammar: the rest is collected, then nomatch',
  {
    documents: {
      'start.vxml': `<form><field name="f">${dtmf('1', '2')}<nomatch><exit expr="'no'"/></nomatch></field></form>`,
    },
    moves: [{ keys: '91' }],
  },
  { virtualMs: 1000, end: { reason: 'exit', exitValue: '"no"' } },
)

scenario(
  '6.3.6 inputmodes without dtmf ignores keys',
  {
    documents: {
      'start.vxml': `<property name="inputmodes" value="voice"/>
        <form><field name="f">${dtmf('1')}<noinput><exit expr="'silence'"/></noinput></field></form>`,
    },
    moves: [{ keys: '1' }],
  },
  { end: { reason: 'exit', exitValue: '"silence"' } },
)

scenario(
  '4.1.5 a key stops the prompt and all that follow',
  {
    documents: {
      'start.vxml': `<form><field name="f"><prompt>one</prompt><prompt>two</prompt>${dtmf('1')}</field>
        <block>thanks</block></form>`,
    },
    moves: [{ interrupt: '1', afterMs: 400 }],
  },
  { heard: ['one', 'thanks'], virtualMs: 1400 },
)

scenario(
  '4.1.5 bargein="false": keys are dropped while it plays',
  {
    documents: {
      'start.vxml': `<form><field name="f"><prompt bargein="false">one</prompt>${dtmf('1')}
        <noinput><exit expr="'silence'"/></noinput></field></form>`,
    },
    moves: [{ interrupt: '1', afterMs: 400 }],
  },
  { heard: ['one'], end: { reason: 'exit', exitValue: '"silence"' } },
)

scenario(
  '4.1.8 keys typed ahead fill the next field before its prompt is said',
  {
    documents: {
      'start.vxml': `<form><field name="f"><prompt>one</prompt>${dtmf('1')}</field>
        <field name="g"><prompt>two</prompt>${dtmf('2')}</field><block><exit expr="f + g"/></block></form>`,
    },
    typedAhead: '12',
  },
  { heard: [], virtualMs: 0, end: { reason: 'exit', exitValue: '"12"' } },
)

scenario(
  '4.1.8 a prompt without barge-in deletes what was typed ahead',
  {
    documents: {
      'start.vxml': `<form><field name="f"><prompt bargein="false">one</prompt>${dtmf('1')}
        <noinput><exit expr="'silence'"/></noinput></field></form>`,
    },
    typedAhead: '1',
  },
  { heard: ['one'], end: { reason: 'exit', exitValue: '"silence"' } },
)

scenario(
  '4.1.8 prompts of blocks are queued and heard before the field listens (case 1)',
  {
    documents: {
      'start.vxml': `<form><block>Hello.</block><block>Well.</block><field name="f">Press.${dtmf('1')}</field></form>`,
    },
    moves: [{ keys: '1' }],
  },
  { heard: ['Hello.', 'Well.', 'Press.'] },
)

scenario(
  '3.1.4 no grammar where an input is expected is a semantic error',
  `<form><field name="f">Press.</field></form>`,
  { events: ['error.semantic'] },
)

scenario(
  '3.1.1.2 an external grammar',
  {
    documents: {
      'start.vxml': `<form><field name="f"><grammar src="g.grxml"/></field><block><exit expr="f"/></block></form>`,
      'g.grxml': {
        contentType: 'application/srgs+xml',
        body: `<grammar xmlns="http://www.w3.org/2001/06/grammar" mode="dtmf" version="1.0" root="r"><rule id="r">5</rule></grammar>`,
      },
    },
    moves: [{ keys: '5' }],
  },
  { end: { reason: 'exit', exitValue: '"5"' } },
)

scenario(
  '5.2.6 a grammar that is missing is error.badfetch.http.404',
  `<form><field name="f"><grammar src="none.grxml"/></field></form>`,
  { events: ['error.badfetch.http.404'], also: ({ end }) => assert.equal(end.fault?.line, 2) },
)

scenario(
  'P builtin boolean by keys is true or false',
  {
    documents: {
      'start.vxml': `<form><field name="f" type="boolean">Sure?</field><block><exit expr="f === false"/></block></form>`,
    },
    moves: [{ keys: '2' }],
  },
  { end: { reason: 'exit', exitValue: 'true' } },
)

scenario(
  '5.2.6 an unknown builtin type is error.unsupported.builtin',
  `<form><field name="f" type="vegetable">Which?</field></form>`,
  { events: ['error.unsupported.builtin'] },
)

// A termchar after an input that was complete without it.

const digit = (name: string): string =>
  `<field name="${name}"><grammar mode="dtmf" version="1.0" root="r"><rule id="r"><one-of><item>1</item>
    <item>2</item></one-of></rule></grammar></field>`

scenario(
  '6.3.3 a termchar that comes too late is not taken for the next input',
  {
    documents: {
      'start.vxml': `<form>${digit('a')}${digit('b')}<block><exit expr="a + b"/></block></form>`,
    },
    moves: [{ keys: '1#' }, { keys: '2#' }],
  },
  { events: [], end: { reason: 'exit', exitValue: '"12"' } },
)

scenario(
  '6.3.3 nor does it end a recording',
  {
    documents: {
      'start.vxml': `<form>${digit('a')}<record name="r"/><block><exit expr="r$.duration"/></block></form>`,
    },
    moves: [{ keys: '1#' }, { talkMs: 500, next: { keys: '#' } }],
  },
  { end: { reason: 'exit', exitValue: '500' } },
)

scenario(
  '4.1.8 where a grammar takes it, it is typed ahead as any other key',
  {
    documents: {
      'start.vxml': `<form>${digit('a')}<field name="b"><option dtmf="#">pound</option></field>
        <block><exit expr="a + b"/></block></form>`,
    },
    moves: [{ keys: '1#' }],
  },
  { end: { reason: 'exit', exitValue: '"1pound"' } },
)

scenario(
  '6.3.3 pressed when the time for it is over, it is an input of its own',
  {
    documents: {
      'start.vxml': `<form><property name="interdigittimeout" value="900ms"/>${digit('a')}
        <field name="b"><prompt>Two?</prompt><option dtmf="2">two</option></field>
        <nomatch><exit expr="a"/></nomatch></form>`,
    },
    moves: [{ keys: '1' }, { keys: '#' }],
  },
  { events: ['nomatch'], end: { reason: 'exit', exitValue: '"1"' } },
)
