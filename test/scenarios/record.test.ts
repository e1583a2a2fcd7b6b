import assert from 'node:assert/strict'
import { scenario } from './scenario.ts'
import { BEEP_MS, BYTES_PER_MS, PROMPT_MS, type Script } from './scripted-caller.ts'

const key = (...keys: string[]): string =>
  `<grammar mode="dtmf" version="1.0" root="r"><rule id="r"><one-of>${keys
    .map((one) => `<item>${one}</item>`)
    .join('')}</one-of></rule></grammar>`

const word = (phrase: string): string =>
  `<grammar mode="voice" version="1.0" root="r"><rule id="r">${phrase}</rule></grammar>`

/** A form with one recording, and what is made of it. */
const recording = (attributes: string, inside = '', after = ''): Script['documents'] => ({
  'start.vxml': `<form><record name="msg" ${attributes}>${inside}</record>
    <block>${after}<exit expr="typeof msg + '|' + msg$.duration + '|' + msg$.size + '|' +
      msg$.termchar + '|' + msg$.maxtime"/></block></form>`,
})

const exits = (value: string) => ({ reason: 'exit' as const, exitValue: JSON.stringify(value) })

scenario(
  '2.3.6 a recording ends by final silence, and its shadow variables tell of it',
  {
    documents: recording('finalsilence="2s"', '<prompt>Speak.</prompt>'),
    moves: [{ talkMs: 4000 }],
  },
  {
    heard: ['Speak.'],
    virtualMs: PROMPT_MS + 4000 + 2000,
    end: exits(`string|4000|${4000 * BYTES_PER_MS}|undefined|false`),
  },
)

scenario(
  '2.3.6 a key ends it by default, and is its termchar',
  { documents: recording(''), moves: [{ talkMs: 1500, next: { keys: '5' } }] },
  { virtualMs: 1500, end: exits(`string|1500|${1500 * BYTES_PER_MS}|5|false`) },
)

scenario(
  '2.3.6 maxtime ends it, and is told',
  { documents: recording('maxtime="3s"'), moves: [{ talkMs: 60_000 }] },
  { virtualMs: 3000, end: exits(`string|3000|${3000 * BYTES_PER_MS}|undefined|true`) },
)

scenario(
  'plum 7: maxtime is 60 s by default, and at most an hour; finalsilence 3 s and 5 minutes',
  {
    documents: {
      'start.vxml': `<form><record name="a"/><record name="b" maxtime="9000s" finalsilence="900s"/></form>`,
    },
    moves: [
      { talkMs: 1, next: { keys: '1' } },
      { talkMs: 1, next: { keys: '1' } },
    ],
  },
  {
    also: ({ recorded: [first, second] }) => {
      assert.deepEqual([first?.maxTimeMs, first?.finalSilenceMs], [60_000, 3000])
      assert.deepEqual([second?.maxTimeMs, second?.finalSilenceMs], [3_600_000, 300_000])
    },
  },
)

scenario(
  '2.3.6 a beep sounds after the prompts, and the timeout begins after it',
  {
    documents: recording(
      'beep="true"',
      '<prompt timeout="5s">Speak.</prompt><noinput><exit/></noinput>',
    ),
  },
  { virtualMs: PROMPT_MS + BEEP_MS + 5000, events: ['noinput'], end: { reason: 'exit' } },
)

scenario(
  '2.3.6 without a prompt the property timeout decides when noinput is thrown',
  {
    documents: recording('', '<property name="timeout" value="7s"/><noinput><exit/></noinput>'),
  },
  { virtualMs: 7000, events: ['noinput'] },
)

scenario(
  '2.3.6 after noinput it is asked for again, with its prompt counter',
  {
    documents: recording('', '<prompt>Speak.</prompt><prompt count="2">Please speak.</prompt>'),
    moves: ['silence', { talkMs: 1000, next: { keys: '#' } }],
  },
  { heard: ['Speak.', 'Please speak.'], events: ['noinput'] },
)

