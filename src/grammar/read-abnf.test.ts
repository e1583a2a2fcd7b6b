import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseXml } from '#xml'
import {
  formatParse,
  type Grammar,
  GrammarError,
  inputTokens,
  loadGrammar,
  loadInlineGrammar,
  matchTokens,
} from './index.ts'
import { readAbnf } from './read-abnf.ts'

const HEADER = '#ABNF 1.0;\nlanguage en;\nroot $r;\n'

function read(rules: string, header = HEADER): Grammar {
  return readAbnf(header + rules, 'http://h/dir/a.gram', new Map())
}

function parse(grammar: Grammar, input: string): string {
  const [best] = matchTokens([{ grammar }], inputTokens(input, grammar.mode)).parses
  return best === undefined ? 'REJECT' : formatParse(best.tree)
}

function fault(text: string): GrammarError {
  try {
    readAbnf(text, 'http://h/a.gram', new Map())
  } catch (error) {
    assert.ok(error instanceof GrammarError, String(error))
    return error
  }
  return assert.fail(`${text} was accepted`)
}

test('tokens, references, tags, groups, repeats and languages', () => {
  const grammar = read(`
    // a comment
    public $r = [please]!en-GB "New   York" <1-2> {a } {!{ {b}; }!} ($s | /.5/ don't {c})<0-> $NULL;
    /** @example five */ private $s = (5 | five!en-AU)<1 /0.25/> o'clock;`)
  assert.equal(parse(grammar, 'new york'), '$r["New York",{!{a }!},{!{ {b}; }!}]')
  assert.equal(
    parse(grammar, "please New York new york five o'clock DON’T 5 o'clock"),
    '$r["please","New York","New York",{!{a }!},{!{ {b}; }!},$s["five","o\'clock"],"don\'t",{!{c}!},$s["5","o\'clock"]]',
  )
  assert.equal(parse(grammar, 'york'), 'REJECT')
  // A URI of a fragment alone means this document (RFC 2396 section 4.2), private rules included.
  assert.equal(parse(read('$r = a $<#s>; $s = b;'), 'a b'), '$r["a",$s["b"]]')
  assert.equal(parse(read('$r = a $VOID | b $GARBAGE;'), 'a'), 'REJECT')
  assert.equal(parse(read('$r = a $VOID | b $GARBAGE;'), 'b and so on'), '$r["b"]')
})

test('every declaration of the header', () => {
  const text = `#ABNF 1.0 UTF-8;
    base <../other/>; mode voice; tag-format <semantics/1.0-literals>; root $r; language fr-CA;
    lexicon <http://h/l.pls>~<application/pls+xml>; lexicon <l2.pls>;
    meta 'Creator' is "S. O'Williams"; http-equiv "Expires" is '0'; {var x = 1;}; {!{ y }; }!};
    $r = $<city.gram#big>~<application/srgs> | $<http://x/y>;`
  const grammar = readAbnf(text, 'http://h/dir/a.gram', new Map())
  assert.deepEqual(
    [grammar.language, grammar.tagFormat, grammar.root, grammar.headerTags],
    ['fr-CA', 'semantics/1.0-literals', 'r', ['var x = 1;', ' y }; ']],
  )
  assert.equal(grammar.meta?.get('Creator'), "S. O'Williams")
  assert.deepEqual(grammar.rules.get('r')?.expansion, {
    kind: 'alternatives',
    choices: [
      {
        weight: 1,
        expansion: {
          kind: 'rule',
          reference: {
            kind: 'external',
            uri: 'http://h/other/city.gram',
            rule: 'big',
            written: '../other/city.gram#big',
            type: 'application/srgs',
            place: { line: 5, column: 10 },
          },
        },
      },
      {
        weight: 1,
        expansion: {
          kind: 'rule',
          reference: {
            kind: 'external',
            uri: 'http://x/y',
            written: 'http://x/y',
            place: { line: 5, column: 48 },
          },
        },
      },
    ],
  })
  const dtmf = read(
    '$r = 12 "*" pound;',
    '#ABNF 1.0;\r\nmode dtmf;\r\nlanguage en;\r\nroot $r;\r\n',
  )
  assert.deepEqual([dtmf.mode, dtmf.language], ['dtmf', ''])
  assert.equal(parse(dtmf, '12*#'), '$r["1","2","*","#"]')
})

test('keywords are not reserved', () => {
  const grammar = read('public $r = $public mode; private $public = public language | root;')
  assert.equal(parse(grammar, 'public language mode'), '$r[$public["public","language"],"mode"]')
})

