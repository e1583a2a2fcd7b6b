import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { silentLogger, systemClock } from '#base'
import { createScriptEngine } from '#script'
import { parseXml } from '#xml'
import {
  builtinGrammar,
  fixedGrammar,
  type Grammar,
  GrammarError,
  type GrammarFetch,
  interpretParse,
  loadGrammar,
  loadInlineGrammar,
  Matcher,
  matchTokens,
} from './index.ts'

const engine = await createScriptEngine({ clock: systemClock, log: silentLogger })
const script = await engine.createContext()
const uri = 'http://h/dir/a.vxml'

function read(xml: string, fetch?: GrammarFetch): Promise<Grammar> {
  const { root } = parseXml(xml, { uri })
  return loadInlineGrammar(root, uri, fetch === undefined ? {} : { fetch })
}

function kind(grammar: Grammar, input: string): string {
  return matchTokens([{ grammar }], tokens(grammar, input)).kind
}

function value(grammar: Grammar, input: string): unknown {
  const [parse] = matchTokens([{ grammar }], tokens(grammar, input)).parses
  return parse === undefined ? 'no match' : interpretParse(parse, script).value
}

function tokens(grammar: Grammar, input: string): string[] {
  return grammar.mode === 'dtmf' ? [...input] : input.split(' ').filter((word) => word !== '')
}

const XML = (content: string, attributes = 'mode="voice"') =>
  `<grammar version="1.0" xmlns="http://www.w3.org/2001/06/grammar" xml:lang="en" root="r" ${attributes}>${content}</grammar>`

async function refused(xml: string, code: string, fetch?: GrammarFetch): Promise<GrammarError> {
  try {
    await read(xml, fetch)
  } catch (error) {
    assert.ok(error instanceof GrammarError, String(error))
    assert.equal(error.code, code, error.message)
    return error
  }
  return assert.fail(`${xml} was accepted`)
}

test('input is nothing, a beginning, complete, or complete and open for more', async () => {
  const pin = await read(
    XML(
      '<rule id="r"><item repeat="2-3"><one-of><item>1</item><item>2</item></one-of></item></rule>',
      'mode="dtmf"',
    ),
  )
  assert.deepEqual(
    ['', '1', '12', '121', '1211', '3', '13'].map((keys) => kind(pin, keys)),
    ['prefix', 'prefix', 'match-may-grow', 'match', 'none', 'none', 'none'],
  )
  assert.equal(value(pin, '121'), '121')
})

test('a matcher takes one key after the other', () => {
  const grammar = fixedGrammar('dtmf', '1 2 #', { choice: 'a' })
  const matcher = new Matcher([{ grammar }])
  const kinds = [...'12#'].map((key) => {
    matcher.feed(key)
    return matcher.match().kind
  })
  assert.deepEqual(kinds, ['prefix', 'prefix', 'match'])
  assert.deepEqual(value(grammar, '12#'), { choice: 'a' })
  assert.equal(value(fixedGrammar('dtmf', '*'), '*'), '*')
  assert.equal(value(fixedGrammar('voice', 'New York'), 'new  york'), 'New York')
  assert.throws(() => fixedGrammar('dtmf', 'one'), GrammarError)
})

test('of several grammars the first that matches leads, and any may still grow', () => {
  const active = ['1', '12', '1'].map((keys) => ({
    grammar: fixedGrammar('dtmf', keys, keys + '!'),
  }))
  const one = matchTokens(active, ['1'])
  assert.equal(one.kind, 'match-may-grow')
  assert.deepEqual(
    one.parses.map(({ index }) => index),
    [0, 2],
  )
  const both = matchTokens(active, ['1', '2'])
  assert.deepEqual([both.kind, both.parses.map(({ index }) => index)], ['match', [1]])
})

test('expansions: sequences, alternatives, optional and repeated items, quoted tokens, references', async () => {
  const order = await read(
    XML(`<rule id="r">
      <item repeat="0-1">i want</item> <ruleref uri="#size"/> "Pepsi Max" <token>and   ice</token>
      <item repeat="1-"><one-of><item weight="2">please</item><item>now</item></one-of></item>
      <example>not a token</example><ruleref special="NULL"/>
    </rule><rule id="size"><one-of><item>big</item><item>small</item></one-of></rule>`),
  )
  assert.equal(kind(order, 'I want big pepsi max and ice please now now'), 'match-may-grow')
  assert.equal(kind(order, 'small pepsi max and ice now'), 'match-may-grow')
  assert.equal(kind(order, 'big pepsi'), 'prefix')
  assert.equal(kind(order, 'big pepsi max and ice'), 'prefix')
  assert.equal(kind(order, 'i want big cola'), 'none')
})

