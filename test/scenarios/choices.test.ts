import assert from 'node:assert/strict'
import { scenario } from './scenario.ts'

const key = (one: string): string =>
  `<grammar mode="dtmf" version="1.0" root="r"><rule id="r">${one}</rule></grammar>`

const exits = (value: unknown) => ({ reason: 'exit' as const, exitValue: JSON.stringify(value) })

/** A document that is led to from another, which says what becomes of it. */
const badfetch = (title: string, body: string): void =>
  scenario(
    `${title} is error.badfetch`,
    {
      documents: {
        'start.vxml': `<form><catch event="error.badfetch"><exit expr="'caught'"/></catch>
          <block><goto next="bad.vxml"/></block></form>`,
        'bad.vxml': body,
      },
    },
    { events: ['error.badfetch'], end: exits('caught') },
  )

badfetch(
  '2.2.1 a key of its own in a numbered menu',
  '<menu dtmf="true"><choice dtmf="4" next="#a">a</choice></menu><form id="a"/>',
)
badfetch(
  '2.2.2 a choice with next and event',
  '<menu><choice next="#a" event="b">c</choice></menu>',
)
badfetch('2.2.2 a choice that leads nowhere', '<menu><choice>c</choice></menu>')
badfetch(
  '2.2.2 message and messageexpr',
  '<menu><choice event="a" message="b" messageexpr="c">d</choice></menu>',
)
badfetch(
  '2.4 mode of a <filled> in an item',
  '<form><field name="a"><filled mode="any"/></field></form>',
)
badfetch(
  '2.4 namelist of a <filled> in an item',
  '<form><field name="a"><filled namelist="a"/></field></form>',
)
badfetch(
  '2.4 a <filled> that waits for a control item',
  '<form><block name="b"/><field name="a"/><filled namelist="a b"/></form>',
)
badfetch('2.5 a link with next and eventexpr', '<link next="#a" eventexpr="b"/><form id="a"/>')
badfetch(
  '3.1.3 scope of a field grammar',
  `<form><field><grammar scope="document" src="a"/></field></form>`,
)
badfetch(
  '3.1.3 scope of a link grammar',
  `<link event="a"><grammar scope="dialog" src="a"/></link><form/>`,
)
badfetch(
  '3.1.3 scope of a choice grammar',
  `<menu><choice event="a"><grammar scope="dialog" src="a"/></choice></menu>`,
)
badfetch(
  '3.1.1.4 a grammar with src and content',
  `<form><field><grammar src="a">b</grammar></field></form>`,
)
badfetch('3.1.1.4 a grammar with neither', `<form><field><grammar/></field></form>`)
badfetch('4.1.3 <audio> without src and expr', '<form><block><audio/></block></form>')
badfetch('4.1.4 <value> without expr', '<form><block><value/></block></form>')
badfetch(
  '5.2.1 event and eventexpr',
  `<form><block><throw event="a" eventexpr="b"/></block></form>`,
)
badfetch(
  '5.3.7 <goto> with nextitem and next',
  `<form><block><goto next="a" nextitem="b"/></block></form>`,
)
badfetch(
  '5.3.9 <exit> with expr and namelist',
  `<form><block><exit expr="a" namelist="b"/></block></form>`,
)
badfetch(
  '5.3.10 <return> with event and namelist',
  `<form><block><return event="a" namelist="b"/></block></form>`,
)
badfetch(
  '6.4 <param> with value and expr',
  `<form><subdialog src="#a"><param name="a" value="b" expr="c"/></subdialog></form>`,
)
badfetch('2.3.4 <subdialog> without src', '<form><subdialog name="a"/></form>')
badfetch(
  '2.3.7 <transfer> with aai and aaiexpr',
  '<form><transfer dest="tel:1" aai="a" aaiexpr="b"/></form>',
)
badfetch('2.1 §6 <foreach> without item', `<form><block><foreach array="a"/></block></form>`)
badfetch('2.3.1 two items of one name', '<form><field name="a"/><record name="a"/></form>')

