import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { silentLogger, systemClock } from '#base'
import { createScriptEngine } from '#script'
import { parseXml } from '#xml'
import {
  formatParse,
  type Grammar,
  GrammarError,
  inputTokens,
  interpretParse,
  loadGrammar,
  loadInlineGrammar,
  matchTokens,
} from './index.ts'
import { readJsgf } from './read-jsgf.ts'

const engine = await createScriptEngine({ clock: systemClock, log: silentLogger })
const script = await engine.createContext()

function read(text: string): Grammar {
  return readJsgf(text, 'http://h/com/acme/a.gram', new Map())
}

function parse(grammar: Grammar, input: string): string {
  const [best] = matchTokens([{ grammar }], inputTokens(input, grammar.mode)).parses
  return best === undefined ? 'REJECT' : formatParse(best.tree)
}

function value(grammar: Grammar, input: string): unknown {
  const [best] = matchTokens([{ grammar }], inputTokens(input, grammar.mode)).parses
  return best === undefined ? 'REJECT' : interpretParse(best, script).value
}

test('rules, weights, groups, operators, quoted tokens, special rules', () => {
  const grammar = read(`#JSGF V1.0 UTF-8 en_GB;
    grammar com.acme.orders; // a name
    /** The order. */
    public <order> = [please] <verb>+ (/10/ "New \\"York\\"" | /1/ <a-b> | tea)* <NULL>;
    <verb> = bring {b} {r} | get; <a-b> = x <VOID>;`)
  assert.equal(grammar.language, 'en-GB')
  assert.equal(
    parse(grammar, 'please bring get tea tea'),
    '$order["please",$verb["bring",{!{b}!},{!{r}!}],$verb["get"],"tea","tea"]',
  )
  assert.equal(parse(grammar, 'bring'), '$order[$verb["bring",{!{b}!},{!{r}!}]]')
  assert.equal(parse(grammar, 'please'), 'REJECT')
  assert.equal(parse(grammar, 'bring x'), 'REJECT')
})

test('a tag belongs to what stands right before it, and is a string', () => {
  const grammar = read(`#JSGF V1.0;
    public <c> = (a | b) {group} | c d {of d} | e {with \\} inside};`)
  assert.deepEqual(
    ['a', 'c d', 'e'].map((words) => value(grammar, words)),
    ['group', 'of d', 'with } inside'],
  )
  const scripts = read('#JSGF V1.0; public <c> = <n> {out.n = rules.n;}; <n> = one {out = 1};')
  assert.deepEqual(value(scripts, 'one'), { n: 1 })
  assert.equal(value(read('#JSGF V1.0; public <c> = one;'), 'one'), 'one')
})

test('all public rules are enabled, under the name of the grammar', () => {
  const grammar = read(
    '#JSGF V1.0; grammar acme.both; public <a> = x {1}; public <b> = y {2}; <c> = z;',
  )
  assert.equal(parse(grammar, 'y'), '$both[$b["y",{!{2}!}]]')
  assert.equal(value(grammar, 'x'), '1')
  assert.equal(parse(grammar, 'z'), 'REJECT')
})

test('imports lead to the files of their packages, by full, short and bare names', async () => {
  const files: Readonly<Record<string, string>> = {
    '/g/com/acme/a.gram': `#JSGF V1.0; grammar com.acme.a;
      import <com.acme.polite.please>; import <org.dates.*>;
      public <a> = <please> <com.acme.polite.thanks> <polite.please> <day> <dates.day> <com.acme.a.own>;
      <own> = own;`,
    '/g/com/acme/polite.gram':
      '#JSGF V1.0; grammar com.acme.polite; public <please> = please; public <thanks> = thanks;',
    '/g/org/dates.gram': '#JSGF V1.0; grammar org.dates; public <day> = monday | tuesday;',
  }
  const fetch = async (uri: string) => {
    const body = files[new URL(uri).pathname]
    if (body === undefined) throw new Error('404')
    return { uri, contentType: 'application/x-jsgf', body: Buffer.from(body) }
  }
  const { grammar } = await loadGrammar('http://h/g/com/acme/a.gram', { fetch })
  const [best] = matchTokens(
    [{ grammar }],
    'please thanks please monday tuesday own'.split(' '),
  ).parses
  const polite = 'http://h/g/com/acme/polite.gram'
  const day = 'http://h/g/org/dates.gram#day'
  assert.equal(
    best === undefined ? '' : formatParse(best.tree),
    `$a[$<${polite}#please>["please"],$<${polite}#thanks>["thanks"],$<${polite}#please>["please"],$<${day}>["monday"],$<${day}>["tuesday"],$own["own"]]`,
  )
})

