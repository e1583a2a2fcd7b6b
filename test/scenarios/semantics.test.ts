import assert from 'node:assert/strict'
import { scenario } from './scenario.ts'
import { type Conversation, HOST, PROMPT_MS } from './scripted-caller.ts'

const key = (one: string): string =>
  `<grammar mode="dtmf" version="1.0" root="r"><rule id="r">${one}</rule></grammar>`

const exits = (value: unknown) => ({ reason: 'exit' as const, exitValue: JSON.stringify(value) })
const block = (content: string): string => `<form><block>${content}</block></form>`

scenario(
  '5.1.4 originator is the very object of the side that began the call',
  block('<exit expr="session.connection.originator == session.connection.local"/>'),
  { end: exits(true) },
)

scenario(
  '5.1.4 aai is undefined where none can come in; redirect is an array',
  block(
    `<exit expr="typeof session.connection.aai + session.connection.redirect.length +
      session.connection.protocol.version"/>`,
  ),
  { end: exits('undefined02.0') },
)

scenario(
  '5.1.4 what is inside the connection cannot be changed',
  block(
    `<script>session.connection.call_id = 7; session.connection.local.uri = 'x';</script>
     <exit expr="session.connection.call_id + session.connection.local.uri"/>`,
  ),
  { end: exits('42tel:+18005551212') },
)

scenario(
  '5.2.2 _message is undefined where the event has none',
  block('<throw event="x"/>').replace(
    '<block>',
    '<catch event="x"><exit expr="typeof _message"/></catch><block>',
  ),
  { end: exits('undefined') },
)

scenario(
  '5.2.2 a handler of several events is told which',
  {
    documents: {
      'start.vxml': `<form><field name="f">${key('1')}
        <catch event="nomatch noinput"><log expr="_event"/></catch></field></form>`,
    },
    moves: ['silence', { keys: '9' }, { keys: '1' }],
  },
  { logs: ['noinput', 'nomatch'] },
)

scenario(
  '5.2.2 each of several events has its own count',
  {
    documents: {
      'start.vxml': `<form><field name="f">${key('1')}<catch event="nomatch noinput"><log>first</log></catch>
        <catch event="nomatch noinput" count="2"><log expr="_event"/></catch></field></form>`,
    },
    moves: ['silence', { keys: '9' }, { keys: '9' }, { keys: '1' }],
  },
  { logs: ['first', 'first', 'nomatch'] },
)

scenario(
  '5.2.2 counters of an item stay while the form does',
  {
    documents: {
      'start.vxml': `<form><field name="f">${key('1')}<noinput><goto nextitem="g"/></noinput>
        <noinput count="2"><exit expr="'second'"/></noinput></field>
        <block name="g" cond="false"><goto nextitem="f"/></block></form>`,
    },
  },
  { end: exits('second') },
)

scenario(
  '5.2.2 counters begin anew when the form is entered again',
  {
    documents: {
      'start.vxml': `<var name="turn" expr="0"/><form id="a"><field name="f">${key('1')}
        <noinput><assign name="turn" expr="turn + 1"/><if cond="turn == 3"><exit expr="'always first'"/></if>
        <goto next="#a"/></noinput><noinput count="2"><exit expr="'second'"/></noinput></field></form>`,
    },
  },
  { end: exits('always first') },
)

scenario(
  '5.2 variables of a handler are those of the place where the event arose',
  {
    documents: {
      'start.vxml': `<var name="v" expr="'document'"/><catch event="x"><exit expr="v"/></catch>
        <form><var name="v" expr="'dialog'"/><block><throw event="x"/></block></form>`,
    },
  },
  { end: exits('dialog') },
)

scenario(
  '5.2 properties of a prompt in a document handler are those of the item',
  {
    documents: {
      'start.vxml': `<catch event="noinput">Again.</catch><form><field name="f">
        <property name="timeout" value="2s"/>${key('1')}<noinput count="2"><exit/></noinput></field></form>`,
    },
  },
  { virtualMs: 2000 + PROMPT_MS + 2000 },
)

scenario(
  'C an event while the form initializes ends it unless its handler leads on',
  `<form><catch event="error.semantic"><log>caught</log></catch><var name="a" expr="none"/>
   <block><log>never</log></block></form>`,
  { logs: ['caught'], end: { reason: 'exit' } },
)

