import assert from 'node:assert/strict'
import type { PromptPart } from '#vxml'
import { scenario } from './scenario.ts'
import { HOST, PROMPT_MS } from './scripted-caller.ts'

const key = (one: string): string =>
  `<grammar mode="dtmf" version="1.0" root="r"><rule id="r">${one}</rule></grammar>`

const exits = (value: unknown) => ({ reason: 'exit' as const, exitValue: JSON.stringify(value) })

/** What a prompt of this content hands to the speech port. */
function handsOver(title: string, content: string, expected: readonly PromptPart[]): void {
  scenario(title, `<form><block><prompt>${content}</prompt></block></form>`, {
    also: ({ prompts }) => assert.deepEqual(prompts[0]?.parts ?? [], expected),
  })
}

const text = (words: string, voice?: Extract<PromptPart, { kind: 'text' }>['voice']): PromptPart =>
  voice === undefined ? { kind: 'text', text: words } : { kind: 'text', text: words, voice }

handsOver('SSML 3.2.2 emphasis is moderate by default', 'a <emphasis>big</emphasis> car', [
  text('a'),
  text('big', { emphasis: 'moderate' }),
  text('car'),
])

handsOver('SSML 3.2.2 emphasis has levels', '<emphasis level="strong">big</emphasis>', [
  text('big', { emphasis: 'strong' }),
])

handsOver(
  'SSML 3.2.4 prosody hands over pitch, range, contour, rate, duration and volume',
  `<prosody pitch="high" range="+10%" contour="(0%,+20Hz)" rate="-10%" duration="2s" volume="+20">x</prosody>`,
  [
    text('x', {
      ...{ rate: 0.9, volume: 1, pitch: 'high', range: '+10%' },
      ...{ contour: '(0%,+20Hz)', durationMs: 2000 },
    }),
  ],
)

for (const [rate, factor] of [
  ['x-slow', 0.5],
  ['slow', 0.75],
  ['medium', 1],
  ['fast', 1.25],
  ['default', 1],
  ['1.2', 1.2],
  ['+50%', 1.5],
  ['80%', 0.8],
] as const) {
  handsOver(`SSML 3.2.4 rate ${rate}`, `<prosody rate="${rate}">x</prosody>`, [
    text('x', { rate: factor }),
  ])
}

for (const [volume, factor] of [
  ['silent', 0],
  ['soft', 0.5],
  ['50', 0.5],
  ['-25', 0.75],
  ['loud', 1],
] as const) {
  handsOver(`SSML 3.2.4 volume ${volume}`, `<prosody volume="${volume}">x</prosody>`, [
    text('x', { volume: factor }),
  ])
}

handsOver(
  'SSML 3.2.1 voice hands over gender, age, variant and name; what is inside inherits',
  `<voice gender="female" age="6" variant="2" name="kid">a <emphasis level="reduced">b</emphasis></voice>`,
  [
    text('a', { name: 'kid', gender: 'female', age: 6, variant: 2 }),
    text('b', { name: 'kid', gender: 'female', age: 6, variant: 2, emphasis: 'reduced' }),
  ],
)

handsOver(
  'SSML 3.1.2 xml:lang changes inside a prompt',
  'I said <s xml:lang="fr-FR">bonjour</s> twice',
  [
    text('I said'),
    text('bonjour', { language: 'fr-FR' }),
    { kind: 'break', durationMs: 350, boundary: 'sentence' },
    text('twice'),
  ],
)

handsOver(
  'SSML 3.1.7 sentences and paragraphs part what is said; the outer one counts, and none at the end',
  '<p><s>one</s><s>two</s></p><p>three</p>',
  [
    text('one'),
    { kind: 'break', durationMs: 350, boundary: 'sentence' },
    text('two'),
    { kind: 'break', durationMs: 700, boundary: 'paragraph' },
    text('three'),
  ],
)

handsOver(
  'SSML 3.1.8 say-as with format and detail, its value in place',
  '<say-as interpret-as="date" format="mdy" detail="1"><value expr="1 + \'/2/03\'"/></say-as>',
  [{ kind: 'say-as', text: '1/2/03', interpretAs: 'date', format: 'mdy', detail: '1' }],
)

