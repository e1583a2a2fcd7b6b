import assert from 'node:assert/strict'
import { scenario } from './scenario.ts'

const MENU = `<menu dtmf="true"><prompt>Choose. <enumerate/></prompt>
  <choice next="#sports">Sports</choice><choice next="#news">World news</choice>
  <choice dtmf="0" event="com.example.operator">Operator</choice></menu>
  <form id="sports"><block>sports</block></form><form id="news"><block>news</block></form>
  <catch event="com.example.operator">operator<exit/></catch>`

scenario(
  '2.2.1 dtmf="true" numbers the choices',
  { documents: { 'start.vxml': MENU }, moves: [{ keys: '2' }] },
  {
    heard: ['Choose. For Sports, press 1. For World news, press 2. For Operator, press 0.', 'news'],
  },
)

scenario(
  '2.2.2 a choice with its own key throws its event',
  { documents: { 'start.vxml': MENU }, moves: [{ keys: '0' }] },
  { events: ['com.example.operator'] },
)

scenario(
  '2.2.2 a choice is taken by its words',
  { documents: { 'start.vxml': MENU }, moves: [{ say: 'world news' }] },
  { events: [] },
)

scenario(
  '2.2.5 accept="exact" wants all the words, in any case',
  { documents: { 'start.vxml': MENU }, moves: [{ say: 'news' }, { say: 'World News' }] },
  { events: ['nomatch'] },
)

scenario(
  '2.2.5 accept="approximate" takes some of the words in order',
  {
    documents: {
      'start.vxml': `<menu accept="approximate"><choice next="#a">Stargazer astrophysics news</choice></menu>
        <form id="a"><block>a</block></form>`,
    },
    moves: [{ say: 'news stargazer' }, { say: 'stargazer news' }],
  },
  { events: ['nomatch'], heard: ['Sorry, I did not understand that.', 'a'] },
)

scenario(
  '2.2.4 <enumerate> with a template speaks _prompt and _dtmf',
  {
    documents: {
      'start.vxml': `<menu><prompt><enumerate>For <value expr="_prompt"/>, <value expr="_dtmf"/>.</enumerate></prompt>
        <choice dtmf="1" next="#a">red</choice><choice dtmf="2" next="#a">blue</choice></menu>
        <form id="a"><block/></form>`,
    },
    moves: [{ keys: '1' }],
  },
  { heard: ['For red, 1.For blue, 2.'] },
)

scenario(
  '2.2 noinput in a menu says its prompt again',
  {
    documents: { 'start.vxml': MENU.replace('<enumerate/>', '') },
    moves: ['silence', { keys: '1' }],
  },
  { heard: ['Choose.', 'Choose.', 'sports'], events: ['noinput'] },
)

scenario(
  '2.2.2 next may be computed',
  {
    documents: {
      'start.vxml': `<var name="where" expr="'#a'"/><menu><choice dtmf="1" expr="where">x</choice></menu>
        <form id="a"><block>a</block></form>`,
    },
    moves: [{ keys: '1' }],
  },
  { heard: ['a'] },
)

scenario(
  '2.3.1.3 <option> gives its value by key or words',
  {
    documents: {
      'start.vxml': `<form><field name="f"><prompt>Which? <enumerate/></prompt>
        <option dtmf="1" value="r">red</option><option dtmf="2">deep blue</option></field>
        <field name="g"><option dtmf="1" value="r">red</option><option dtmf="2">deep blue</option></field>
        <block><exit expr="f + '/' + g + '/' + f$.utterance"/></block></form>`,
    },
    moves: [{ keys: '1' }, { say: 'deep blue' }],
  },
  {
    heard: ['Which? For red, press 1. For deep blue, press 2.'],
    end: { reason: 'exit', exitValue: '"r/deep blue/1"' },
  },
)

const LINKED = (link: string): string => `${link}
  <form><field name="f"><prompt>Well?</prompt><option dtmf="1">one</option></field>
  <block><exit expr="f"/></block></form><form id="other"><block>other</block></form>`

scenario(
  '2.5 a document link by key leads elsewhere',
  {
    documents: { 'start.vxml': LINKED('<link next="#other" dtmf="9"/>') },
    moves: [{ keys: '9' }],
  },
  { heard: ['Well?', 'other'] },
)

scenario(
  '2.5 a link with an event throws it at the item, and the dialogue goes on',
  {
    documents: {
      'start.vxml': LINKED(
        `<link event="help"><grammar mode="voice" version="1.0" root="r" xml:lang="en"><rule id="r">what</rule></grammar></link>
         <help>Press one.</help>`,
      ),
    },
    moves: [{ say: 'what' }, { keys: '1' }],
  },
  { heard: ['Well?', 'Press one.'], events: ['help'], end: { reason: 'exit', exitValue: '"one"' } },
)

scenario(
  '3.1.4 the item comes before the link where both match',
  {
    documents: { 'start.vxml': LINKED('<link next="#other" dtmf="1"/>') },
    moves: [{ keys: '1' }],
  },
  { heard: ['Well?'], end: { reason: 'exit', exitValue: '"one"' } },
)

scenario(
  '3.1.4 a modal item hears only its own grammars',
  {
    documents: {
      'start.vxml': LINKED('<link next="#other" dtmf="9"/>').replace(
        '<field name="f">',
        '<field name="f" modal="true">',
      ),
    },
    moves: [{ keys: '9#' }, { keys: '1' }],
  },
  { events: ['nomatch'], end: { reason: 'exit', exitValue: '"one"' } },
)