test('VOID never matches and is no beginning; GARBAGE takes anything', async () => {
  const dead = await read(
    XML(
      '<rule id="r"><one-of><item>a b <ruleref special="VOID"/></item><item>a c</item></one-of></rule>',
    ),
  )
  assert.deepEqual(
    ['a', 'a b', 'a c'].map((words) => kind(dead, words)),
    ['prefix', 'none', 'match'],
  )
  const loose = await read(XML('<rule id="r">from <ruleref special="GARBAGE"/> boston</rule>'))
  assert.equal(kind(loose, 'from the city of boston'), 'match-may-grow')
  assert.equal(kind(loose, 'from boston'), 'match-may-grow')
  assert.equal(kind(loose, 'from'), 'prefix')
})

test('recursion on either side, empty rules and ambiguity come to an end', async () => {
  const left = await read(
    XML('<rule id="r"><one-of><item><ruleref uri="#r"/> a</item><item>a</item></one-of></rule>'),
  )
  assert.equal(kind(left, 'a a a a'), 'match-may-grow')
  const nested = await read(
    XML('<rule id="r">( <item repeat="0-1"><ruleref uri="#r"/></item> )</rule>'),
  )
  assert.deepEqual(
    ['( ( ) )', '( ( )', ') ('].map((words) => kind(nested, words)),
    ['match', 'prefix', 'none'],
  )
  const empty = await read(
    XML(
      '<rule id="r"><item repeat="0-"><item repeat="0-"><item repeat="0-1">a</item></item></item></rule>',
    ),
  )
  assert.equal(kind(empty, ''), 'match-may-grow')
  assert.equal(kind(empty, 'a '.repeat(30).trim()), 'match-may-grow')
  const endless = await read(XML('<rule id="r">a <ruleref uri="#r"/></rule>'))
  assert.equal(kind(endless, 'a'), 'none')
})

test('SISR tags compute the value; literals and old tags do too', async () => {
  const flight = await read(
    XML(
      `<tag>var prefix = "city:";</tag>
      <rule id="r" scope="public">from <ruleref uri="#city"/><tag>out.from = rules.city;</tag>
        to <ruleref uri="#city"/><tag>out.to = rules.latest(); out.text = meta.current().text</tag></rule>
      <rule id="city"><one-of><item>boston<tag>out = prefix + "BOS"</tag></item><item>new york</item></one-of></rule>`,
      'tag-format="semantics/1.0"',
    ),
  )
  assert.deepEqual(value(flight, 'from boston to new york'), {
    from: 'city:BOS',
    to: 'new york',
    text: 'from boston to new york',
  })
  const literal = await read(
    XML(
      '<rule id="r"><one-of><item>yeah<tag> yes </tag></item><item>yes</item></one-of></rule>',
      'tag-format="semantics/1.0-literals"',
    ),
  )
  assert.deepEqual([value(literal, 'yeah'), value(literal, 'yes')], ['yes', 'yes'])
  const old = await read(XML('<rule id="r">chicago<tag>$ = "alpha"</tag></rule>'))
  assert.equal(value(old, 'chicago'), 'alpha')
  const last = await read(
    XML(
      '<rule id="r">fly to <ruleref uri="#c"/></rule><rule id="c">boston</rule>',
      'tag-format="semantics/1.0"',
    ),
  )
  assert.equal(value(last, 'fly to boston'), 'boston')
  const plain = await read(
    XML('<rule id="r">fly to <ruleref uri="#c"/></rule><rule id="c">boston</rule>'),
  )
  assert.equal(value(plain, 'fly to boston'), 'fly to boston')
})

