import assert from 'node:assert/strict'
import { scenario } from './scenario.ts'

const option = '<option dtmf="1" value="a">a</option><option dtmf="2" value="b">b</option>'

scenario(
  '2.1.1 items are visited in document order, each once',
  '<form><block>1</block><block>2</block><block>3</block></form>',
  { heard: ['1', '2', '3'], end: { reason: 'exit' } },
)

scenario(
  '2.1.1 an item with a value, or a false condition, is not visited',
  `<form><block expr="true">no</block><block cond="1 == 2">no</block><block>yes</block></form>`,
  { heard: ['yes'] },
)

scenario(
  '2.1.1 a condition that becomes true brings its item back',
  `<form><var name="late" expr="false"/><block cond="late">late</block>
   <block>early<assign name="late" expr="true"/></block></form>`,
  { heard: ['early', 'late'] },
)

scenario(
  '2.1.1 a form that is full exits, whatever forms follow',
  '<form><block>one</block></form><form><block>never</block></form>',
  { heard: ['one'], end: { reason: 'exit' } },
)

scenario(
  '2.1.1 an item may be assigned: the form takes it for filled',
  `<form><block><assign name="f" expr="'x'"/></block><field name="f">${option}</field>
   <block><exit expr="f"/></block></form>`,
  { end: { reason: 'exit', exitValue: '"x"' } },
)

scenario(
  'C <filled> of an item runs when it is filled, then that of the form when all are',
  {
    documents: {
      'start.vxml': `<form><field name="f">${option}<filled><log>f</log></filled></field>
        <field name="g">${option}<filled><log>g</log></filled></field>
        <filled><log expr="f + g"/></filled><filled mode="any"><log>any</log></filled></form>`,
    },
    moves: [{ keys: '1' }, { keys: '2' }],
  },
  { logs: ['f', 'any', 'g', 'ab', 'any'] },
)

scenario(
  'C <filled namelist> looks at those items only',
  {
    documents: {
      'start.vxml': `<form><field name="f">${option}</field><field name="g">${option}</field>
        <field name="h">${option}</field>
        <filled namelist="f g"><log>both</log></filled><filled mode="any" namelist="h"><exit expr="'h'"/></filled></form>`,
    },
    moves: [{ keys: '1' }, { keys: '2' }, { keys: '1' }],
  },
  { logs: ['both'], end: { reason: 'exit', exitValue: '"h"' } },
)

scenario(
  'C an event in a <filled> is handled from its item',
  {
    documents: {
      'start.vxml': `<form><catch event="x">form</catch>
        <field name="f">${option}<catch event="x">item</catch><filled><throw event="x"/></filled></field></form>`,
    },
    moves: [{ keys: '1' }],
  },
  { heard: ['item'] },
)

const MIXED = `<form><grammar mode="dtmf" version="1.0" root="r" tag-format="semantics/1.0"><rule id="r">
  <one-of><item>12<tag>out.from = 'A'; out.to = 'B';</tag></item>
  <item>3<tag>out.to = 'C';</tag></item></one-of></rule></grammar>
  <initial name="start"><prompt>Where?</prompt>
  <noinput count="2"><assign name="start" expr="true"/>Step by step.</noinput></initial>
  <field name="from"><prompt>From?</prompt><option dtmf="7" value="Z">z</option></field>
  <field name="to"><prompt>To?</prompt><option dtmf="8" value="Y">y</option></field>
  <filled><exit expr="from + to"/></filled></form>`

scenario(
  '2.1.5 mixed initiative: one input fills several fields',
  { documents: { 'start.vxml': MIXED }, moves: [{ keys: '12' }] },
  { heard: ['Where?'], end: { reason: 'exit', exitValue: '"AB"' } },
)

scenario(
  '2.1.5 what is left is asked for, and the form grammar is heard in a field too',
  { documents: { 'start.vxml': MIXED }, moves: [{ keys: '3' }, { keys: '7' }] },
  { heard: ['Where?', 'From?'], end: { reason: 'exit', exitValue: '"ZC"' } },
)

scenario(
  '2.1.5.1 an <initial> that is set makes way for the fields',
  {
    documents: { 'start.vxml': MIXED },
    moves: ['silence', 'silence', { keys: '7' }, { keys: '8' }],
  },
  {
    heard: ['Where?', 'Where?', 'Step by step.', 'To?'],
    end: { reason: 'exit', exitValue: '"ZY"' },
  },
)

