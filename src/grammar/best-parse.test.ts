import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { silentLogger, systemClock } from '#base'
import { createScriptEngine } from '#script'
import { formatParse, type Grammar, interpretParse, interpretParses, matchTokens } from './index.ts'
import { readAbnf } from './read-abnf.ts'

const engine = await createScriptEngine({ clock: systemClock, log: silentLogger })
const script = await engine.createContext()

function read(rules: string): Grammar {
  const header = '#ABNF 1.0;\nlanguage en;\nroot $r;\ntag-format <semantics/1.0>;\n'
  return readAbnf(header + rules, 'http://h/a.gram', new Map())
}

function parses(rules: string, input: string, max = 1): string[] {
  const words = input.split(/[ ,]/).filter((word) => word !== '')
  const { parses: found } = matchTokens([{ grammar: read(rules) }], words, max)
  return found.map(({ tree }) => formatParse(tree))
}

/** Appendix H: what it prints for an expansion, here the body of `$r`; `$x` is defined beside it. */
const APPENDIX_H: readonly (readonly [expansion: string, input: string, output: string])[] = [
  ['t1', 't1', '["t1"]'],
  ['$NULL', '', '[]'],
  ['{tag}', '', '[{!{tag}!}]'],
  ['{!{tag}!}', '', '[{!{tag}!}]'],
  ['t1 {tag1}', 't1', '["t1",{!{tag1}!}]'],
  ['t1 $NULL {tag1} t2 {tag2} t3', 't1 t2 t3', '["t1",{!{tag1}!},"t2",{!{tag2}!},"t3"]'],
  ['((t1) $NULL) {tag1} (t2 {tag2} t3)', 't1 t2 t3', '["t1",{!{tag1}!},"t2",{!{tag2}!},"t3"]'],
  ['t1 | t2 |t3', 't2', '["t2"]'],
  ['t1 | t2 | $NULL', '', '[]'],
  ['t1 | t2 | {tag}', '', '[{!{tag}!}]'],
  ['t1 | t1 | t2', 't1', '["t1"]'],
  ['t1 <0-1>', '', '[]'],
  ['t1 <0-1>', 't1', '["t1"]'],
  ['(t1 {tag1}) <0-3>', '', '[]'],
  ['(t1 {tag1}) <0-3>', 't1,t1,t1', '["t1",{!{tag1}!},"t1",{!{tag1}!},"t1",{!{tag1}!}]'],
  ['$NULL <0-1>', '', '[]'],
  // Ambiguous ones: the first output that is printed is the preferred one.
  ['t1 {tag1} | t1 {tag2} | t2', 't1', '["t1",{!{tag1}!}]'],
  ['{tag1} | {tag2} | $NULL', '', '[{!{tag1}!}]'],
  ['{tag} <0->', '', '[]'],
  ['(t1 | {tag}) <0-3>', 't1', '["t1"]'],
  [
    '(t1 {tag1}) <0-2> (t1 {tag2}) <0-2>',
    't1,t1,t1',
    '["t1",{!{tag1}!},"t1",{!{tag1}!},"t1",{!{tag2}!}]',
  ],
  ['t1 $x t5; $x = t2 t3 t4', 't1,t2,t3,t4,t5', '["t1",$x["t2","t3","t4"],"t5"]'],
  ['t1 $x t3; $x = t2 {tag}', 't1 t2 t3', '["t1",$x["t2",{!{tag}!}],"t3"]'],
  [
    '$x $x $x; $x = t1 {tag1}',
    't1,t1,t1',
    '[$x["t1",{!{tag1}!}],$x["t1",{!{tag1}!}],$x["t1",{!{tag1}!}]]',
  ],
  [
    '$x <0->; $x = t1 {tag1}',
    't1,t1,t1',
    '[$x["t1",{!{tag1}!}],$x["t1",{!{tag1}!}],$x["t1",{!{tag1}!}]]',
  ],
  ['$x; $x = t1 {last} | t1 $x', 't1,t1,t1', '[$x["t1",$x["t1",$x["t1",{!{last}!}]]]]'],
  [
    '$x; $x = {bottom} | (t1 $x t2)',
    't1,t1,t2,t2',
    '[$x["t1",$x["t1",$x[{!{bottom}!}],"t2"],"t2"]]',
  ],
]

