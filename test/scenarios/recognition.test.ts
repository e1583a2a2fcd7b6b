import assert from 'node:assert/strict'
import { scenario } from './scenario.ts'
import { PROMPT_MS } from './scripted-caller.ts'

const key = (...keys: string[]): string =>
  `<grammar mode="dtmf" version="1.0" root="r"><rule id="r"><one-of>${keys
    .map((one) => `<item>${one}</item>`)
    .join('')}</one-of></rule></grammar>`

const voice = (...phrases: string[]): string =>
  `<grammar mode="voice" version="1.0" root="r" xml:lang="en-US"><rule id="r"><one-of>${phrases
    .map((phrase) => `<item>${phrase}</item>`)
    .join('')}</one-of></rule></grammar>`

/** A grammar whose phrases have values. */
const meaning = (phrases: Record<string, string>, mode = 'voice'): string =>
  `<grammar mode="${mode}" version="1.0" root="r" tag-format="semantics/1.0"><rule id="r"><one-of>${Object.entries(
    phrases,
  )
    .map(([phrase, value]) => `<item>${phrase}<tag>out = ${value};</tag></item>`)
    .join('')}</one-of></rule></grammar>`

const exits = (value: unknown) => ({ reason: 'exit' as const, exitValue: JSON.stringify(value) })

const field = (inside: string, after = '<exit expr="f"/>'): Record<string, string> => ({
  'start.vxml': `<form><field name="f">${inside}</field><block>${after}</block></form>`,
})

const REPORT = `<exit expr="Array.prototype.map.call(application.lastresult$, function (r) {
  return r.utterance + ':' + r.interpretation + ':' + r.confidence }).join(' ')"/>`

scenario(
  '5.1.5 maxnbest is 1 by default, whatever the recogniser offers',
  {
    documents: field(voice('austin', 'boston'), REPORT),
    moves: [
      { say: 'austin', confidence: 0.8, alternatives: [{ text: 'boston', confidence: 0.7 }] },
    ],
  },
  { end: exits('austin:austin:0.8') },
)

scenario(
  '5.1.5 with maxnbest the results are sorted by confidence, from highest to lowest',
  {
    documents: field(
      `<property name="maxnbest" value="3"/>${voice('austin', 'boston', 'houston')}`,
      REPORT,
    ),
    moves: [
      {
        say: 'austin',
        confidence: 0.6,
        alternatives: [
          { text: 'boston', confidence: 0.9 },
          { text: 'houston', confidence: 0.7 },
        ],
      },
    ],
  },
  { end: exits('boston:boston:0.9 houston:houston:0.7 austin:austin:0.6') },
)

scenario(
  '5.1.5 no more than maxnbest, and none below the confidence level',
  {
    documents: field(
      `<property name="maxnbest" value="2"/>${voice('austin', 'boston', 'houston')}`,
      REPORT,
    ),
    moves: [
      {
        say: 'austin',
        confidence: 0.9,
        alternatives: [
          { text: 'boston', confidence: 0.4 },
          { text: 'houston', confidence: 0.7 },
        ],
      },
    ],
  },
  { end: exits('austin:austin:0.9 houston:houston:0.7') },
)

scenario(
  '5.1.5 one utterance with two interpretations, by the precedence of their grammars',
  {
    documents: field(
      `<property name="maxnbest" value="5"/>${meaning({ austin: "'texas'" })}${meaning({ austin: "'minnesota'" })}`,
      REPORT,
    ),
    moves: [{ say: 'austin', confidence: 0.8 }],
  },
  { end: exits('austin:texas:0.8 austin:minnesota:0.8') },
)

scenario(
  '5.1.5 elements differ in utterance, interpretation or both: the same twice is once',
  {
    documents: field(
      `<property name="maxnbest" value="5"/>${voice('austin')}${voice('austin')}`,
      REPORT,
    ),
    moves: [{ say: 'austin' }],
  },
  { end: exits('austin:austin:1') },
)