scenario(
  '2.2.1 * # and 0 may stand in a numbered menu, and take no number',
  {
    documents: {
      'start.vxml': `<menu dtmf="true"><prompt><enumerate><value expr="_dtmf"/> <value expr="_prompt"/>.
        </enumerate></prompt><choice event="a">one</choice><choice dtmf="0" event="zero">help</choice>
        <choice event="two">two</choice><catch event="two"><exit expr="2"/></catch></menu>`,
    },
    moves: [{ keys: '2' }],
  },
  { heard: ['1 one. 0 help. 2 two.'], end: { reason: 'exit', exitValue: '2' } },
)

scenario(
  '2.2.1 only the first nine choices are numbered',
  {
    documents: {
      'start.vxml': `<menu dtmf="true"><prompt><enumerate><value expr="typeof _dtmf"/></enumerate></prompt>
        ${'<choice event="x">word</choice>'.repeat(10)}<catch event="x"><exit/></catch></menu>`,
    },
    moves: [{ keys: '9' }],
  },
  { heard: ['string'.repeat(9).concat('undefined')] },
)

scenario(
  '2.2.4 _dtmf has a blank between its keys, and is undefined where a grammar takes its place',
  {
    documents: {
      'start.vxml': `<menu><prompt><enumerate><value expr="_dtmf"/>;</enumerate></prompt>
        <choice dtmf="12#" event="x">a</choice>
        <choice dtmf="3" event="x">b${key('3')}</choice><catch event="x"><exit/></catch></menu>`,
    },
    moves: [{ keys: '12#' }],
  },
  { heard: ['1 2 #;undefined;'] },
)

scenario(
  '2.2.4 <enumerate> in a handler of the menu',
  {
    documents: {
      'start.vxml': `<menu><choice dtmf="1" event="x">news</choice><catch event="x"><exit/></catch>
        <nomatch>Say <enumerate/></nomatch></menu>`,
    },
    moves: [{ keys: '5' }, { keys: '1' }],
  },
  { heard: ['Say For news, press 1.'] },
)

scenario(
  '2.3.1.3 <enumerate> in a handler of the form goes through the options of the field',
  {
    documents: {
      'start.vxml': `<form><help>Say <enumerate/></help><field name="f"><property name="universals" value="help"/>
        <option>red</option><option>blue</option></field></form>`,
    },
    moves: [{ say: 'help' }, { say: 'red' }],
  },
  { heard: ['Say red. blue.'] },
)

scenario(
  '2.3.1.3 <enumerate> in a field without options is error.semantic',
  `<form><field name="f">${key('1')}<prompt><enumerate/></prompt></field></form>`,
  { events: ['error.semantic'] },
)

scenario(
  '2.2.4 <enumerate> in a block is error.semantic, and names its line',
  '<form>\n<block>\n<prompt>\n<enumerate/></prompt></block></form>',
  { events: ['error.semantic'], also: ({ end }) => assert.equal(end.fault?.line, 5) },
)

scenario(
  '2.2.4 <enumerate> inside <enumerate> is error.semantic',
  '<menu><prompt><enumerate>a<enumerate/></enumerate></prompt><choice event="x">b</choice></menu>',
  { events: ['error.semantic'] },
)

scenario(
  '2.3.1.3 the value of an option: value, else its words, else its keys',
  {
    documents: {
      'start.vxml': `<form><field name="f"><option dtmf="1" value="v">words</option></field>
        <field name="g"><option dtmf="2"> two words </option></field>
        <field name="h"><option dtmf="3"/></field><block><exit expr="[f, g, h].join()"/></block></form>`,
    },
    moves: [{ keys: '1' }, { keys: '2' }, { keys: '3' }],
  },
  { end: exits('v,two words,3') },
)

scenario(
  '2.3.1.3 the interpretation of an option is its value too',
  {
    documents: {
      'start.vxml': `<form><field name="f"><option dtmf="1" value="v">words</option></field>
        <block><exit expr="f$.interpretation + application.lastresult$.interpretation"/></block></form>`,
    },
    moves: [{ say: 'words' }],
  },
  { end: exits('vv') },
)

scenario(
  '2.3.1.3 accept="approximate" of an option',
  {
    documents: {
      'start.vxml': `<form><field name="f"><option accept="approximate" value="v">stargazer astrophysics news</option>
        </field><block><exit expr="f"/></block></form>`,
    },
    moves: [{ say: 'stargazer news' }],
  },
  { end: exits('v') },
)