test('recursion at the end of a rule is allowed, any other is refused', () => {
  const start = '#JSGF V1.0; public <a> = '
  assert.equal(
    parse(read(`${start}x <a> {t} | y [<a>];`), 'x y y'),
    '$a["x",$a["y",$a["y"]],{!{t}!}]',
  )
  assert.equal(
    parse(read(`${start}<b> z <b>; <b> = x | y <b>;`), 'y x z x'),
    '$a[$b["y",$b["x"]],"z",$b["x"]]',
  )
  assert.equal(
    parse(read(`${start}x <b>; <b> = y <a> | z;`), 'x y x z'),
    '$a["x",$b["y",$a["x",$b["z"]]]]',
  )
  for (const rules of [
    '<a> x | y;',
    'x | y <a> z;',
    '[<b>] x; <b> = <c> | y; <c> = <a>;',
    '(x <a>)* | y;',
    'x <b>; <b> = <c> y | z; <c> = x <b>;',
  ]) {
    const message = /The rule [abc] leads back to itself/
    assert.throws(() => read(start + rules), { code: 'grammar-syntax', message }, rules)
  }
  const chain = Array.from({ length: 5000 }, (_, n) => `<r${n}> = <r${n + 1}>;`).join('\n')
  assert.equal(read(`${start}<r0>; ${chain} <r5000> = x;`).rules.size, 5002)
})

test('weights are numbers as Java has them', () => {
  const grammar = read('#JSGF V1.0; public <a> = /3.14e3/ x {1} | /8f/ x {2} | /4000./ x {3};')
  assert.equal(value(grammar, 'x'), '3')
  assert.throws(() => read('#JSGF V1.0; public <a> = /e3/ x | y;'), { code: 'grammar-syntax' })
})

test('inside a document: with and without a header, for words and for keys', async () => {
  const inline = (text: string, attributes = ''): Promise<Grammar> => {
    const { root } = parseXml(`<grammar ${attributes}>${text}</grammar>`, { uri: 'x:y' })
    return loadInlineGrammar(root, 'http://h/a.vxml')
  }
  assert.equal(value(await inline('yes {true} | no {false}'), 'no'), 'false')
  assert.equal(value(await inline('#JSGF V1.0; public &lt;a&gt; = yes;'), 'yes'), 'yes')
  const rules = await inline('&lt;a&gt; = &lt;b&gt;; &lt;b&gt; = hi', 'type="application/x-jsgf"')
  assert.equal(parse(rules, 'hi'), '$a[$b["hi"]]')
  const keys = await inline('1 {one} | "*" 2 {two} | 34 {many}', 'mode="dtmf"')
  assert.deepEqual(
    ['1', '*2', '34'].map((input) => value(keys, input)),
    ['one', 'two', 'many'],
  )
  await assert.rejects(inline('(', 'type="text/gsl"'), { code: 'grammar-unsupported' })
})

test('what breaks the syntax is refused where it breaks', () => {
  const cases: readonly (readonly [text: string, line: number, column: number, code?: string])[] = [
    ['public <a> = b;', 1, 1],
    ['#JSGF V2.0;', 1, 6],
    ['#JSGF V1.0;\npublic <a> = ;', 2, 14],
    ['#JSGF V1.0;\npublic <a> = (b;', 2, 16],
    ['#JSGF V1.0;\npublic <a> = b {c;', 2, 16],
    ['#JSGF V1.0;\npublic <a> = b;\n<a> = c;', 3, 1],
    ['#JSGF V1.0;\npublic <NULL> = b;', 2, 8],
    ['#JSGF V1.0;\npublic <a> = <b>;', 2, 14, 'grammar-undefined-rule'],
    ['#JSGF V1.0;\nimport <b>;', 2, 8],
  ]
  for (const [text, line, column, code = 'grammar-syntax'] of cases) {
    assert.throws(
      () => read(text),
      (error) => {
        assert.ok(error instanceof GrammarError, String(error))
        assert.deepEqual([error.code, error.line, error.column], [code, line, column], text)
        return true
      },
    )
  }
})

test('reading never fails but with an error that has a place', () => {
  const text = '<a>;<b>;<NULL>;=;(;);[;];/;1;{;};\\;"; a;b;public ;import ;<c.*>;*;+;//;/*;*/;\n'
  const piece = fc.constantFrom(...text.split(';'), ';', '|')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      try {
        read(`#JSGF V1.0;\n${pieces.join('')}`)
      } catch (error) {
        assert.ok(error instanceof GrammarError, String(error))
        assert.ok(error.line > 0 && error.column > 0, error.message)
      }
    }),
    { numRuns: 500 },
  )
})