for (const [expansion, input, output] of APPENDIX_H) {
  test(`SRGS appendix H: ${expansion} on "${input}"`, () => {
    assert.deepEqual(parses(`$r = ${expansion};`, input), [`$r${output}`])
  })
}

test('weights are preferred to order, wherever in the parse they stand', () => {
  assert.deepEqual(parses('$r = /1/ a {1} | /10/ a {2};', 'a'), ['$r["a",{!{2}!}]'])
  assert.deepEqual(parses('$r = $x | $y; $x = /.1/ a | b; $y = a;', 'a'), ['$r[$y["a"]]'])
  assert.deepEqual(parses('$r = /0/ a {1} | a {2};', 'a'), ['$r["a",{!{2}!}]'])
  assert.deepEqual(parses('$r = /0/ a;', 'a'), ['$r["a"]'])
  // The weight is found deep inside, on the way round.
  const deep = '$r = $x | $y; $x = $z $z; $y = $z a {y}; $z = /9/ b | a;'
  assert.deepEqual(parses(deep, 'a a'), ['$r[$y[$z["a"],"a",{!{y}!}]]'])
})

test('repeat probabilities say whether the longer or the shorter is meant', () => {
  const rule = (probability: string): string => `$r = (a {1})<0-1${probability}> (a {2})<0-1>;`
  assert.deepEqual(parses(rule(''), 'a'), ['$r["a",{!{1}!}]'])
  assert.deepEqual(parses(rule(' /0.9/'), 'a'), ['$r["a",{!{1}!}]'])
  assert.deepEqual(parses(rule(' /0.1/'), 'a'), ['$r["a",{!{2}!}]'])
})

test('GARBAGE takes as little as it can, and loses against words', () => {
  assert.deepEqual(parses('$r = $GARBAGE x {1} $GARBAGE;', 'a x b x'), ['$r["x",{!{1}!}]'])
  assert.deepEqual(parses('$r = $GARBAGE boston | /.001/ to boston;', 'to boston'), [
    '$r["to","boston"]',
  ])
  const middle = '$r = from $city $GARBAGE to $city; $city = new york | york | new;'
  assert.deepEqual(parses(middle, 'from new york or so to york'), [
    '$r["from",$city["new","york"],"to",$city["york"]]',
  ])
})

test('rules that lead to themselves end', () => {
  assert.deepEqual(parses('$r = $r | a;', 'a').length, 1)
  assert.deepEqual(parses('$r = $r $r | a | $NULL;', 'a a').length, 1)
  assert.equal(parses('$r = $r a | a;', 'a '.repeat(1500)).length, 1)
  assert.throws(() => parses('$r = a $r | a;', 'a '.repeat(5000)), { code: 'grammar-too-complex' })
})

test('a small grammar with an endless parse is refused, and soon', () => {
  const doubling = (depth: number, last: string): string => {
    const rules = Array.from({ length: depth }, (_, n) => `$d${n} = $d${n + 1} $d${n + 1};`)
    return `$r = $d0; ${rules.join(' ')} $d${depth} = ${last};`
  }
  assert.equal(parses(doubling(6, '{x}'), '')[0]?.match(/\{x\}/g)?.length, 64)
  const chain = Array.from({ length: 5000 }, (_, n) => `$c${n} = $c${n + 1};`).join(' ')
  for (const rules of [
    doubling(30, '{x}'),
    doubling(30, '[a]'),
    `$r = $c0; ${chain} $c5000 = a;`,
    '$r = $r $r $r | $r $r | a;',
    '$r = ((((a<0->)<0->)<0->)<0->)<0->;',
    '$r = a<1000000000>;',
    '$r = {x}<1000000000>;',
    `$r = ${'(/1/ a | /2/ $NULL) '.repeat(500)};`,
  ]) {
    const input = rules.includes('[a]') || rules.includes('{x}') ? '' : 'a '.repeat(100)
    assert.throws(() => parses(rules, rules.includes('$c0') ? 'a' : input, 5), {
      code: 'grammar-too-complex',
    })
  }
})