scenario(
  '4.1.6 prompts taper with the prompt counter',
  {
    documents: {
      'start.vxml': `<form><field name="f">${option}<prompt count="1">one</prompt><prompt count="2">two</prompt>
        <prompt count="4">four</prompt></field></form>`,
    },
    moves: ['silence', 'silence', 'silence', 'silence', { keys: '1' }],
  },
  { heard: ['one', 'two', 'two', 'four', 'four'] },
)

scenario(
  '4.1.6 all prompts of the count are said in order; conditions are looked at first',
  {
    documents: {
      'start.vxml': `<form><field name="f">${option}<prompt>a</prompt><prompt>b</prompt>
        <prompt count="2" cond="false">never</prompt></field></form>`,
    },
    moves: ['silence', { keys: '1' }],
  },
  { heard: ['a', 'b', 'a', 'b'] },
)

scenario(
  '5.3.6 without <reprompt> a handler takes the place of the prompts',
  {
    documents: {
      'start.vxml': `<form><field name="f">${option}<prompt>Ask</prompt>
        <prompt count="2">Again</prompt><noinput>Hm.</noinput><noinput count="2">Hm!<reprompt/></noinput></field></form>`,
    },
    moves: ['silence', 'silence', { keys: '1' }],
  },
  { heard: ['Ask', 'Hm.', 'Hm!', 'Again'] },
)

scenario(
  '5.3.6 <goto> to another dialog from a handler says its prompts',
  {
    documents: {
      'start.vxml': `<form><field name="f">${option}<prompt>Ask</prompt><noinput><goto next="#g"/></noinput></field></form>
        <form id="g"><field name="f">${option}<prompt>There</prompt></field></form>`,
    },
    moves: ['silence', { keys: '1' }],
  },
  { heard: ['Ask', 'There'] },
)

scenario(
  '2.3.7 a bridged transfer gives its result and its duration',
  {
    documents: {
      'start.vxml': `<form><transfer name="t" dest="tel:+16175551212" type="bridge"><prompt>Hold on.</prompt>
        <filled><exit expr="t + t$.duration"/></filled></transfer></form>`,
    },
    transfers: ['far_end_disconnect'],
  },
  { heard: ['Hold on.'], end: { reason: 'exit', exitValue: '"far_end_disconnect5"' } },
)

scenario(
  '2.3.7 a blind transfer ends in connection.disconnect.transfer',
  {
    documents: {
      'start.vxml': '<form><transfer name="t" dest="tel:+16175551212"/><block>never</block></form>',
    },
    transfers: ['transferred'],
  },
  { events: ['connection.disconnect.transfer'], end: { reason: 'disconnect' }, heard: [] },
)

scenario(
  '2.3.7.3 a destination that may not be dialled',
  {
    documents: { 'start.vxml': '<form><transfer name="t" dest="tel:911" bridge="true"/></form>' },
    transfers: ['not-authorized'],
  },
  {
    events: ['error.connection.noauthorization'],
    also: ({ end }) => assert.equal(end.fault?.line, 2),
  },
)

scenario(
  '5.3.3 a form item that is cleared by its name in the dialog scope loses its counters too',
  {
    documents: {
      'start.vxml': `<form><field name="f"><prompt count="1">one</prompt><prompt count="2">two</prompt><option dtmf="1">x</option>
        <noinput count="1"><clear namelist="dialog.f"/><reprompt/></noinput><noinput count="2"><exit/></noinput></field></form>`,
    },
    moves: ['silence', { keys: '1' }],
  },
  { heard: ['one', 'one'] },
)

scenario(
  '5.3.7 a jump to an item that is not there is handled in the scope of the dialog',
  {
    documents: {
      'start.vxml': `<form><field name="f"><option dtmf="1">x</option><filled><goto nextitem="nobody"/></filled>
        <catch event="error.badfetch"><exit expr="'item'"/></catch></field>
        <catch event="error.badfetch"><exit expr="'dialog'"/></catch></form>`,
    },
    moves: [{ keys: '1' }],
  },
  { end: { reason: 'exit', exitValue: '"dialog"' } },
)
