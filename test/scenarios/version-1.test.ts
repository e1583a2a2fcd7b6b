import assert from 'node:assert/strict'
import { scenario } from './scenario.ts'

// Documents of VoiceXML 1.0, as they still lie about: VoiceXML 2.0 appendix J tells what has changed since.

const version1 = (content: string): Record<string, string> => ({
  'start.vxml': `<vxml version="1.0">${content}</vxml>`,
})

scenario(
  'J <dtmf> is a grammar for keys',
  {
    documents: version1(
      `<form><field name="f"><prompt>Well?</prompt><dtmf type="application/x-jsgf">1 {one} | 2 {two}</dtmf></field>
       <block><exit expr="f"/></block></form>`,
    ),
    moves: [{ keys: '2' }],
  },
  { heard: ['Well?'], also: ({ end }) => assert.match(end.exitValue ?? '', /2|two/) },
)

scenario(
  'J the old speech markup is said as the new one',
  {
    documents: version1(
      `<form><block><prompt><div type="sentence">A <emp level="strong">b</emp></div>
       <pros rate="fast" vol="0.5">c</pros><sayas sub="world wide web consortium">W3C</sayas>
       <sayas class="phone">5551212</sayas></prompt></block></form>`,
    ),
  },
  {
    heard: ['A b c world wide web consortium 5551212'],
    also: ({ prompts: [prompt] }) => {
      assert.ok(
        prompt?.parts.some((part) => part.kind === 'say-as' && part.interpretAs === 'phone'),
      )
      assert.ok(prompt?.parts.some((part) => 'voice' in part && part.voice?.emphasis === 'strong'))
    },
  },
)

scenario(
  'J telephone.disconnect is connection.disconnect',
  {
    documents: version1(
      `<catch event="telephone.disconnect.hangup"><exit expr="_event"/></catch>
       <form><field name="f" type="boolean">Well?</field></form>`,
    ),
    moves: ['hangup'],
  },
  { end: { reason: 'exit', exitValue: '"connection.disconnect.hangup"' } },
)

scenario(
  'J in documents of 2.0 and later the old names are none',
  '<form><block><prompt><emp>x</emp></prompt></block></form>',
  { events: ['error.badfetch'] },
)