test('tags of one parse share the time of one evaluation', () => {
  const busy = read('$r = (a {for (var i = 0; i < 2e6; i++);})<1->;')
  const { parses: found } = matchTokens([{ grammar: busy }], Array(200).fill('a'))
  assert.throws(() => interpretParses(found, script, 1), { code: 'script-limit', limit: 'time' })
  const leaking = read('$r = a {x = 1};')
  const [parse] = matchTokens([{ grammar: leaking }], ['a']).parses
  assert.ok(parse !== undefined)
  assert.throws(() => interpretParse(parse, script), { errorName: 'ReferenceError' })
  assert.equal(script.evaluate('typeof x + typeof i'), 'undefinedundefined')
})

test('readings whose tags are slow are given up when the first are found', () => {
  // The first is quick on the slowest machine.
  const slow = Array.from(
    { length: 100 },
    (_, n) => `a {for (var i = 0; i < ${n === 0 ? 1 : 4e5}; i++); out = ${n}}`,
  )
  const { parses: found } = matchTokens(
    [{ grammar: read(`$r = ${slow.join(' | ')};`) }],
    ['a'],
    100,
  )
  assert.equal(found.length, 100)
  const meanings = interpretParses(found, script, 100).map(({ value }) => value)
  assert.ok(meanings.length < 100)
  assert.deepEqual(meanings, [...meanings.keys()])
})

test('all readings of an ambiguous input, the preferred one first', () => {
  assert.deepEqual(parses('$r = t1 {tag1} | t1 {tag2} | t2;', 't1', 5), [
    '$r["t1",{!{tag1}!}]',
    '$r["t1",{!{tag2}!}]',
  ])
  const four = parses('$r = (t1 {a}) <0-2> (t1 {b}) <0-2>;', 't1 t1', 9)
  assert.deepEqual(four, [
    '$r["t1",{!{a}!},"t1",{!{a}!}]',
    '$r["t1",{!{a}!},"t1",{!{b}!}]',
    '$r["t1",{!{b}!},"t1",{!{b}!}]',
  ])
  assert.equal(parses('$r = (t1 {a}) <0-2> (t1 {b}) <0-2>;', 't1 t1', 2).length, 2)
})

test('readings come by their weight as a whole, those of one weight as they are written', () => {
  assert.deepEqual(parses('$r = /1/ a {1} | /10/ a {2} | /5/ a {3} | /5/ a {4};', 'a', 3), [
    '$r["a",{!{2}!}]',
    '$r["a",{!{3}!}]',
    '$r["a",{!{4}!}]',
  ])
  const pairs = '$r = $x $y; $x = /10/ a {1} | /9/ a {2}; $y = /10/ b {1} | /2/ b {2};'
  assert.deepEqual(
    parses(pairs, 'a b', 3).map((text) => text.replaceAll(/[^0-9]/g, '')),
    ['11', '21', '12'],
  )
})

test('words for GARBAGE lower the confidence, but never to a half', () => {
  const grammar = read(
    '$r = $GARBAGE $what {out.whole = meta.current().score; out.part = meta.what.score}; $what = pizza [$GARBAGE please];',
  )
  const meant = (input: string): unknown => {
    const [parse] = matchTokens([{ grammar }], input.split(' ')).parses
    assert.ok(parse !== undefined)
    const { value, confidence } = interpretParse(parse, script)
    return [value, confidence]
  }
  assert.deepEqual(meant('pizza'), [{ whole: 1, part: 1 }, 1])
  assert.deepEqual(meant('uh a pizza'), [{ whole: 2 / 3, part: 1 }, 2 / 3])
  assert.deepEqual(meant('a pizza er uh please'), [{ whole: 0.7, part: 0.75 }, 0.7])
})

