import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { tryGrammar } from './grammar-tool.ts'

const folder = mkdtempSync(join(tmpdir(), 'grammar-tool-'))
after(() => rmSync(folder, { recursive: true }))

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const HEADER = '#ABNF 1.0;\nlanguage en;\ntag-format <semantics/1.0>;\nroot $r;\n'

test('a grammar file is matched with the files that it refers to', async () => {
  file('city.gram', `${HEADER}$r = boston {out = "BOS"};\n`)
  const path = file('fly.gram', `${HEADER}$r = fly to $<city.gram> {out.to = rules.r} [please];\n`)
  assert.deepEqual(await tryGrammar(path, { input: 'Fly to Boston', rules: [] }), {
    match: 'match-may-grow',
    parse: '$r["fly","to",$<city.gram>["boston",{!{out = "BOS"}!}],{!{out.to = rules.r}!}]',
    interpretation: { to: 'BOS' },
  })
  assert.deepEqual(await tryGrammar(path, { input: 'fly', rules: [] }), { match: 'reject' })
})

test('keys may be given with and without blanks; rules by name, more than one', async () => {
  const path = file('pin.gram', '#ABNF 1.0;\nmode dtmf;\nroot $r;\n$r = 1 <3> "#";\n$s = star 9;\n')
  const parse = '$r["1","1","1","#"]'
  for (const input of ['111#', '1 1 1 #', '1 11 pound']) {
    assert.deepEqual(await tryGrammar(path, { input, rules: [] }), {
      match: 'match',
      parse,
      interpretation: '111#',
    })
  }
  const other = await tryGrammar(path, { input: '*9', rules: ['r', 's'] })
  assert.ok('parse' in other && other.parse === '$s["*","9"]')
})

test('a grammar that cannot be loaded is an error with its place', async () => {
  const path = file('wrong.gram', `${HEADER}$r = a |;\n`)
  const answer = await tryGrammar(path, { input: 'a', rules: [] })
  assert.deepEqual(answer, {
    error: {
      code: 'grammar-syntax',
      message: 'An expansion is missing before ";" (line 5, column 9).',
      uri: pathToFileURL(path).href,
      line: 5,
      column: 9,
    },
  })
  const missing = await tryGrammar(join(folder, 'no.gram'), { input: 'a', rules: [] })
  assert.ok('error' in missing && missing.error.code === 'grammar-fetch')
})

test('a tag that fails does not undo the match', async () => {
  const path = file('tag.gram', `${HEADER}$r = a {out = nothing.x};\n`)
  const answer = await tryGrammar(path, { input: 'a', rules: [] })
  assert.ok('interpretationError' in answer && answer.match === 'match')
  assert.equal(answer.interpretation, null)
  assert.equal(answer.interpretationError?.code, 'script-failed')
})

test('the interpretation as XML, where it is asked for', async () => {
  const path = file(
    'xml.gram',
    `${HEADER}$r = a {!{out.drink = {liquid: "coke"}; out.n = [1, 2]}!};\n`,
  )
  const answer = await tryGrammar(path, { input: 'a', rules: [], xml: true })
  assert.ok('xml' in answer)
  const items = '<item index="0">1</item><item index="1">2</item>'
  assert.equal(answer.xml, `<drink><liquid>coke</liquid></drink><n length="2">${items}</n>`)
  assert.equal('xml' in (await tryGrammar(path, { input: 'a', rules: [] })), false)
})

test('builtin types are grammars too, and a rule may be named as ABNF does', async () => {
  const digits = await tryGrammar('builtin:dtmf/digits?length=4', { input: '12 34', rules: [] })
  assert.ok('interpretation' in digits)
  assert.equal(digits.interpretation, '1234')
  const unknown = await tryGrammar('builtin:grammar/colour', { input: 'red', rules: [] })
  assert.ok('error' in unknown)
  assert.deepEqual([unknown.error.code, unknown.error.line], ['grammar-builtin', 1])
  const path = file('rules.gram', `${HEADER}$r = a; $s = b;\n`)
  const named = await tryGrammar(path, { input: 'b', rules: ['$s'] })
  assert.ok('parse' in named)
  assert.equal(named.parse, '$s["b"]')
})
