import assert from 'node:assert/strict'
import { scenario } from './scenario.ts'
import { HOST } from './scripted-caller.ts'

const option = '<option dtmf="1" value="a">a</option>'

scenario(
  '4.1.3 <audio> with alternate content, resolved against the document',
  `<form><block><prompt>Hi <audio src="sounds/a.wav" maxtime="2s">words <audio src="b.wav"/></audio></prompt></block></form>`,
  {
    also: ({ prompts }) =>
      assert.deepEqual(prompts[0]?.parts, [
        { kind: 'text', text: 'Hi' },
        {
          kind: 'audio',
          uri: `${HOST}/sounds/a.wav`,
          fetchTimeoutMs: 30_000,
          maxDurationMs: 2000,
          fallback: [
            { kind: 'text', text: 'words' },
            { kind: 'audio', uri: `${HOST}/b.wav`, fetchTimeoutMs: 30_000, fallback: [] },
          ],
        },
      ]),
  },
)

scenario(
  '4.1.3 <audio expr> that is undefined is left out with its content',
  `<form><var name="u"/><block><prompt>a <audio expr="u">b</audio> c</prompt></block></form>`,
  { heard: ['a c'] },
)

scenario(
  '4.1.1 speech markup becomes structure: voice, prosody, say-as, break, mark, sub',
  `<form><block><prompt xml:lang="en-GB" bargein="false"><voice gender="female"><prosody rate="fast">quick</prosody></voice>
   <say-as interpret-as="date" format="mdy">10/2/2026</say-as><break time="1s"/><mark name="m"/>
   <sub alias="doctor">Dr.</sub></prompt></block></form>`,
  {
    also: ({ prompts }) =>
      assert.deepEqual(prompts, [
        {
          language: 'en-GB',
          bargein: false,
          parts: [
            { kind: 'text', text: 'quick', voice: { gender: 'female', rate: 1.25 } },
            { kind: 'say-as', text: '10/2/2026', interpretAs: 'date', format: 'mdy' },
            { kind: 'break', durationMs: 1000 },
            { kind: 'mark', name: 'm' },
            { kind: 'text', text: 'doctor' },
          ],
        },
      ]),
  },
)

scenario(
  '2.1 §3 a mark that barge-in interrupted is in lastresult$',
  {
    documents: {
      'start.vxml': `<form><field name="f"><prompt>Long <mark name="here"/> story</prompt>${option}
        <filled><exit expr="application.lastresult$.markname + f$.marktime"/></filled></field></form>`,
    },
    moves: [{ interrupt: '1', afterMs: 300 }],
  },
  { end: { reason: 'exit', exitValue: '"here100"' } },
)

scenario(
  '4.1.8 queued prompts are played to completion before exit',
  '<form><block>one<exit/></block></form>',
  {
    heard: ['one'],
    virtualMs: 1000,
  },
)

scenario(
  '6.3.4 the property bargein holds for prompts that say nothing of it',
  `<property name="bargein" value="false"/><form><block>a<prompt bargein="true">b</prompt></block></form>`,
  {
    also: ({ prompts }) =>
      assert.deepEqual(
        prompts.map(({ bargein }) => bargein),
        [false, true],
      ),
  },
)

scenario(
  '5.3.11 <disconnect> lets the queue be heard, hangs up, and goes on in final processing',
  `<catch event="connection.disconnect.hangup"><log>bye</log>never heard<exit expr="'done'"/></catch>
   <form><block>Goodbye.<disconnect/></block><block>never</block></form>`,
  {
    heard: ['Goodbye.'],
    logs: ['bye'],
    end: { reason: 'exit', exitValue: '"done"' },
    also: ({ disconnected }) => assert.equal(disconnected, true),
  },
)

scenario(
  '2.1 §8 <disconnect namelist> returns values',
  `<form><var name="a" expr="1"/><block><disconnect namelist="a"/></block></form>`,
  { end: { reason: 'disconnect', exitValue: '{"a":1}' } },
)

scenario(
  '1.5.4 a caller who hangs up at a field: the event is thrown there',
  {
    documents: {
      'start.vxml': `<form><field name="f"><prompt>Well?</prompt>${option}</field></form>`,
    },
    moves: ['hangup'],
  },
  { events: ['connection.disconnect.hangup'], end: { reason: 'hangup' } },
)

scenario(
  '1.5.4 the handler of a hang-up may submit; what would wait for input ends the session',
  {
    documents: {
      'start.vxml': `<var name="n" expr="7"/><catch event="connection.disconnect.hangup">
        <submit next="gone.vxml" namelist="n"/></catch>
        <form><field name="f"><prompt>Well?</prompt>${option}</field></form>`,
      'gone.vxml': `<form><block><log>noted</log></block><field name="f"><prompt>never</prompt>${option}</field>
        <block><log>never</log></block></form>`,
    },
    moves: ['hangup'],
  },
  {
    logs: ['noted'],
    heard: ['Well?'],
    end: { reason: 'hangup' },
    also: ({ fetches }) => assert.deepEqual(fetches[1]?.fields, [['n', '7']]),
  },
)

scenario(
  '4.1.8 a hang-up while the interpreter is busy is thrown at the next field',
  {
    documents: {
      'start.vxml': `<form><block>Hello.<goto next="slow.vxml" fetchaudio="m.wav"/></block></form>`,
      'slow.vxml': {
        body: `<vxml version="2.1"><form><block><log>still here</log></block><field name="f">${option}</field></form></vxml>`,
        delayMs: 5000,
      },
    },
    hangUpAtMs: 500,
  },
  { logs: ['still here'], events: ['connection.disconnect.hangup'], end: { reason: 'hangup' } },
)

scenario(
  '4.1.8 a hang-up during the last prompt: the document has done its work',
  {
    documents: { 'start.vxml': '<form><block>Long.<exit expr="1"/></block></form>' },
    hangUpAtMs: 300,
  },
  { virtualMs: 300, end: { reason: 'exit', exitValue: '1' } },
)

scenario(
  '5.2.5 hang-up during a prompt before a field ends the prompt at once',
  {
    documents: {
      'start.vxml': `<form><field name="f"><prompt>Well?</prompt>${option}</field></form>`,
    },
    hangUpAtMs: 300,
  },
  { virtualMs: 300, end: { reason: 'hangup' } },
)

scenario(
  '2.1 §8 what <disconnect> and <exit> return is kept apart',
  `<form><var name="a" expr="1"/><block><disconnect namelist="a"/></block>
   <catch event="connection.disconnect"><exit expr="2"/></catch></form>`,
  { end: { reason: 'exit', exitValue: '2', disconnectValue: '{"a":1}' } },
)
