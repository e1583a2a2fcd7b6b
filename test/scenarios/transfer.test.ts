import assert from 'node:assert/strict'
import { scenario } from './scenario.ts'
import { HOST, PROMPT_MS, type Script } from './scripted-caller.ts'

const key = (one: string): string =>
  `<grammar mode="dtmf" version="1.0" root="r"><rule id="r">${one}</rule></grammar>`
const word = (phrase: string): string =>
  `<grammar mode="voice" version="1.0" root="r"><rule id="r">${phrase}</rule></grammar>`

const transfer = (attributes: string, inside = '', after = ''): Script['documents'] => ({
  'start.vxml': `<form><transfer name="t" dest="tel:+16175551212" ${attributes}>${inside}</transfer>
    <block>${after}<exit expr="[t, t$.duration, t$.inputmode, t$.utterance].join('|')"/></block></form>`,
})

const exits = (value: string) => ({ reason: 'exit' as const, exitValue: JSON.stringify(value) })

for (const [result, durationMs, value] of [
  ['busy', 0, 'busy|0||'],
  ['noanswer', 0, 'noanswer|0||'],
  ['network_busy', 0, 'network_busy|0||'],
  ['far_end_disconnect', 61_000, 'far_end_disconnect|61||'],
  ['near_end_disconnect', 3000, 'near_end_disconnect|3||'],
  ['maxtime_disconnect', 30_000, 'maxtime_disconnect|30||'],
  ['network_disconnect', 2000, 'network_disconnect|2||'],
  ['unknown', 0, 'unknown|0||'],
] as const) {
  scenario(
    `2.3.7.2.2 a bridge that ends as ${result} says so`,
    { documents: transfer('type="bridge"'), transfers: [{ result, durationMs }] },
    { end: exits(value), events: [] },
  )
}

for (const [result, event] of [
  ['not-authorized', 'error.connection.noauthorization'],
  ['bad-destination', 'error.connection.baddestination'],
  ['no-route', 'error.connection.noroute'],
  ['no-resource', 'error.connection.noresource'],
  ['unsupported-uri', 'error.unsupported.uri'],
] as const) {
  scenario(
    `2.3.7.3 an attempt that cannot be made is ${event}`,
    { documents: transfer('bridge="true"'), transfers: [result] },
    { events: [event], also: ({ end }) => assert.equal(end.fault?.event, event) },
  )
}

scenario(
  '2.3.7.3 another failure of the protocol carries its number',
  {
    documents: transfer('bridge="true"'),
    transfers: [{ result: 'protocol-error', durationMs: 0, status: 488 }],
  },
  { events: ['error.connection.protocol.488'] },
)

scenario(
  '2.3.7.3 a URI of another kind is error.unsupported.uri, named in its message',
  `<form><transfer name="t" dest="fax:12"/><catch event="error.unsupported.uri">
   <exit expr="_message"/></catch></form>`,
  { end: exits('The URI fax:12 is not a supported URI format') },
)

scenario(
  '2.3.7.3 a destination that is empty is malformed',
  `<form><transfer name="t" destexpr="''" bridge="true"/></form>`,
  { events: ['error.connection.baddestination'] },
)

for (const type of ['blind', 'bridge', 'consultation'] as const) {
  scenario(
    `2.1 §9.2 a platform without ${type} transfers`,
    { documents: transfer(`type="${type}"`), platform: { transferTypes: [] } },
    { events: [`error.unsupported.transfer.${type}`] },
  )
}

scenario(
  '5.2.6 a platform without any is error.unsupported.transfer to a handler of that name',
  {
    documents: transfer('', '<catch event="error.unsupported.transfer"><exit expr="1"/></catch>'),
    platform: { lacks: ['transfer'] },
  },
  { end: { reason: 'exit', exitValue: '1' } },
)

scenario(
  '2.3.7 attributes reach the platform, with plum defaults',
  {
    documents: {
      'start.vxml': `<form><transfer name="a" dest="6175551212" bridge="true"/>
        <transfer name="b" destexpr="'tel:+1' + '617'" type="bridge" connecttimeout="7s" maxtime="60s"
          aai="id=1" transferaudio="ring.wav"/>
        <transfer name="c" dest="sip:a@b.example" type="consultation" aaiexpr="'x' + 1"/></form>`,
    },
    transfers: ['busy', 'busy', 'busy'],
  },
  {
    also: ({ transferred }) =>
      assert.deepEqual(transferred, [
        { dest: '6175551212', type: 'bridge', connectTimeoutMs: 30_000, maxTimeMs: 0, aai: '' },
        {
          dest: 'tel:+1617',
          type: 'bridge',
          connectTimeoutMs: 7000,
          maxTimeMs: 60_000,
          aai: 'id=1',
          audio: { kind: 'audio', uri: `${HOST}/ring.wav`, fetchTimeoutMs: 30_000, fallback: [] },
        },
        {
          ...{ dest: 'sip:a@b.example', type: 'consultation', connectTimeoutMs: 30_000 },
          ...{ maxTimeMs: 0, aai: 'x1' },
        },
      ]),
  },
)

scenario(
  '2.3.7.1 transferaudio is ignored in a blind transfer',
  { documents: transfer('transferaudio="ring.wav"'), transfers: ['unknown'] },
  { also: ({ transferred }) => assert.equal(transferred[0]?.audio, undefined) },
)

scenario(
  '2.3.7.1 a blind transfer throws connection.disconnect.transfer; the variable stays undefined',
  {
    documents: transfer(
      '',
      '<catch event="connection.disconnect.transfer"><log expr="t === undefined"/></catch>',
      '<log>report</log>',
    ),
    transfers: ['transferred'],
  },
  { logs: ['true'], events: ['connection.disconnect.transfer'], end: { reason: 'disconnect' } },
)