test('references to other grammars are fetched once, also in circles', async () => {
  const fetched: string[] = []
  const files: Record<string, string> = {
    'http://h/dir/b.grxml': XML(
      '<rule id="r" scope="public">b <item repeat="0-1"><ruleref uri="c.grxml#x"/></item></rule>',
    ),
    'http://h/dir/c.grxml': XML(
      '<rule id="r">no</rule><rule id="x" scope="public">c <item repeat="0-1"><ruleref uri="b.grxml"/></item></rule><rule id="p">p</rule>',
    ),
  }
  const fetch: GrammarFetch = async (target) => {
    fetched.push(target)
    const body = files[target]
    if (body === undefined) throw new Error('404')
    return { uri: target, contentType: 'application/srgs+xml', body: Buffer.from(body) }
  }
  const grammar = await read(XML('<rule id="r"><ruleref uri="b.grxml"/></rule>'), fetch)
  assert.equal(kind(grammar, 'b c b c'), 'match-may-grow')
  assert.deepEqual(fetched, ['http://h/dir/b.grxml', 'http://h/dir/c.grxml'])
  const { grammar: alone, rule } = await loadGrammar('http://h/dir/c.grxml#x', { fetch })
  assert.equal(matchTokens([{ grammar: alone, rule: rule ?? '' }], ['c']).kind, 'match-may-grow')
  await assert.rejects(loadGrammar('http://h/dir/c.grxml#p', { fetch }), {
    code: 'grammar-undefined-rule',
  })
  await refused(XML('<rule id="r"><ruleref uri="d.grxml"/></rule>'), 'grammar-fetch', fetch)
  await refused(XML('<rule id="r"><ruleref uri="d.grxml"/></rule>'), 'grammar-fetch')
})

test('grammars that are wrong are refused with their place', async () => {
  const wrong = await refused(
    XML('<rule id="r">\n <item repeat="x">a</item></rule>'),
    'grammar-syntax',
  )
  assert.deepEqual([wrong.line, wrong.column], [2, 2])
  await refused(XML('<rule id="r"><item repeat="3-2">a</item></rule>'), 'grammar-syntax')
  await refused(XML('<rule id="r"><one-of>text</one-of></rule>'), 'grammar-syntax')
  await refused(XML('<rule id="r"><one-of/></rule>'), 'grammar-syntax')
  await refused(XML('<rule id="r"><prompt/></rule>'), 'grammar-syntax')
  await refused(XML('<rule id="r"><ruleref/></rule>'), 'grammar-syntax')
  await refused(XML('<rule id="r"><ruleref uri="#r">x</ruleref></rule>'), 'grammar-syntax')
  await refused(XML('<rule id="r">a</rule><rule id="r">b</rule>'), 'grammar-syntax')
  await refused(XML('<rule id="NULL">a</rule>'), 'grammar-syntax')
  await refused(XML('<rule id="r"><ruleref uri="#q"/></rule>'), 'grammar-undefined-rule')
  await refused(XML('<rule id="q">a</rule>'), 'grammar-undefined-rule')
  await refused(XML('<rule id="r">one</rule>', 'mode="dtmf"'), 'grammar-syntax')
  await refused(
    XML('<rule id="r"><item weight="-1">a</item><one-of><item weight="x">b</item></one-of></rule>'),
    'grammar-syntax',
  )
  const huge = await read(XML('<rule id="r"><item repeat="0-999999">a</item></rule>'))
  assert.throws(() => kind(huge, 'a'), { code: 'grammar-too-complex' })
})

test('an XML grammar of whatever elements is read, or refused with a place', async () => {
  const element = fc.letrec<{ any: string }>((tie) => ({
    any: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      fc.constantFrom('a', ' 1 ', '"b c"', '"', '<ruleref uri="#r"/>', '<ruleref special="NULL"/>'),
      fc
        .tuple(
          fc.constantFrom('item', 'one-of', 'rule', 'token', 'tag', 'ruleref', 'example', 'x'),
          fc.constantFrom(
            '',
            'repeat="0-2"',
            'repeat="-"',
            'weight=".5"',
            'id="q"',
            'xml:lang="fr"',
          ),
          fc.array(tie('any'), { maxLength: 3 }),
        )
        .map(([name, attribute, inner]) => `<${name} ${attribute}>${inner.join('')}</${name}>`),
    ),
  })).any
  await fc.assert(
    fc.asyncProperty(fc.array(element, { maxLength: 4 }), async (inner) => {
      try {
        const grammar = await read(XML(`<rule id="r">${inner.join('')}</rule>`))
        matchTokens([{ grammar }], ['a', '1'], 3)
      } catch (error) {
        assert.ok(error instanceof GrammarError, String(error))
        assert.ok(error.line > 0 || error.code === 'grammar-too-complex', error.message)
      }
    }),
    { numRuns: 400 },
  )
})