scenario(
  '5.1.5 hypotheses that match no grammar are left out',
  {
    documents: field(`<property name="maxnbest" value="5"/>${voice('austin')}`, REPORT),
    moves: [
      { say: 'auction', confidence: 0.9, alternatives: [{ text: 'austin', confidence: 0.6 }] },
    ],
  },
  { end: exits('austin:austin:0.6') },
)

const AMBIGUOUS = meaning({ austin: "'texas'", 'aus tin': "'aus'" }).replace(
  '</one-of>',
  `<item>austin<tag>out = 'minnesota';</tag></item></one-of>`,
)

scenario(
  '5.1.5, 6.3.6 the readings of one ambiguous grammar, as it prefers them',
  {
    documents: field(`<property name="maxnbest" value="5"/>${AMBIGUOUS}`, REPORT),
    moves: [{ say: 'austin' }],
  },
  { end: exits('austin:texas:1 austin:minnesota:1') },
)

scenario(
  '6.3.6 by default an ambiguous grammar has one reading',
  { documents: field(AMBIGUOUS, REPORT), moves: [{ say: 'austin' }] },
  { end: exits('austin:texas:1') },
)

scenario(
  '5.1.5, 6.3.2 words that a grammar takes for garbage lower the confidence, and may undo the match',
  {
    documents: field(
      `<grammar mode="voice" version="1.0" root="r"><rule id="r">austin<ruleref special="GARBAGE"/></rule></grammar>`,
      REPORT,
    ),
    moves: [
      { say: 'austin in texas please', confidence: 0.7 },
      { say: 'austin in texas please', confidence: 1 },
    ],
  },
  { events: ['nomatch'], end: exits('austin in texas please:austin in texas please:0.625') },
)

scenario(
  '5.1.5 lastresult$ may be written',
  {
    documents: field(
      voice('a'),
      `<assign name="application.lastresult$.utterance" expr="'b'"/>
       <exit expr="application.lastresult$.utterance + application.lastresult$[0].utterance"/>`,
    ),
    moves: [{ say: 'a' }],
  },
  { end: exits('ba') },
)

scenario(
  '5.1.5 a nomatch sets lastresult$, and fills no field',
  {
    documents: field(
      `${voice('a')}<nomatch><exit expr="[application.lastresult$.utterance,
        application.lastresult$.inputmode, f === undefined].join()"/></nomatch>`,
    ),
    moves: [{ say: 'x' }],
  },
  { end: exits('x,voice,true') },
)

scenario(
  '5.1.5 a noinput does not change it; the next waiting state makes it undefined',
  {
    documents: {
      'start.vxml': `<form><field name="f">${key('1')}<filled><log expr="application.lastresult$.utterance"/>
        </filled></field><field name="g">${key('2')}<noinput>
        <exit expr="application.lastresult$ === undefined"/></noinput></field></form>`,
    },
    moves: [{ keys: '1' }],
  },
  { logs: ['1'], end: exits(true) },
)

scenario(
  '2.5 a link that matches sets lastresult$',
  {
    documents: {
      'start.vxml': `<link event="up">${meaning({ 'go up': "'top'" })}</link>
        <catch event="up"><exit expr="application.lastresult$.interpretation"/></catch>
        <form><field name="f">${key('1')}</field></form>`,
    },
    moves: [{ say: 'go up' }],
  },
  { end: exits('top') },
)

scenario(
  '6.3.2 maxspeechtimeout: who does not stop speaking is interrupted',
  {
    documents: field(
      `<property name="maxspeechtimeout" value="8s"/>${voice('a')}
       <catch event="maxspeechtimeout"><exit expr="_event"/></catch>`,
    ),
    moves: ['babble'],
  },
  { virtualMs: 8000, end: exits('maxspeechtimeout') },
)

scenario(
  '5.2.5 by default maxspeechtimeout says something and prompts again',
  {
    documents: field(
      `<prompt>Ask</prompt><property name="maxspeechtimeout" value="8s"/>${voice('a')}`,
    ),
    moves: ['babble', { say: 'a' }],
  },
  {
    heard: ['Ask', 'Sorry, I did not understand that.', 'Ask'],
    events: ['maxspeechtimeout'],
  },
)