scenario(
  '2.3.7.1 after it nothing waits for input any more',
  {
    documents: transfer('', '<catch event="connection.disconnect"><goto next="#f"/></catch>'),
    transfers: ['transferred'],
  },
  { events: ['connection.disconnect.transfer', 'error.badfetch'] },
)

scenario(
  '2.3.7.1 a blind transfer that ends for no known reason',
  { documents: transfer(''), transfers: ['unknown'] },
  { end: exits('unknown|5||') },
)

scenario(
  '2.3.7 prompts are played before the attempt begins',
  {
    documents: transfer('bridge="true"', '<prompt>Hold</prompt><prompt>on</prompt>'),
    transfers: ['busy'],
  },
  { heard: ['Hold', 'on'], virtualMs: 2 * PROMPT_MS + 5000 },
)

for (const type of ['blind', 'bridge', 'consultation'] as const) {
  scenario(
    `2.3.7 a match while the prompts play cancels a ${type} transfer`,
    {
      documents: transfer(`type="${type}"`, `<prompt>Hold on.</prompt>${key('9')}`),
      moves: [{ interrupt: '9', afterMs: 400 }],
    },
    {
      end: exits('near_end_disconnect|0|dtmf|9'),
      virtualMs: 400,
      also: ({ transferred }) => assert.deepEqual(transferred, []),
    },
  )
}

scenario(
  '2.3.7.2.1 a phrase of the transfer ends the bridge',
  {
    documents: transfer(
      'type="bridge"',
      word('come back'),
      '<log expr="application.lastresult$.utterance"/>',
    ),
    moves: [{ say: 'come back' }],
    transfers: ['until-stopped'],
  },
  { end: exits('near_end_disconnect|5|voice|come back'), logs: ['come back'] },
)

scenario(
  '2.3.7.2.1 what does not match is ignored, and does not stop the prompts',
  {
    documents: transfer('type="bridge"', `<prompt>Hold on.</prompt>${key('9')}`),
    moves: [{ interrupt: '1', afterMs: 100 }],
    transfers: ['far_end_disconnect'],
  },
  { virtualMs: PROMPT_MS + 5000, end: exits('far_end_disconnect|5||'), events: [] },
)

scenario(
  '2.3.7.2.1 a key that breaks one match may begin another',
  {
    documents: transfer('type="bridge"', key('1 2')),
    moves: [{ keys: '112' }],
    transfers: ['until-stopped'],
  },
  { end: exits('near_end_disconnect|5|dtmf|12') },
)

scenario(
  '2.3.7.2.1 the transfer is modal: links are not heard',
  {
    documents: {
      'start.vxml': `<link dtmf="7" event="out"/><form><transfer name="t" dest="tel:1" bridge="true">
        ${key('9')}</transfer><block><exit expr="t"/></block></form>`,
    },
    moves: [{ keys: '7' }],
    transfers: ['busy'],
  },
  { end: exits('busy') },
)

scenario(
  '2.3.7.2.1 keys for the far end do not answer the next field',
  {
    documents: {
      'start.vxml': `<form><transfer name="t" dest="tel:1" bridge="true"/>
        <field name="f">${key('5')}<noinput><exit expr="'silence'"/></noinput></field></form>`,
    },
    typedAhead: '5',
    transfers: ['far_end_disconnect'],
  },
  { end: exits('silence') },
)

scenario(
  '2.3.7.2.2 a caller who hangs up during a bridge leaves the variable unfilled',
  {
    documents: transfer(
      'bridge="true"',
      '<catch event="connection.disconnect.hangup"><exit expr="t === undefined"/></catch>',
    ),
    transfers: ['hangup'],
  },
  { end: { reason: 'exit', exitValue: 'true' } },
)

scenario(
  '2.3.7.2.2 the same while a grammar listens',
  {
    documents: transfer('bridge="true"', key('9')),
    moves: ['hangup'],
    transfers: ['until-stopped'],
  },
  { events: ['connection.disconnect.hangup'], end: { reason: 'hangup' } },
)

scenario(
  '2.1 §9.1 a consultation that connects is gone for good',
  { documents: transfer('type="consultation"'), transfers: ['transferred'] },
  { events: ['connection.disconnect.transfer'], end: { reason: 'disconnect' } },
)

for (const result of ['busy', 'noanswer', 'network_busy', 'unknown'] as const) {
  scenario(
    `2.1 §9.1 a consultation that ends as ${result} gives the caller back`,
    { documents: transfer('type="consultation"'), transfers: [{ result, durationMs: 0 }] },
    { end: exits(`${result}|0||`) },
  )
}

scenario(
  '2.1 §9 bridge and type together are error.badfetch',
  {
    documents: {
      'start.vxml': '<form><block><goto next="bad.vxml"/></block></form>',
      'bad.vxml': '<form><transfer dest="tel:1" bridge="true" type="bridge"/></form>',
    },
  },
  { events: ['error.badfetch'] },
)

scenario(
  '2.4 <filled> of a transfer runs with its result',
  {
    documents: transfer('bridge="true"', `<filled><if cond="t == 'busy'">Busy.</if></filled>`),
    transfers: ['busy'],
  },
  { heard: ['Busy.'] },
)

scenario(
  '2.1 §9 a type of transfer that is none is refused with the document',
  '<form><transfer name="t" dest="tel:+16175551234" type="brigde"/></form>',
  { end: { reason: 'error', fault: { event: 'error.badfetch', line: 2 } as never } },
)