test('builtin grammars take keys and give what the appendix says', () => {
  const cases: readonly (readonly [type: string, keys: string, kind: string, value?: unknown])[] = [
    ['digits', '0123', 'match-may-grow', '0123'],
    ['digits?length=3', '12', 'prefix'],
    ['digits?length=3', '123', 'match', '123'],
    ['digits?minlength=2;maxlength=3', '12', 'match-may-grow', '12'],
    ['digits?maxlength=2', '123', 'none'],
    ['boolean', '1', 'match', true],
    ['boolean', '2', 'match', false],
    ['boolean', '3', 'none'],
    ['boolean?y=7;n=9', '9', 'match', false],
    ['number', '0012', 'match-may-grow', '12'],
    ['number', '1*50', 'match-may-grow', '1.50'],
    ['number', '*5', 'match-may-grow', '0.5'],
    ['number', '0', 'match-may-grow', '0'],
    ['currency', '012*5', 'match-may-grow', '12.50'],
    ['currency', '12', 'match-may-grow', '12.00'],
    ['date', '20261231', 'match', '20261231'],
    ['date', '202613', 'none'],
    ['time', '0930', 'match', '0930?'],
    ['time', '1330', 'match', '1330h'],
    ['time', '2460', 'none'],
    ['phone', '8005551234*789', 'match-may-grow', '8005551234x789'],
  ]
  for (const [type, keys, expected, result] of cases) {
    const grammar = builtinGrammar(`builtin:dtmf/${type}`)
    assert.equal(kind(grammar, keys), expected, `${type} ${keys}`)
    if (result !== undefined) assert.equal(value(grammar, keys), result, `${type} ${keys}`)
  }
  assert.equal(value(builtinGrammar('digits?length=3', 'voice'), 'two oh 7'), '207')
  assert.equal(value(builtinGrammar('builtin:grammar/boolean'), 'yes'), true)
  for (const wrong of [
    'digits?length=3;minlength=4',
    'digits?minlength=5;maxlength=2',
    'boolean?y=1;n=1',
    'digits?length=x',
    'nothing',
  ]) {
    assert.throws(() => builtinGrammar(`builtin:dtmf/${wrong}`), { code: 'grammar-builtin' }, wrong)
  }
})

test('whatever is pressed, every beginning of a match is a prefix', () => {
  const grammar = builtinGrammar('builtin:dtmf/currency')
  const key = fc.constantFrom(...'0123456789*#')
  fc.assert(
    fc.property(fc.array(key, { maxLength: 8 }), (keys) => {
      if (matchTokens([{ grammar }], keys).parses.length === 0) return
      for (let length = 0; length < keys.length; length++) {
        const { kind: before } = matchTokens([{ grammar }], keys.slice(0, length))
        assert.ok(before === 'prefix' || before === 'match-may-grow')
      }
    }),
  )
})

test('a hostile tag fails alone', async () => {
  const grammar = await read(
    XML('<rule id="r">a<tag>for (;;);</tag></rule>', 'tag-format="semantics/1.0"'),
  )
  assert.throws(() => value(grammar, 'a'), { code: 'script-limit' })
  const leaving = await read(
    XML('<rule id="r">a<tag>} } out = 1; { {</tag></rule>', 'tag-format="semantics/1.0"'),
  )
  assert.throws(() => value(leaving, 'a'), { code: 'script-failed' })
})

test('the same bytes are read once, however many sessions load them', async () => {
  const bytes = Buffer.from('#ABNF 1.0;\nlanguage en;\nroot $r;\npublic $r = a;')
  const pointing = Buffer.from('#ABNF 1.0;\nlanguage en;\nroot $r;\n$r = $<one.gram>;')
  const fetch: GrammarFetch = async (address) => ({
    uri: address,
    contentType: '',
    body: address.endsWith('pointing.gram') ? pointing : bytes,
  })
  const load = async (name: string): Promise<Grammar> =>
    (await loadGrammar(`http://h/${name}.gram`, { fetch })).grammar
  assert.equal(await load('one'), await load('one'))
  assert.notEqual(await load('one'), await load('other'))
  // What it refers to can be another the next time.
  assert.notEqual(await load('pointing'), await load('pointing'))
})