scenario(
  'D.2 completetimeout ends what matches and cannot grow',
  {
    documents: field(`<property name="completetimeout" value="700ms"/>${voice('new york')}`),
    moves: [{ partial: 'new york' }],
  },
  { virtualMs: 700, end: exits('new york') },
)

scenario(
  'D.2 incompletetimeout ends what could still grow',
  {
    documents: field(
      `<property name="incompletetimeout" value="2s"/>${voice('new york', 'new york city')}`,
    ),
    moves: [{ partial: 'new york' }],
  },
  { virtualMs: 2000, end: exits('new york') },
)

scenario(
  'D.2 incompletetimeout rejects what is only the beginning of a phrase',
  {
    documents: field(
      `<property name="incompletetimeout" value="2s"/>${voice('new york')}
       <nomatch><exit expr="application.lastresult$.utterance"/></nomatch>`,
    ),
    moves: [{ partial: 'new' }],
  },
  { virtualMs: 2000, end: exits('new') },
)

scenario(
  'D.2 speech begun in time is no silence, however late it is understood',
  {
    documents: field(
      `<property name="timeout" value="1s"/><property name="completetimeout" value="3s"/>${voice('a')}`,
    ),
    moves: [{ partial: 'a' }],
  },
  { virtualMs: 3000, events: [], end: exits('a') },
)

scenario(
  '6.3.2 and 6.3.6 the recogniser is told what the properties say',
  {
    documents: {
      'start.vxml': `<property name="sensitivity" value="0.8"/><form>
        <property name="speedvsaccuracy" value="0.2"/><property name="confidencelevel" value="0.7"/>
        <field name="f"><property name="maxnbest" value="4"/>${voice('a')}${key('1')}</field></form>`,
    },
    moves: [{ keys: '1' }],
  },
  {
    also: ({ listened: [asked] }) =>
      assert.deepEqual(asked, {
        modes: ['dtmf', 'voice'],
        languages: ['en-US'],
        hotword: false,
        completeTimeoutMs: 1000,
        incompleteTimeoutMs: 1000,
        maxSpeechTimeoutMs: 60_000,
        confidenceLevel: 0.7,
        sensitivity: 0.8,
        speedVsAccuracy: 0.2,
        maxNBest: 4,
      }),
  },
)

scenario(
  '6.3.6 inputmodes="dtmf": what is said is not heard',
  {
    documents: field(
      `<property name="inputmodes" value="dtmf"/>${voice('a')}<noinput><exit expr="'silence'"/></noinput>`,
    ),
    moves: [{ say: 'a' }],
  },
  {
    end: exits('silence'),
    also: ({ listened }) => assert.deepEqual(listened[0]?.modes, []),
  },
)

scenario(
  '3.1.4 grammars are active whatever inputmodes says: there is no error.semantic',
  {
    documents: field(
      `<property name="inputmodes" value="voice"/>${key('1')}<noinput><exit expr="1"/></noinput>`,
    ),
  },
  { events: ['noinput'] },
)

scenario(
  '4.1.5.1 bargeintype speech: speech stops the prompt whether it matches or not',
  {
    documents: field(`<prompt>Long</prompt>${voice('a')}<nomatch><exit expr="'no'"/></nomatch>`),
    moves: [{ talkOver: 'x', afterMs: 300 }],
  },
  { virtualMs: 300, end: exits('no') },
)

scenario(
  '4.1.5.1 bargeintype hotword: what does not match neither stops the prompt nor is a nomatch',
  {
    documents: field(
      `<prompt bargeintype="hotword">Long</prompt>${voice('a')}<noinput><exit expr="'silence'"/></noinput>`,
    ),
    moves: [{ talkOver: 'x', afterMs: 300 }],
  },
  { virtualMs: PROMPT_MS + 3000, events: ['noinput'], end: exits('silence') },
)