scenario(
  '2.3.6 type asks for a format of appendix E',
  {
    documents: {
      'start.vxml': `<form><record name="a" type="audio/basic"/><record name="b" type="audio/x-alaw-basic"/>
        <record name="c" type="audio/wav;codec=ulaw"/><record name="d"/></form>`,
    },
    moves: [1, 2, 3, 4].map(() => ({ talkMs: 10, next: { keys: '#' } })),
  },
  {
    also: ({ recorded }) =>
      assert.deepEqual(
        recorded.map(({ contentType }) => contentType),
        ['audio/basic', 'audio/x-alaw-basic', 'audio/x-wav', 'audio/x-wav'],
      ),
  },
)

scenario(
  '5.2.6 a format that cannot be recorded is error.unsupported.format, and is named',
  `<form><record name="a" type="video/mp4"/><catch event="error.unsupported.format">
   <exit expr="_message"/></catch></form>`,
  { end: exits('Audio cannot be recorded as "video/mp4".') },
)

scenario(
  '2.3.6 <audio expr> of a recording plays it',
  {
    documents: recording('', '', 'You said <audio expr="msg"/>'),
    moves: [{ talkMs: 100, next: { keys: '#' } }],
  },
  { heard: ['You said [recording:1]'] },
)

scenario(
  '4.1.4 <value> of a recording plays it too',
  {
    documents: recording('', '', '<prompt><value expr="msg"/></prompt>'),
    moves: [{ talkMs: 100, next: { keys: '#' } }],
  },
  { heard: ['[recording:1]'] },
)

scenario(
  '2.3.6 a recording that this call has not made is none: its name is just words',
  `<form><block><prompt><value expr="'recording:9'"/><audio expr="'recording:9'">nothing</audio></prompt>
   </block></form>`,
  { heard: ['recording:9nothing'] },
)

scenario(
  '2.3.6 a caller who hangs up leaves what was recorded',
  {
    documents: {
      'start.vxml': `<form><record name="msg"><catch event="connection.disconnect.hangup">
        <exit expr="msg$.duration"/></catch></record></form>`,
    },
    moves: [{ talkMs: 2500, next: 'hangup' }],
  },
  { events: ['connection.disconnect.hangup'], end: { reason: 'exit', exitValue: '2500' } },
)

scenario(
  '2.3.6 a hang-up before the beep leaves nothing',
  {
    documents: {
      'start.vxml': `<form><record name="msg"><prompt>Speak.</prompt><catch event="connection.disconnect">
        <exit expr="msg === undefined"/></catch></record></form>`,
    },
    moves: ['hangup'],
  },
  { end: { reason: 'exit', exitValue: 'true' } },
)

scenario(
  '2.3.6 dtmfterm="false": keys do not end it',
  {
    documents: recording('dtmfterm="false" finalsilence="1s"'),
    moves: [{ talkMs: 1000, next: { keys: '5' } }],
  },
  { virtualMs: 2000, end: exits(`string|1000|${1000 * BYTES_PER_MS}|undefined|false`) },
)

scenario(
  '2.3.6 a local DTMF grammar ends it; that is no termchar, but a last result',
  {
    documents: recording(
      'dtmfterm="false"',
      key('9'),
      '<log expr="application.lastresult$.utterance"/>',
    ),
    moves: [{ talkMs: 1000, next: { keys: '19' } }],
  },
  { logs: ['9'], end: exits(`string|1000|${1000 * BYTES_PER_MS}|undefined|false`) },
)

scenario(
  '2.3.6 dtmfterm has priority over local DTMF grammars',
  {
    documents: recording('', key('1 2')),
    moves: [{ talkMs: 1000, next: { keys: '1' } }],
  },
  { virtualMs: 1000, end: exits(`string|1000|${1000 * BYTES_PER_MS}|1|false`) },
)

