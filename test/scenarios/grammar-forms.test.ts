import assert from 'node:assert/strict'
import { scenario } from './scenario.ts'

/** A field that a grammar fills, and a session that ends with its value as JSON. */
const field = (grammar: string, attributes = ''): string =>
  `<form><field name="f" ${attributes}><prompt>Say</prompt>${grammar}</field>
   <block><exit expr="f"/></block></form>`

const said = (
  title: string,
  documents: Readonly<Record<string, string>>,
  say: string,
  exitValue: string,
): void => {
  scenario(title, { documents, moves: [{ say }] }, { end: { reason: 'exit', exitValue } })
}

const typed = (type: string): Readonly<Record<string, string>> => ({
  'start.vxml': field('', `type="${type}"`),
})

said(
  '3.1.1.1 an inline grammar in the ABNF form; its attributes are ignored',
  {
    'start.vxml':
      field(`<grammar mode="dtmf" root="nothing" type="application/srgs"><![CDATA[#ABNF 1.0;
      language en-US; mode voice; root $command; tag-format <semantics/1.0>;
      public $command = $action $object {out.a = rules.action; out.o = rules.object};
      $action = open | close | delete {out = "remove"} | move;
      $object = [the | a] (window | file {out = "document"} | menu);]]></grammar>`),
  },
  'delete the file',
  '{"a":"remove","o":"document"}',
)

said(
  '3.1.1.2 an external grammar in the ABNF form, by one of its public rules',
  {
    'start.vxml': field('<grammar src="places.gram#state" type="application/srgs"/>'),
    'places.gram': `#ABNF 1.0 UTF-8;
language en;
root $city;
tag-format <semantics/1.0-literals>;
public $city = boston {BOS};
public $state = north dakota {ND} | florida {FL};
`,
  },
  'north dakota',
  '"ND"',
)

scenario(
  '3.1.1.4 the type of the element counts where the server tells none',
  {
    documents: {
      'start.vxml': field('<grammar src="places.gram" type="application/srgs+xml"/>'),
      'places.gram': {
        contentType: '',
        body: '#ABNF 1.0;\nlanguage en;\nroot $c;\n$c = boston;\n',
      },
    },
  },
  {
    also: ({ end }) =>
      assert.match(end.fault?.message ?? '', /declared as application\/srgs\+xml, and is not/),
  },
)

scenario('3.1.1.4 a fragment alone is no grammar', field('<grammar src="#rule"/>'), {
  events: ['error.semantic'],
})

scenario(
  '3.1.1.2 a private rule of an external grammar cannot be activated',
  {
    documents: {
      'start.vxml': field('<grammar src="places.gram#hidden"/>'),
      'places.gram': '#ABNF 1.0;\nlanguage en;\nroot $city;\n$city = boston;\n$hidden = x;\n',
    },
  },
  { events: ['error.badfetch'] },
)

scenario(
  '3.1.1 a grammar that breaks its syntax is error.badfetch',
  {
    documents: {
      'start.vxml': field(
        '<grammar type="application/srgs">#ABNF 1.0; language en; $a = ;</grammar>',
      ),
    },
  },
  { events: ['error.badfetch'] },
)

said(
  '3.1.1 plain text without a type is JSGF',
  { 'start.vxml': field('<grammar>boston {BOS} | new york {JFK}</grammar>') },
  'new york',
  '"JFK"',
)

said(
  '3.1.1.2 an external JSGF grammar that imports another',
  {
    'start.vxml': field('<grammar src="order.jsgf" type="application/x-jsgf"/>'),
    'order.jsgf': `#JSGF V1.0;
grammar order;
import <drinks.drink>;
public <order> = [please] <drink>;
`,
    'drinks.jsgf': '#JSGF V1.0;\ngrammar drinks;\npublic <drink> = coca cola {coke} | pepsi;\n',
  },
  'please coca cola',
  '"coke"',
)

scenario(
  '3.1.2 JSGF for keys',
  {
    documents: {
      'start.vxml': field(
        '<grammar mode="dtmf" type="application/x-jsgf">1 {one} | 2 3 {many}</grammar>',
      ),
    },
    moves: [{ keys: '23' }],
  },
  { end: { reason: 'exit', exitValue: '"many"' } },
)

said(
  '3.1.4 of two grammars that match, the first in the document wins over any weight',
  {
    'start.vxml': field(
      `<grammar version="1.0" root="r" xml:lang="en" tag-format="semantics/1.0-literals"><rule id="r"><one-of><item weight="0.1">hello<tag>first</tag></item><item>x</item></one-of></rule></grammar>
       <grammar type="application/srgs">#ABNF 1.0; language en; root $r; $r = hello {out = "second"};</grammar>`,
    ),
  },
  'hello',
  '"first"',
)

said('P a date is spoken', typed('date'), 'march third twenty twenty six', '"20260303"')
said('P a time is spoken', typed('time'), 'half past two', '"0230?"')
said('P a number is spoken', typed('number'), 'one hundred and five point two', '"105.2"')
said('P an amount is spoken', typed('currency'), 'ten dollars and five cents', '"10.05"')
said('P a phone number is spoken', typed('phone'), 'six one seven five five five', '"617555"')
said('P digits are spoken', typed('digits?length=4'), 'two double five eight', '"2558"')
said('P yes is true', typed('boolean'), 'yes please', 'true')
said(
  'P a builtin grammar is referred to from another',
  {
    'start.vxml': field(
      '<grammar version="1.0" root="r" xml:lang="en"><rule id="r">on <ruleref uri="builtin:grammar/date"/></rule></grammar>',
    ),
  },
  'on the fourth of july',
  '"????0704"',
)

scenario(
  'P a type has its spoken and its keyed form at once',
  { documents: typed('date'), moves: [{ keys: '20260704' }] },
  { end: { reason: 'exit', exitValue: '"20260704"' } },
)

scenario(
  'P a builtin type that does not exist',
  { documents: { 'start.vxml': field('<grammar src="builtin:grammar/weather"/>') } },
  { events: ['error.unsupported.builtin'] },
)