scenario(
  '4.1.5.1 hotword: a match stops the prompt',
  {
    documents: field(`<prompt bargeintype="hotword">Long</prompt>${voice('a')}`),
    moves: [{ talkOver: 'a', afterMs: 300 }],
  },
  { virtualMs: 300, end: exits('a') },
)

scenario(
  '4.1.5.1 hotword by keys: only the whole match stops the prompt',
  {
    documents: field(`<prompt bargeintype="hotword">Long</prompt>${key('1 2')}`),
    moves: [{ interrupt: '912', afterMs: 300 }],
  },
  { virtualMs: 300, events: [], end: exits('12') },
)

scenario(
  '6.3.4 the property bargeintype holds for prompts that say nothing of it',
  {
    documents: field(
      `<property name="bargeintype" value="hotword"/><prompt>Long</prompt>${key('1')}
       <noinput><exit expr="'silence'"/></noinput>`,
    ),
    moves: [{ interrupt: '9', afterMs: 300 }],
  },
  { virtualMs: PROMPT_MS + 3000, end: exits('silence') },
)

scenario(
  '6.3.4 and a prompt that asks for speech has it',
  {
    documents: field(
      `<property name="bargeintype" value="hotword"/><prompt bargeintype="speech">Long</prompt>${key('1')}
       <nomatch><exit expr="'no'"/></nomatch>`,
    ),
    moves: [{ interrupt: '9', afterMs: 300 }],
  },
  { events: ['nomatch'], end: exits('no') },
)

scenario(
  '4.1.5.1 hotword holds during the timeout too',
  {
    documents: field(
      `<property name="bargeintype" value="hotword"/>${voice('a')}<noinput><exit expr="'silence'"/></noinput>`,
    ),
    moves: [{ say: 'x' }],
  },
  { virtualMs: 3000, events: ['noinput'] },
)

scenario(
  '6.3.6 universals="all" hears help, exit and cancel',
  {
    documents: {
      'start.vxml': `<property name="universals" value="all"/><form><field name="f">${voice('a')}
        <catch event="help cancel exit"><log expr="_event"/><reprompt/></catch></field></form>`,
    },
    moves: [{ say: 'help' }, { say: 'cancel' }, { say: 'exit' }, { say: 'a' }],
  },
  { logs: ['help', 'cancel', 'exit'] },
)

scenario(
  '6.3.6 universals names those that are heard; the default is none',
  {
    documents: {
      'start.vxml': `<form><field name="f"><property name="universals" value="exit"/>${voice('a')}
        <nomatch><log>nomatch</log></nomatch></field><field name="g">${voice('b')}
        <nomatch><log>none</log></nomatch></field></form>`,
    },
    moves: [{ say: 'help' }, { say: 'a' }, { say: 'exit' }, { say: 'b' }],
  },
  { logs: ['nomatch', 'none'] },
)

scenario(
  '3.1.4 a modal field does not hear universals',
  {
    documents: {
      'start.vxml': `<property name="universals" value="all"/><form><field name="f" modal="true">${voice('a')}
        <nomatch><exit expr="'modal'"/></nomatch></field></form>`,
    },
    moves: [{ say: 'help' }],
  },
  { end: exits('modal') },
)

const PIZZA = `<form><grammar mode="dtmf" version="1.0" root="r" tag-format="semantics/1.0"><rule id="r">
  <one-of><item>1<tag>out = 'hello';</tag></item><item>2<tag>out = {x: 'X'};</tag></item>
  <item>3<tag>out = {y: 'Y'};</tag></item><item>4<tag>out = {z: 'Z'};</tag></item>
  <item>5<tag>out = {x: 'X', y: 'Y', z: 'Z'};</tag></item><item>6<tag>out = {a: 'A'};</tag></item></one-of>
  </rule></grammar><initial name="i"/><field name="x">${key('7')}</field>
  <field name="z" slot="y">${key('8')}</field>
  <noinput><exit expr="x + '|' + z"/></noinput></form>`