scenario(
  '2.3.1.3 options and grammars listen side by side',
  {
    documents: {
      'start.vxml': `<form><field name="f"><option dtmf="1">one</option>${key('2')}</field>
        <block><exit expr="f"/></block></form>`,
    },
    moves: [{ keys: '2' }],
  },
  { end: exits('2') },
)

scenario(
  '2.2.6 a choice whose event is handled asks the menu again',
  {
    documents: {
      'start.vxml': `<menu><prompt>Menu</prompt><choice dtmf="1" event="a">one</choice>
        <choice dtmf="2" event="b">two</choice><catch event="a">Handled.<reprompt/></catch>
        <catch event="b"><exit/></catch></menu>`,
    },
    moves: [{ keys: '1' }, { keys: '2' }],
  },
  { heard: ['Menu', 'Handled.', 'Menu'] },
)

scenario(
  '2.2.6 interpretation and utterance of a choice are identical',
  {
    documents: {
      'start.vxml': `<menu><choice event="x">sports news</choice><catch event="x">
        <exit expr="application.lastresult$.interpretation == application.lastresult$.utterance"/></catch></menu>`,
    },
    moves: [{ say: 'sports news' }],
  },
  { end: exits(true) },
)

scenario(
  '2.2.2 the message of a choice reaches its handler, written or computed',
  {
    documents: {
      'start.vxml': `<menu><choice dtmf="1" event="a" message="m">one</choice>
        <choice dtmf="2" eventexpr="'b'" messageexpr="'n' + 1">two</choice>
        <catch event="a b"><log expr="_event + _message"/><if cond="_event == 'b'"><exit/></if></catch></menu>`,
    },
    moves: [{ keys: '1' }, { keys: '2' }],
  },
  { logs: ['am', 'bn1'] },
)

scenario(
  '2.2.3 inputmodes of a menu turns its words off',
  {
    documents: {
      'start.vxml': `<menu><property name="inputmodes" value="dtmf"/><choice dtmf="1" event="x">one</choice>
        <catch event="x"><exit expr="1"/></catch><noinput><exit expr="0"/></noinput></menu>`,
    },
    moves: [{ say: 'one' }],
  },
  { end: exits(0) },
)

scenario(
  '2.5 expressions of a root link are evaluated where it is matched',
  {
    documents: {
      'start.vxml': `<vxml version="2.1" application="root.vxml"><var name="where" expr="'leaf'"/>
        <form><field name="f">${key('1')}</field><catch event="x.leaf"><exit expr="_message"/></catch></form></vxml>`,
      'root.vxml': `<link dtmf="9" eventexpr="'x.' + where" messageexpr="where"/><form><block/></form>`,
    },
    moves: [{ keys: '9' }],
  },
  { end: exits('leaf') },
)

scenario(
  '2.5 a link of a form is heard in that form only',
  {
    documents: {
      'start.vxml': `<form><link dtmf="9" event="x"/><field name="f">${key('1')}</field>
        <catch event="x"><goto next="#g"/></catch></form>
        <form id="g"><field name="f">${key('1')}<nomatch><exit expr="'gone'"/></nomatch></field></form>`,
    },
    moves: [{ keys: '9' }, { keys: '9' }],
  },
  { end: exits('gone') },
)

scenario(
  '2.5 dtmf of a link may be longer, with or without blanks',
  {
    documents: {
      'start.vxml': `<link dtmf="1 2#" event="x"/><catch event="x"><exit expr="'link'"/></catch>
        <form><field name="f">${key('5')}</field></form>`,
    },
    moves: [{ keys: '12#' }],
  },
  { end: exits('link') },
)

scenario(
  '2.3.5 <object> is error.unsupported.objectname, after its prompts',
  `<form><object name="o" classid="builtin://x"><param name="a" value="b"/><prompt>Hm.</prompt>
   <catch event="error.unsupported.objectname"><exit expr="_event"/></catch></object></form>`,
  { heard: ['Hm.'], end: exits('error.unsupported.objectname') },
)