scenario(
  'C a condition that fails while the next item is selected is an event of the dialog',
  `<form><catch event="error.semantic"><exit expr="'dialog'"/></catch>
   <block cond="none.such"><catch event="error.semantic"><exit expr="'item'"/></catch></block></form>`,
  { end: exits('dialog') },
)

scenario(
  'C an event of a form-level <filled> is handled at the level of the dialog',
  {
    documents: {
      'start.vxml': `<form><catch event="x"><exit expr="'dialog'"/></catch>
        <field name="f">${key('1')}<catch event="x"><exit expr="'item'"/></catch></field>
        <filled><throw event="x"/></filled></form>`,
    },
    moves: [{ keys: '1' }],
  },
  { end: exits('dialog') },
)

scenario(
  '2.4 <filled>s run in document order, whether of an item or of the form',
  {
    documents: {
      'start.vxml': `<form><filled><log>form first</log></filled><field name="f">${key('1')}
        <filled><log>item</log></filled></field><filled><log>form last</log></filled></form>`,
    },
    moves: [{ keys: '1' }],
  },
  { logs: ['form first', 'item', 'form last'] },
)

scenario(
  '2.4 a <filled> that throws keeps the later ones from running',
  {
    documents: {
      'start.vxml': `<form><catch event="x"><log>x</log></catch><field name="f">${key('1')}
        <filled><throw event="x"/></filled><filled><log>never</log></filled></field></form>`,
    },
    moves: [{ keys: '1' }],
  },
  { logs: ['x'] },
)

scenario(
  '5.3.6 the silence after a handler holds even where another item is selected',
  {
    documents: {
      'start.vxml': `<form><field name="f"><prompt>F?</prompt>${key('1')}
        <noinput><assign name="f" expr="'x'"/></noinput></field>
        <field name="g"><prompt>G?</prompt><prompt count="2">G again?</prompt>${key('2')}
        <noinput><reprompt/></noinput></field></form>`,
    },
    moves: ['silence', 'silence', { keys: '2' }],
  },
  { heard: ['F?', 'G?'] },
)

scenario(
  '5.3.6 <reprompt> outside of a handler does nothing',
  {
    documents: {
      'start.vxml': `<form><block><reprompt/>Hello.</block><field name="f"><prompt>F?</prompt>${key('1')}
        <filled><reprompt/></filled></field></form>`,
    },
    moves: [{ keys: '1' }],
  },
  { heard: ['Hello.', 'F?'] },
)

scenario(
  '5.3.6 after <return> of a handler the caller hears its next prompts',
  {
    documents: {
      'start.vxml': `<form><subdialog name="s" src="#sub"/><field name="f"><prompt>F?</prompt>${key('1')}</field></form>
        <form id="sub"><field name="g"><prompt>G?</prompt>${key('2')}<noinput><return/></noinput></field></form>`,
    },
    moves: ['silence', { keys: '1' }],
  },
  { heard: ['G?', 'F?'] },
)

scenario(
  '4.1.7 the timeout is that of the property "at the time the prompt is queued"',
  {
    documents: {
      'start.vxml': `<property name="timeout" value="6s"/><form><block>Hello.</block>
        <field name="f"><property name="timeout" value="1s"/>${key('1')}<noinput><exit/></noinput></field></form>`,
    },
  },
  { virtualMs: PROMPT_MS + 6000 },
)

scenario(
  '6.3 properties of the root are the defaults of its leaves',
  {
    documents: {
      'start.vxml': `<vxml version="2.1" application="root.vxml"><form><field name="f">${key('1')}
        <noinput><exit/></noinput></field></form></vxml>`,
      'root.vxml': '<property name="timeout" value="11s"/><form><block/></form>',
    },
  },
  { virtualMs: 11_000 },
)

scenario(
  '6.3 of two at one level the last applies',
  {
    documents: {
      'start.vxml': `<property name="timeout" value="9s"/><property name="timeout" value="2s"/>
        <form><field name="f">${key('1')}<noinput><exit/></noinput></field></form>`,
    },
  },
  { virtualMs: 2000 },
)