scenario(
  '2.3.6 a key before any audio leaves the variable unfilled, and there is no noinput',
  {
    documents: recording('', '<prompt>Speak.</prompt>', '<log expr="msg$.termchar"/>'),
    moves: [
      { interrupt: '4', afterMs: 300 },
      { talkMs: 100, next: { keys: '#' } },
    ],
  },
  { heard: ['Speak.', 'Speak.'], events: [], logs: ['#'] },
)

scenario(
  '2.3.6 modal by default: links are not heard while it records',
  {
    documents: {
      'start.vxml': `<link event="out" dtmf="7"/><catch event="out"><exit expr="'link'"/></catch>
        <form><record name="msg"/><block><exit expr="msg$.termchar"/></block></form>`,
    },
    moves: [{ talkMs: 1000, next: { keys: '7' } }],
  },
  { end: exits('7') },
)

scenario(
  '2.3.6 modal="false": a link ends it, and the variable is left unfilled',
  {
    documents: {
      'start.vxml': `<link event="out" dtmf="7"/><catch event="out"><exit expr="msg === undefined"/></catch>
        <form><record name="msg" modal="false"/></form>`,
    },
    moves: [{ talkMs: 1000, next: { keys: '7' } }],
  },
  { end: { reason: 'exit', exitValue: 'true' } },
)

scenario(
  '2.3.6 words of a non-local grammar end it; those of a local one do not',
  {
    documents: {
      'start.vxml': `<link event="out">${word('operator')}</link>
        <catch event="out"><exit expr="application.lastresult$.utterance"/></catch>
        <form><record name="msg" modal="false">${word('stop')}</record>
        <block><clear namelist="msg"/></block></form>`,
    },
    moves: [
      { talkMs: 500, next: { say: 'stop' } },
      { talkMs: 500, next: { say: 'operator' } },
    ],
  },
  { end: exits('operator') },
)

scenario(
  '2.4 <filled> of a recording runs when it is made',
  {
    documents: recording('', '<filled><log expr="msg$.duration"/></filled>'),
    moves: [{ talkMs: 1200, next: { keys: '*' } }],
  },
  { logs: ['1200'] },
)

scenario(
  '2.3.6 in the final processing state nothing is recorded any more',
  `<form><catch event="connection.disconnect"><goto next="#g"/></catch><block><disconnect/></block></form>
   <form id="g"><record name="msg"/><block><log>never</log></block></form>`,
  {
    logs: [],
    end: { reason: 'disconnect' },
    also: ({ recorded }) => assert.deepEqual(recorded, []),
  },
)

scenario(
  '3.1.6.1 a form-level result may fill a record variable',
  {
    documents: {
      'start.vxml': `<form><grammar mode="dtmf" version="1.0" root="r" tag-format="semantics/1.0">
        <rule id="r">1<tag>out.msg = 'kept';</tag></rule></grammar>
        <field name="f">${key('2')}</field><record name="msg"/><block><exit expr="msg"/></block></form>`,
    },
    moves: [{ keys: '1' }, { keys: '2' }],
  },
  { end: exits('kept') },
)

const asked = (properties: string, after: string): Script['documents'] => ({
  'start.vxml': `<form><property name="recordutterance" value="true"/>${properties}
    <field name="f">${word('chicago')}${key('1')}<nomatch>${after}</nomatch></field>
    <block>${after}</block></form>`,
})

scenario(
  '2.1 §7 recordutterance: the utterance is in lastresult$ and in the shadow variables',
  {
    documents: asked(
      '',
      `<exit expr="[application.lastresult$.recording, f$.recordingduration, f$.recordingsize,
        application.lastresult$[0].recordingsize].join()"/>`,
    ),
    moves: [{ say: 'chicago', recorded: true }],
  },
  { end: exits(`recording:1,1000,${1000 * BYTES_PER_MS},${1000 * BYTES_PER_MS}`) },
)