test('the interpretations of several grammars and readings, each meaning once', () => {
  const cities = read('$r = austin {out = "Texas"} | austin {out = "Minnesota"};')
  const names = read('$r = austin {out = "Mr Austin"} | austin {out = rules.no.x};')
  const same = read('$r = austin {out = "Texas"};')
  const active = [{ grammar: cities }, { grammar: same }, { grammar: names }]
  const best = interpretParses(matchTokens(active, ['austin'], 5).parses, script, 5)
  assert.deepEqual(
    best.map(({ value, parse }) => [value, parse.index]),
    [
      ['Texas', 0],
      ['Minnesota', 0],
      ['Mr Austin', 2],
    ],
  )
  assert.equal(interpretParses(matchTokens(active, ['austin'], 5).parses, script, 2).length, 2)
  const failing = matchTokens([{ grammar: read('$r = a {out = b.c};') }], ['a']).parses
  assert.throws(() => interpretParses(failing, script, 5), { code: 'script-failed' })
})

test('whatever the grammar, the words of a parse are the words of the input', () => {
  const expansion = fc.letrec<{ any: string }>((tie) => ({
    any: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.constantFrom('a', 'b', '$s', '{t}', '()'),
      fc.tuple(tie('any'), tie('any')).map(([one, other]) => `${one} ${other}`),
      fc.tuple(tie('any'), tie('any')).map(([one, other]) => `(/2/ ${one} | ${other})`),
      tie('any').map((inner) => `[${inner}]`),
      fc
        .tuple(tie('any'), fc.constantFrom('<0->', '<1-2>', '<2>', '<0-1 /.2/>'))
        .map(([inner, repeat]) => `(${inner})${repeat}`),
    ),
  })).any
  const words = fc.array(fc.constantFrom('a', 'b'), { maxLength: 5 })
  fc.assert(
    fc.property(expansion, expansion, words, (r, s, input) => {
      for (const text of parses(`$r = ${r}; $s = ${s};`, input.join(' '), 3)) {
        const said = [...text.matchAll(/"([^"]*)"/g)].map(([, word]) => word)
        assert.deepEqual(said, input, text)
      }
    }),
    { numRuns: 300 },
  )
})

test('a long list of alternatives matches as its parts do, word by word', () => {
  const phrase = fc
    .array(
      fc.constantFrom('a', 'b', 'c', '$s', '$t', '[a]', '{t}', '$NULL', '$GARBAGE c', 'b<0->'),
      {
        minLength: 1,
        maxLength: 3,
      },
    )
    .map((parts) => parts.join(' '))
  const phrases = fc.array(phrase, { minLength: 9, maxLength: 12 })
  const words = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 4 })
  // Lists of fewer than eight are gone through one by one.
  const inParts = (all: readonly string[]): string =>
    [0, 3, 6, 9].map((from) => `(${all.slice(from, from + 3).join(' | ') || '$VOID'})`).join(' | ')
  const rest = ' $s = b $r | a c | $t a; $t = [c] | d;'
  fc.assert(
    fc.property(phrases, words, (all, input) => {
      const [long, short] = [
        read(`$r = ${all.join(' | ')};${rest}`),
        read(`$r = ${inParts(all)};${rest}`),
      ]
      for (let length = 0; length <= input.length; length++) {
        const [one, other] = [long, short].map((grammar) => {
          const { kind, parses: found } = matchTokens([{ grammar }], input.slice(0, length))
          return [kind, ...found.map(({ tree }) => formatParse(tree))]
        })
        assert.deepEqual(one, other)
      }
    }),
    { numRuns: 300 },
  )
})

test('a list of twenty thousand names, and rules in whatever order, cost little', () => {
  const names = Array.from({ length: 20_000 }, (_, n) => `street${n} {${n}}`)
  assert.deepEqual(parses(`$r = ${names.join(' | ')};`, 'street19999'), [
    '$r["street19999",{!{19999}!}]',
  ])
  const count = 20_000
  const references = Array.from({ length: count }, (_, n) => `$x${count - 1 - n}`).join(' | ')
  const chain = Array.from(
    { length: count },
    (_, n) => `$x${n} = ${n % 100 === 0 ? 'a' : `$x${n - 1}`};`,
  )
  assert.equal(parses(`$r = ${references}; ${chain.join('\n')}`, 'a').length, 1)
})