handsOver(
  'SSML 3.1.9 phoneme keeps its words and how they are pronounced',
  '<phoneme alphabet="ipa" ph="t&#x259;mei">tomato</phoneme>',
  [{ kind: 'text', text: 'tomato', phoneme: { ph: 'təmei', alphabet: 'ipa' } }],
)

handsOver(
  'SSML 3.1.10 sub is said as its alias',
  '<sub alias="World Wide Web Consortium">W3C</sub>',
  [text('World Wide Web Consortium')],
)

for (const [attributes, durationMs] of [
  ['time="250ms"', 250],
  ['time="3s"', 3000],
  ['strength="none"', 0],
  ['strength="x-strong"', 1500],
  ['', 500],
] as const) {
  handsOver(`SSML 3.2.3 break ${attributes}`, `a<break ${attributes}/>b`, [
    text('a'),
    { kind: 'break', durationMs },
    text('b'),
  ])
}

handsOver('SSML 3.3.3 desc is not said', '<audio src="a.wav">b<desc>a bird</desc></audio>', [
  { kind: 'audio', uri: `${HOST}/a.wav`, fetchTimeoutMs: 30_000, fallback: [text('b')] },
])

handsOver(
  'SSML 3.1.5, 3.1.6 meta and metadata are not said',
  '<meta name="a" content="b"/><metadata/>c',
  [text('c')],
)

handsOver('plum 7: <audio maxtime> plays at most so much', '<audio src="a.wav" maxtime="5s"/>', [
  {
    ...{ kind: 'audio', uri: `${HOST}/a.wav`, fetchTimeoutMs: 30_000 },
    ...{ maxDurationMs: 5000, fallback: [] },
  },
])

handsOver(
  '4.1.3 how old a copy of audio may be: the attribute, else the property',
  '<audio src="a.wav" maxage="60" maxstale="0" fetchtimeout="2s"/>',
  [
    {
      ...{ kind: 'audio', uri: `${HOST}/a.wav`, fetchTimeoutMs: 2000 },
      ...{ maxAgeSeconds: 60, maxStaleSeconds: 0, fallback: [] },
    },
  ],
)

handsOver(
  '4.1.3 alternate content nests, and takes the values of now',
  `<audio src="a.wav"><audio src="b.wav">or <value expr="1 + 1"/></audio></audio>`,
  [
    {
      ...{ kind: 'audio', uri: `${HOST}/a.wav`, fetchTimeoutMs: 30_000 },
      fallback: [
        {
          ...{ kind: 'audio', uri: `${HOST}/b.wav`, fetchTimeoutMs: 30_000 },
          fallback: [text('or 2')],
        },
      ],
    },
  ],
)

handsOver(
  '4.1.3 what fails in alternate content is no error while the audio may play',
  `<audio src="a.wav"><value expr="nowhere.at.all"/></audio>`,
  [{ kind: 'audio', uri: `${HOST}/a.wav`, fetchTimeoutMs: 30_000, fallback: [] }],
)

scenario(
  '4.1.3 and it is one where the address is none',
  `<form><block><prompt><audio src="ftp://a/b.wav"><value expr="nowhere"/></audio></prompt></block></form>`,
  { events: ['error.semantic'] },
)

handsOver(
  '4.1.3 an address that is none leaves the alternate content',
  '<audio src="rtsp://x/y">words</audio>',
  [text('words')],
)

handsOver('4.1.3 expr that is null leaves the element out too', 'a<audio expr="null">b</audio>', [
  text('a'),
])

handsOver('4.1.4 a value is no markup', '<value expr="\'AT&amp;T &lt;b>\'"/>', [text('AT&T <b>')])

scenario(
  '4.1 xml:base and xml:lang of a prompt',
  `<form><block><prompt xml:base="sounds/" xml:lang="de-DE"><audio src="a.wav"/></prompt></block></form>`,
  {
    heard: ['[sounds/a.wav]'],
    also: ({ prompts }) => assert.equal(prompts[0]?.language, 'de-DE'),
  },
)