for (const [keys, result, filled] of [
  ['1', 'a simple result', 'undefined|undefined'],
  ['2', 'a property that is a name', 'X|undefined'],
  ['3', 'a property that is a slot', 'undefined|Y'],
  ['4', 'a property that is a name, but not the slot', 'undefined|undefined'],
  ['6', 'a property that nobody has', 'undefined|undefined'],
] as const) {
  scenario(
    `3.1.6.3 table 33, form level: ${result}`,
    { documents: { 'start.vxml': PIZZA }, moves: [{ keys }] },
    { end: exits(filled) },
  )
}

for (const [value, x] of [
  ["'hello'", 'hello'],
  ["{x: 'X'}", 'X'],
  ["{y: 'Y'}", '{"y":"Y"}'],
  ["{x: 'X', y: 'Y'}", 'X'],
  ['{a: 1, b: 2}', '{"a":1,"b":2}'],
] as const) {
  scenario(
    `3.1.6.3 table 33, field level: ${value}`,
    {
      documents: {
        'start.vxml': `<form><field name="x">${meaning({ '1': value }, 'dtmf')}</field>
          <block><exit expr="typeof x === 'string' ? x : JSON.stringify(x)"/></block></form>`,
      },
      moves: [{ keys: '1' }],
    },
    { end: exits(x) },
  )
}

scenario(
  '3.1.6.1 one property may fill several items, and overwrites what they had',
  {
    documents: {
      'start.vxml': `<form><grammar mode="dtmf" version="1.0" root="r" tag-format="semantics/1.0">
        <rule id="r">1<tag>out.s = 'new';</tag></rule></grammar>
        <field name="a" slot="s" expr="'old'">${key('7')}</field><field name="b" slot="s">${key('8')}</field>
        <filled><exit expr="a + b"/></filled></form>`,
    },
    moves: [{ keys: '1' }],
  },
  { end: exits('newnew') },
)

scenario(
  '2.3.3 all <initial>s are set once the caller has filled an item',
  {
    documents: {
      'start.vxml': `<form><grammar mode="dtmf" version="1.0" root="r" tag-format="semantics/1.0">
        <rule id="r">1<tag>out.a = 'A';</tag></rule></grammar>
        <initial name="i1"><prompt>One?</prompt></initial><initial name="i2"><prompt>Two?</prompt></initial>
        <field name="a">${key('7')}</field><block><exit expr="i1 &amp;&amp; i2"/></block></form>`,
    },
    moves: [{ keys: '1' }],
  },
  { heard: ['One?'], end: exits(true) },
)

scenario(
  '2.3.3 conditions choose the <initial>',
  {
    documents: {
      'start.vxml': `<form><grammar mode="dtmf" version="1.0" root="r" tag-format="semantics/1.0">
        <rule id="r">1<tag>out.a = 'A';</tag></rule></grammar>
        <initial cond="false">One?</initial><initial cond="true">Two?</initial>
        <field name="a">${key('7')}</field></form>`,
    },
    moves: [{ keys: '1' }],
  },
  { heard: ['Two?'] },
)

scenario(
  '2.3.3 assigning an item does not set the <initial>',
  {
    documents: {
      'start.vxml': `<form><grammar mode="dtmf" version="1.0" root="r"><rule id="r">1</rule></grammar>
        <block><assign name="a" expr="'x'"/></block><initial>Still asked.<noinput><exit/></noinput></initial>
        <field name="a">${key('7')}</field></form>`,
    },
  },
  { heard: ['Still asked.'] },
)

scenario(
  '2.3.3 no grammar of a field is active in an <initial>',
  {
    documents: {
      'start.vxml': `<form><grammar mode="dtmf" version="1.0" root="r"><rule id="r">1</rule></grammar>
        <initial><nomatch><exit expr="'nomatch'"/></nomatch></initial><field name="a">${key('7')}</field></form>`,
    },
    moves: [{ keys: '7' }],
  },
  { end: exits('nomatch') },
)