test('what breaks the syntax is refused where it breaks', () => {
  const cases: readonly (readonly [text: string, line: number, column: number])[] = [
    ['#ABNF;\n', 1, 6],
    ['#ABNF 2.0;\n', 1, 6],
    ['#ABNF 1.0 UTF-8 x;\n', 1, 16],
    ['#ABNF 1.0; language en;\n', 1, 11],
    ['#ABNF 1.0;\nlanguage 1en;', 2, 10],
    ['#ABNF 1.0;\nlanguage en;\nlanguage fr;', 3, 1],
    ['#ABNF 1.0;\nlanguage en', 2, 12],
    ['#ABNF 1.0;\nspeech en;', 2, 1],
    ['#ABNF 1.0;\nmode both;', 2, 6],
    ['#ABNF 1.0;\n$r = a;', 2, 1],
    ['#ABNF 1.0;\nlanguage en;\nmeta "a" "b";', 3, 10],
    [`${HEADER}$r = a |;`, 4, 9],
    [`${HEADER}$r = (a;`, 4, 8],
    [`${HEADER}$r = [];`, 4, 7],
    [`${HEADER}$r = a b\n$s = c;`, 5, 4],
    [`${HEADER}$r = a*;`, 4, 7],
    [`${HEADER}$r = a <2-1>;`, 4, 8],
    [`${HEADER}$r = a <x>;`, 4, 8],
    [`${HEADER}$r = a <0-1 /1.5/>;`, 4, 13],
    [`${HEADER}$r = /-1/ a;`, 4, 6],
    [`${HEADER}$r = "a;`, 4, 6],
    [`${HEADER}$r = {a;`, 4, 6],
    [`${HEADER}$r = /* a;`, 4, 6],
    [`${HEADER}$r = $s!en; $s = a;`, 4, 8],
    [`${HEADER}$r = a ! en;`, 4, 9],
    [`${HEADER}$r = $a-b;`, 4, 6],
    [`${HEADER}$r = a; $NULL = b;`, 4, 9],
    [`${HEADER}$r = a; $r = b;`, 4, 9],
    [`${HEADER}$r = a; root $r;`, 4, 9],
    [`${HEADER}$r = $ s;`, 4, 6],
    [`${HEADER}$r = $<a b>;`, 4, 7],
    [`${HEADER}$r = so } is;`, 4, 9],
  ]
  for (const [text, line, column] of cases) {
    const { code, line: foundLine, column: foundColumn, message } = fault(text)
    assert.equal(code, 'grammar-syntax', text)
    assert.deepEqual([foundLine, foundColumn], [line, column], `${text}: ${message}`)
  }
  assert.equal(fault(`${HEADER}$r = $s;`).code, 'grammar-undefined-rule')
  assert.equal(fault('#ABNF 1.0;\nlanguage en;\nroot $x;\n$r = a;').line, 3)
  assert.equal(
    fault(`${HEADER}$r = ${'('.repeat(5000)}a${')'.repeat(5000)};`).code,
    'grammar-too-complex',
  )
})

test('encodings: marks, declarations, UTF-16 without a mark, the charset of the server', async () => {
  const text = (encoding: string): string =>
    `#ABNF 1.0${encoding};\nlanguage fr;\nroot $été;\n$été = été;\n`
  const swapped = (bytes: Buffer): Buffer => Buffer.from(bytes).swap16()
  const utf16 = Buffer.from(text(' UTF-16'), 'utf16le')
  const bodies: readonly (readonly [Uint8Array, contentType?: string])[] = [
    [Buffer.from(text(' UTF-8'))],
    [Buffer.from(text(''))],
    [Buffer.from('\ufeff' + text(' UTF-8'))],
    [Buffer.from(text(' ISO-8859-1'), 'latin1')],
    [Buffer.from(text(''), 'latin1')],
    [Buffer.from(text(''), 'latin1'), 'application/srgs; charset=iso-8859-1'],
    [Buffer.concat([Buffer.from([0xff, 0xfe]), utf16])],
    [Buffer.concat([Buffer.from([0xfe, 0xff]), swapped(utf16)])],
    [utf16],
    [swapped(utf16)],
  ]
  for (const [body, contentType = ''] of bodies) {
    const fetch = async (uri: string) => ({ uri, contentType, body })
    const { grammar } = await loadGrammar('http://h/a.gram', { fetch })
    assert.equal(parse(grammar, 'Été'), '$été["été"]')
  }
  const wrong = async (uri: string) => ({
    uri,
    contentType: '',
    body: Buffer.from(text(' UTF-8'), 'latin1'),
  })
  await assert.rejects(loadGrammar('http://h/a.gram', { fetch: wrong }), { code: 'grammar-syntax' })
})