scenario(
  '2.1 §7 of a nomatch too, and it may be played',
  {
    documents: asked('', '<audio expr="application.lastresult$.recording"/><exit/>'),
    moves: [{ say: 'boston', recorded: true }],
  },
  { heard: ['[recording:1]'], events: ['nomatch'] },
)

scenario(
  '2.1 §7 keys are no audio: undefined',
  {
    documents: asked(
      '',
      '<exit expr="typeof application.lastresult$.recording + typeof f$.recordingsize"/>',
    ),
    moves: [{ keys: '1' }],
  },
  { end: exits('undefinedundefined') },
)

scenario(
  '2.1 §7 without the property nothing is recorded, whatever a recogniser sends',
  {
    documents: {
      'start.vxml': `<form><field name="f">${word('chicago')}</field>
        <block><exit expr="typeof f$.recording"/></block></form>`,
    },
    moves: [{ say: 'chicago', recorded: true }],
  },
  {
    end: exits('undefined'),
    also: ({ listened }) => assert.equal(listened[0]?.recordUtterance, undefined),
  },
)

scenario(
  '2.1 §7.1 recordutterancetype asks for a format',
  {
    documents: asked('<property name="recordutterancetype" value="audio/basic"/>', '<exit/>'),
    moves: [{ say: 'chicago', recorded: true }],
  },
  { also: ({ listened }) => assert.equal(listened[0]?.recordUtterance, 'audio/basic') },
)

scenario(
  '2.1 §7.1 an unknown format is error.unsupported.format that names it',
  {
    documents: asked(
      `<property name="recordutterancetype" value="audio/opus"/>
       <catch event="error.unsupported.format"><exit expr="_message.indexOf('audio/opus') >= 0"/></catch>`,
      '',
    ),
  },
  { end: { reason: 'exit', exitValue: 'true' } },
)

scenario(
  '2.3.6 whoever speaks over the prompts begins the recording; what is queued after is left out',
  {
    documents: recording(
      'finalsilence="2s"',
      '<prompt>Speak now.</prompt><prompt>At length.</prompt>',
    ),
    moves: [{ talkMs: 4000, overPromptMs: 300 }],
  },
  {
    heard: ['Speak now.'],
    virtualMs: 300 + 4000 + 2000,
    end: exits(`string|4000|${4000 * BYTES_PER_MS}|undefined|false`),
  },
)

for (const [what, attributes] of [
  ['without barge-in', 'bargein="false"'],
  ['that waits for a hotword', 'bargeintype="hotword"'],
]) {
  scenario(
    `2.3.6, 4.1.5 speech does not begin a recording over a prompt ${what}`,
    {
      documents: recording('', `<prompt ${attributes}>Listen.</prompt>`),
      moves: [{ talkMs: 4000, overPromptMs: 300 }],
    },
    { virtualMs: PROMPT_MS + 4000 + 3000, heard: ['Listen.'] },
  )
}

scenario(
  '2.3.6 a key that no grammar takes does not stop the prompts, whatever the barge-in type',
  {
    documents: recording(
      'dtmfterm="false"',
      '<prompt bargeintype="speech">Listen.</prompt><noinput><exit/></noinput>',
    ),
    moves: [{ interrupt: '5', afterMs: 300 }],
  },
  { virtualMs: PROMPT_MS + 3000, events: ['noinput'] },
)

scenario(
  'plum 7 recordcall is told to the platform where it changes',
  `<property name="recordcall" value="true"/>
   <form><block>One.</block><block>Two.</block>
   <field name="a" expr="1"/>
   <initial name="secret" expr="1"/>
   <block><goto next="#quiet"/></block></form>
   <form id="quiet"><property name="recordcall" value="false"/><block><goto next="#loud"/></block></form>
   <form id="loud"><block/></form>`,
  { also: ({ recordsCall }) => assert.deepEqual(recordsCall, [true, false, true]) },
)

scenario('plum 7 without recordcall the operator’s setting holds', '<form><block/></form>', {
  also: ({ recordsCall }) => assert.deepEqual(recordsCall, []),
})