scenario(
  '1.5.1 xml:lang of the document is inherited by its prompts',
  `<vxml version="2.1" xml:lang="fr-CA"><form><block>bonjour</block></form></vxml>`,
  { also: ({ prompts }) => assert.equal(prompts[0]?.language, 'fr-CA') },
)

scenario(
  'SSML 3.1.4 lexicons of a prompt, resolved',
  `<form><block><prompt><lexicon uri="names.pls"/>Anna</prompt></block></form>`,
  { also: ({ prompts }) => assert.deepEqual(prompts[0]?.lexicons, [`${HOST}/names.pls`]) },
)

scenario(
  '4.1.1 a language that cannot be spoken is error.unsupported.language, named in its message',
  {
    documents: {
      'start.vxml': `<form><block><prompt>fine</prompt><prompt xml:lang="fi-FI">hei</prompt></block>
        <catch event="error.unsupported.language"><exit expr="_message"/></catch></form>`,
    },
    platform: { languages: ['en'] },
  },
  { end: exits('fi-FI') },
)

scenario(
  '4.1.1 within a prompt as well',
  {
    documents: {
      'start.vxml': `<form><block><prompt>a <voice xml:lang="fi">hei</voice></prompt></block></form>`,
    },
    platform: { languages: ['en-US'] },
  },
  { events: ['error.unsupported.language'] },
)

const marked = (prompts: string, after = ''): Record<string, string> => ({
  'start.vxml': `<form><field name="f">${prompts}${key('1')}</field><block>${after}
    <exit expr="[f$.markname, f$.marktime, application.lastresult$.markname].join()"/></block></form>`,
})

scenario(
  '2.1 §4 a mark that was passed is in the shadow variables',
  {
    documents: marked('<prompt>a<mark name="m"/>b</prompt>'),
    moves: [{ interrupt: '1', afterMs: 500 }],
  },
  { end: exits('m,100,m') },
)

scenario(
  '2.1 §4 marktime counts on through the prompts after it',
  {
    documents: marked('<prompt><mark name="m"/>a</prompt><prompt>b</prompt>'),
    moves: [{ interrupt: '1', afterMs: PROMPT_MS + 300 }],
  },
  { end: exits('m,400,m') },
)

scenario(
  '2.1 §4 until "the end of audio playback", not until the caller answers',
  {
    documents: marked('<prompt><mark name="m"/>a</prompt>'),
    moves: [{ keys: '1' }],
  },
  { end: exits('m,100,m') },
)

scenario(
  '2.1 §4 without a mark both are undefined',
  { documents: marked('<prompt>a</prompt>'), moves: [{ keys: '1' }] },
  { end: exits(',,') },
)

scenario(
  '2.1 §4 nameexpr is evaluated when the prompt is queued',
  {
    documents: marked(`<prompt><mark nameexpr="'m' + 1"/>a</prompt>`),
    moves: [{ keys: '1' }],
  },
  { end: exits('m1,100,m1') },
)

scenario(
  '2.1 §4 a nameexpr that cannot be evaluated is error.semantic',
  { documents: marked('<prompt><mark nameexpr="none.such"/>a</prompt>') },
  { events: ['error.semantic'] },
)

scenario(
  '2.1 §4 a nomatch has its mark too',
  {
    documents: {
      'start.vxml': `<form><field name="f"><prompt><mark name="m"/>a</prompt>${key('1')}
        <nomatch><exit expr="application.lastresult$.markname"/></nomatch></field></form>`,
    },
    moves: [{ keys: '9' }],
  },
  { end: exits('m') },
)

scenario(
  '2.1 §4 name and nameexpr together, or neither, are error.badfetch',
  {
    documents: {
      'start.vxml': `<form><catch event="error.badfetch"><goto next="b.vxml"/></catch>
        <catch event="error.badfetch" count="2"><exit expr="'both'"/></catch>
        <block><goto next="a.vxml"/></block></form>`,
      'a.vxml': `<form><block><prompt><mark name="a" nameexpr="b"/></prompt></block></form>`,
      'b.vxml': `<form><block><prompt><mark/></prompt></block></form>`,
    },
  },
  { end: exits('both') },
)