test('grammars of all forms refer to each other, each from its own base', async () => {
  const xml = (base: string, rule: string): string =>
    `<grammar xmlns="http://www.w3.org/2001/06/grammar" version="1.0" xml:lang="en" root="x" ${base}>${rule}</grammar>`
  const files: Readonly<Record<string, string>> = {
    '/a.gram': `${HEADER}$r = a $<sub/b.grxml>;`,
    '/sub/b.grxml': xml('xml:base="deep/"', '<rule id="x">b <ruleref uri="c.gram#c"/></rule>'),
    '/sub/deep/c.gram': `${HEADER}meta "base" is "http://other/j/"; $r = no; public $c = c $<d.jsgf>;`,
    '/j/d.jsgf': '#JSGF V1.0; grammar d; import <e.*>; public <d> = d <e>;',
    '/j/e.jsgf': '#JSGF V1.0; grammar e; public <e> = e | f;',
  }
  const fetch = async (uri: string) => {
    const body = files[new URL(uri).pathname]
    if (body === undefined) throw new Error('404')
    return { uri, contentType: '', body: Buffer.from(body) }
  }
  const { grammar } = await loadGrammar('http://h/a.gram', { fetch })
  assert.equal(
    parse(grammar, 'a b c d f'),
    '$r["a",$<sub/b.grxml>["b",$<deep/c.gram#c>["c",$<http://other/j/d.jsgf>["d",$<http://other/j/e.jsgf#e>["f"]]]]]',
  )
})

test('references across modes, to private rules, to no root, to the wrong type are refused', async () => {
  const target: Readonly<Record<string, string>> = {
    '/voice.gram': `${HEADER}$r = a; $hidden = b;`,
    '/dtmf.gram': '#ABNF 1.0;\nmode dtmf;\nroot $r;\n$r = 1;',
    '/rootless.gram': '#ABNF 1.0;\nlanguage en;\npublic $r = a;',
    '/broken.gram': '#ABNF 1.0;\nlanguage en;\n\n $r = ;',
  }
  const cases: readonly (readonly [reference: string, code: string, place?: string])[] = [
    ['$<dtmf.gram>', 'grammar-mode-mismatch'],
    ['$<builtin:dtmf/digits>', 'grammar-mode-mismatch'],
    ['$<builtin:nonsense>', 'grammar-builtin'],
    ['$<voice.gram#hidden>', 'grammar-undefined-rule'],
    ['$<voice.gram#missing>', 'grammar-undefined-rule'],
    ['$<rootless.gram>', 'grammar-undefined-rule'],
    ['$<voice.gram>~<application/srgs+xml>', 'grammar-media-type'],
    ['$<missing.gram>', 'grammar-fetch'],
    ['$<broken.gram>', 'grammar-syntax', 'http://h/broken.gram:4:7'],
  ]
  for (const [reference, code, place = 'http://h/a.gram:4:8'] of cases) {
    const fetch = async (uri: string) => {
      const { pathname } = new URL(uri)
      const body = pathname === '/a.gram' ? `${HEADER}$r = x ${reference};` : target[pathname]
      if (body === undefined) throw new Error('404')
      return { uri, contentType: '', body: Buffer.from(body) }
    }
    await assert.rejects(loadGrammar('http://h/a.gram', { fetch }), (error) => {
      assert.ok(error instanceof GrammarError)
      assert.equal(error.code, code, reference)
      assert.equal(`${error.uri}:${error.line}:${error.column}`, place, error.message)
      return true
    })
  }
})

test('an ABNF grammar inside a document tells its faults where they stand there', async () => {
  const inline = (text: string): Promise<Grammar> => {
    const { root } = parseXml(`<grammar type="application/srgs">\n  ${text}\n</grammar>`, {
      uri: 'x:y',
    })
    return loadInlineGrammar(root, 'http://h/a.vxml')
  }
  const good = await inline('#ABNF 1.0;\n language en; mode voice; root $r; $r = yes {out = 1};')
  assert.equal(parse(good, 'yes'), '$r["yes",{!{out = 1}!}]')
  await assert.rejects(inline('#ABNF 1.0;\n language en;\n $r = a |;'), { line: 4, column: 10 })
})

test('reading never fails but with an error that has a place', () => {
  const piece = fc.constantFrom(
    ...'$r|$s|=|;|(|)|[|]|<|>|/|1|-|{|}|{!{|}!}|!|en|"|a|b|public|language|root|//|/*|*/|\n| |#|~'.split(
      '|',
    ),
    '|',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      try {
        read(pieces.join(''))
      } catch (error) {
        assert.ok(error instanceof GrammarError, String(error))
        assert.ok(error.line > 0 && error.column > 0, error.message)
      }
    }),
    { numRuns: 500 },
  )
})