scenario(
  '6.3 a value that is no time is passed over with a warning',
  {
    documents: {
      'start.vxml': `<property name="timeout" value="soon"/><form><field name="f">${key('1')}
        <noinput><exit/></noinput></field></form>`,
    },
  },
  {
    virtualMs: 3000,
    also: ({ moments }) =>
      assert.ok(
        moments.some((moment) => moment.kind === 'warning' && moment.message.includes('"soon"')),
      ),
  },
)

scenario(
  '6.3.1 a property that nobody knows is ignored',
  '<form><property name="com.example.factor" value="42"/><block><exit expr="1"/></block></form>',
  { end: exits(1) },
)

scenario(
  'plum 7: termmaxdigits="false" waits on after the longest match',
  {
    documents: {
      'start.vxml': `<form><field name="f"><property name="termmaxdigits" value="false"/>${key('1 2')}</field>
        <block><exit expr="f"/></block></form>`,
    },
    moves: [{ keys: '12' }],
  },
  { virtualMs: 1000, end: exits('12') },
)

scenario(
  'D.1 another termchar, and none',
  {
    documents: {
      'start.vxml': `<form><field name="f"><property name="termchar" value="*"/>
        <grammar src="builtin:dtmf/digits"/></field>
        <field name="g"><property name="termchar" value=""/>${key('1 #')}</field>
        <block><exit expr="f + g"/></block></form>`,
    },
    moves: [{ keys: '12*' }, { keys: '1#' }],
  },
  { end: exits('121#') },
)

scenario(
  'plum 7: numbers and strings compare as ECMAScript has it',
  {
    documents: {
      'start.vxml': `<form><field name="f">${key('5')}</field>
        <block><exit expr="f == 5 &amp;&amp; '10' > 9 &amp;&amp; f + 1 == '51'"/></block></form>`,
    },
    moves: [{ keys: '5' }],
  },
  { end: exits(true) },
)

scenario(
  'plum 7: E4X is refused, and the error says so',
  block('<script>var x = &lt;a/>;</script>').replace(
    '<block>',
    '<catch event="error.semantic"><exit expr="_message.indexOf(\'E4X\') >= 0"/></catch><block>',
  ),
  { end: exits(true) },
)

scenario(
  'plum 7: a document without namespace, with version 1.0 and foreign elements',
  `<vxml version="1.0"><form><block><plum:tune xmlns:plum="urn:x"/><prompt>Hi</prompt></block></form></vxml>`,
  { heard: ['Hi'], end: { reason: 'exit' } },
)

scenario(
  'limits: a script that meets one is error.semantic, and the limit is named',
  block('<script>while (true) {}</script>').replace(
    '<block>',
    '<catch event="error.semantic"><exit expr="_message"/></catch><block>',
  ),
  { also: ({ end }) => assert.match(end.exitValue ?? '', /limit of time/) },
)

scenario(
  '2.1 §6 <foreach> over something else is error.semantic',
  block('<foreach item="i" array="5"/>'),
  { events: ['error.semantic'] },
)

scenario(
  '2.1 §6 <foreach> goes through a sparse array, and keeps its variable',
  block(
    `<var name="a" expr="[1,,3]"/><foreach item="i" array="a"><log expr="typeof i"/></foreach>
     <exit expr="i"/>`,
  ),
  { logs: ['number', 'undefined', 'number'], end: exits(3) },
)

scenario(
  '2.1 §6 <foreach> in a prompt: audio, marks, breaks and values',
  block(
    `<var name="a" expr="[{w: 'a.wav', t: 'A'}, {w: 'b.wav', t: 'B'}]"/><prompt><foreach item="i" array="a">
     <mark nameexpr="i.t"/><audio expr="i.w"><value expr="i.t"/></audio><break time="300ms"/></foreach></prompt>`,
  ),
  {
    heard: ['[a.wav] [b.wav]'],
    also: ({ prompts }) =>
      assert.deepEqual(
        prompts[0]?.parts.map(({ kind }) => kind),
        ['mark', 'audio', 'break', 'mark', 'audio', 'break'],
      ),
  },
)