scenario(
  '1.5.2 links of the application root are heard in a leaf',
  {
    documents: {
      'start.vxml': `<vxml version="2.1" application="root.vxml"><form>
        <field name="f"><option dtmf="1">one</option></field></form></vxml>`,
      'root.vxml': '<link next="bye.vxml" dtmf="9"/>',
      'bye.vxml': '<form><block>bye</block></form>',
    },
    moves: [{ keys: '9' }],
  },
  { heard: ['bye'] },
)

const SCOPED = `<form id="main"><field name="f"><prompt>Main.</prompt><option dtmf="1">one</option></field></form>
  <form id="other" scope="document"><grammar mode="dtmf" version="1.0" root="r" tag-format="semantics/1.0">
  <rule id="r">7<tag>out.day = 'sunday';</tag></rule></grammar>
  <field name="day"><prompt>Day?</prompt><option dtmf="2">two</option></field>
  <filled><exit expr="day"/></filled></form>`

scenario(
  '3.1.3 a document-scoped form is entered with the utterance that matched it',
  { documents: { 'start.vxml': SCOPED }, moves: [{ keys: '7' }] },
  { heard: ['Main.'], end: { reason: 'exit', exitValue: '"sunday"' } },
)

scenario(
  '3.1.3 a form without document scope is not heard from elsewhere',
  {
    documents: { 'start.vxml': SCOPED.replace(' scope="document"', '') },
    moves: [{ keys: '7#' }, 'hangup'],
  },
  { events: ['nomatch', 'connection.disconnect.hangup'] },
)

scenario(
  '3.1.3 a document-scoped menu is chosen from elsewhere',
  {
    documents: {
      'start.vxml': `<form><field name="f"><option dtmf="1">one</option></field></form>
        <menu scope="document"><choice dtmf="5" next="#five">five</choice></menu>
        <form id="five"><block>five</block></form>`,
    },
    moves: [{ keys: '5' }],
  },
  { heard: ['five'] },
)

scenario(
  '6.3.6 universals: help is an event by its word',
  {
    documents: {
      'start.vxml': `<property name="universals" value="help"/><form><field name="f">
        <option dtmf="1">one</option><help>Press one.</help></field></form>`,
    },
    moves: [{ say: 'help' }, { keys: '1' }],
  },
  { heard: ['Press one.'], also: ({ events }) => assert.deepEqual(events, ['help']) },
)

scenario(
  '2.5 a link’s grammars start from its document, its attributes from where the caller is',
  {
    documents: {
      'start.vxml': `<vxml version="2.1" application="shared/root.vxml"><form>
        <field name="f"><option dtmf="1">one</option></field></form></vxml>`,
      'shared/root.vxml':
        '<script src="f.js"/><link next="bye.vxml"><grammar src="nine.grxml"/></link>',
      'shared/f.js': { body: 'var said = "from the root"', contentType: 'text/javascript' },
      'shared/nine.grxml': {
        contentType: 'application/srgs+xml',
        body: `<grammar xmlns="http://www.w3.org/2001/06/grammar" version="1.0" mode="dtmf" root="r"><rule id="r">9</rule></grammar>`,
      },
      'bye.vxml': `<vxml version="2.1" application="shared/root.vxml"><form><block><value expr="said"/></block></form></vxml>`,
    },
    moves: [{ keys: '9' }],
  },
  { heard: ['from the root'] },
)

scenario(
  '2.5 a fragment alone in a link of the root is a dialog of the document that the caller is in',
  {
    documents: {
      'start.vxml': `<vxml version="2.1" application="root.vxml"><form><field name="f"><option dtmf="1">one</option></field></form>
        <form id="bye"><block>leaf</block></form></vxml>`,
      'root.vxml': '<link next="#bye" dtmf="9"/><form id="bye"><block>root</block></form>',
    },
    moves: [{ keys: '9' }],
  },
  { heard: ['leaf'] },
)

scenario(
  '3.1.4 of one precedence the grammar that is written first has it',
  {
    documents: {
      'start.vxml': `<form><link event="first"><grammar mode="dtmf" version="1.0" root="r"><rule id="r">9</rule></grammar></link>
        <grammar mode="dtmf" version="1.0" root="r" tag-format="semantics/1.0"><rule id="r">9<tag>out.f = 1</tag></rule></grammar>
        <field name="f"><option dtmf="1">one</option><filled><exit expr="'filled'"/></filled></field>
        <catch event="first"><exit expr="'link'"/></catch></form>`,
    },
    moves: [{ keys: '9' }],
  },
  { end: { reason: 'exit', exitValue: '"link"' } },
)

for (const [what, move, expected] of [
  ['keys', { keys: '1' }, '1 1 dtmf'],
  ['words', { say: 'stargazer news' }, 'stargazer news stargazer news voice'],
] as const) {
  scenario(
    `2.2.6 of generated grammars interpretation and utterance are identical: ${what}`,
    {
      documents: {
        'start.vxml': `<menu dtmf="true" accept="approximate"><choice next="#t">Stargazer astrophysics news</choice></menu>
          <form id="t"><var name="r" expr="application.lastresult$"/>
          <block><exit expr="r.interpretation + ' ' + r.utterance + ' ' + r.inputmode"/></block></form>`,
      },
      moves: [move],
    },
    { end: { reason: 'exit', exitValue: JSON.stringify(expected) } },
  )
}