scenario(
  '2.1 §6 <foreach> in <foreach>, with a transition out of it',
  block(
    `<foreach item="i" array="[1, 2]"><foreach item="j" array="[3, 4]"><log expr="i * j"/>
     <if cond="i * j == 6"><exit expr="'six'"/></if></foreach></foreach>`,
  ),
  { logs: ['3', '4', '6'], end: exits('six') },
)

scenario(
  '2.3.2 a block may be cleared and run again',
  `<form><var name="n" expr="0"/><block name="b"><assign name="n" expr="n + 1"/>
   <if cond="n != 3"><clear namelist="b"/></if></block><block><exit expr="n"/></block></form>`,
  { end: exits(3) },
)

scenario(
  '5.3.3 an undeclared variable in <clear> is error.semantic',
  block('<clear namelist="nowhere"/>'),
  { events: ['error.semantic'] },
)

scenario(
  '5.3.1 a <var> with a scope prefix is error.semantic',
  block('<var name="document.x" expr="1"/>'),
  { events: ['error.semantic'] },
)

scenario(
  '2.3 shadow variables may be written',
  {
    documents: {
      'start.vxml': `<form><field name="f">${key('1')}<filled><assign name="f$.confidence" expr="0.1"/></filled></field>
        <block><exit expr="f$.confidence"/></block></form>`,
    },
    moves: [{ keys: '1' }],
  },
  { end: exits(0.1) },
)

const faultOf = (event: string, uri: string, line: number, message: RegExp) => ({
  also: ({ moments }: Conversation) => {
    const thrown = moments.find((moment) => moment.kind === 'throw' && moment.event === event)
    assert.ok(thrown?.kind === 'throw')
    assert.deepEqual([thrown.uri, thrown.line], [`${HOST}/${uri}`, line])
    assert.match(thrown.message, message)
  },
})

scenario(
  '5.3.12 an error in a script elsewhere names its line there',
  {
    documents: {
      'start.vxml': '<form><block>\n<script src="more.js"/></block></form>',
      'more.js': { contentType: '', body: 'var a = 1\n\n\n\n\nnobody.there = a\n' },
    },
  },
  faultOf('error.semantic', 'start.vxml', 3, /'nobody' is not defined \(.*more\.js, line 6\)$/),
)

scenario(
  '5.3.12 an error in a script of the document names its line',
  '<form><block>\n<script>\nvar a = 1\nnobody.there = a\n</script></block></form>',
  faultOf('error.semantic', 'start.vxml', 5, /'nobody' is not defined$/),
)

scenario(
  '5.3.12 a function that fails is told where it is called',
  '<script>\n\n\n\n\n\nfunction fails() { return nobody }\n</script><form>\n<block><log expr="fails()"/></block></form>',
  faultOf('error.semantic', 'start.vxml', 10, /'nobody' is not defined$/),
)

scenario(
  '3.1.1.4 an error in a grammar elsewhere names its place there',
  {
    documents: {
      'start.vxml': '<form><field name="f">\n<grammar src="g.grxml"/></field></form>',
      'g.grxml': `<grammar version="1.0" xmlns="http://www.w3.org/2001/06/grammar" root="r">\n<rule id="r">
        <ruleref uri="#nobody"/></rule></grammar>`,
    },
  },
  faultOf(
    'error.badfetch',
    'start.vxml',
    3,
    /nobody is not defined \(.*g\.grxml, line 3, column \d+\)/,
  ),
)

scenario(
  '3.1.1.4 an error in a grammar of the document names its place',
  `<form><field name="f"><grammar version="1.0" root="r">\n<rule id="r">\n<ruleref uri="#nobody"/></rule></grammar></field></form>`,
  faultOf('error.badfetch', 'start.vxml', 4, /nobody is not defined\.$/),
)

scenario(
  '5.2.4 an error in a handler of the root document names that document',
  {
    documents: {
      'start.vxml':
        '<vxml version="2.1" application="root.vxml"><form><block><throw event="e"/></block></form></vxml>',
      'root.vxml': '<vxml version="2.1">\n\n<catch event="e">\n<log expr="nobody"/></catch></vxml>',
    },
  },
  faultOf('error.semantic', 'root.vxml', 4, /'nobody' is not defined$/),
)
