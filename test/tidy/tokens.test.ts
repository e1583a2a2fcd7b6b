import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { scan } from './tokens.ts'

const texts = (source: string, kind?: string): string[] =>
  scan(source)
    .tokens.filter((token) => kind === undefined || token.kind === kind)
    .map(({ text }) => text)

describe('scanner', () => {
  it('tells comments, strings and words apart', () => {
    const { tokens, comments } = scan(`a // b 'c\n/* d\n " */ 'e // f' "g /* h"`)
    assert.deepEqual(
      tokens.map(({ kind, text, line }) => [kind, text, line]),
      [
        ['word', 'a', 1],
        ['string', 'e // f', 3],
        ['string', 'g /* h', 3],
      ],
    )
    assert.deepEqual(
      comments.map(({ line }) => line),
      [1, 2],
    )
  })

  it('goes into substitutions of templates, nested ones too', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the program to be scanned
    const source = 'x`a ${ b + `c ${ { d: "}" }.d } e` } f` + g'
    assert.deepEqual(texts(source, 'template'), ['a ', 'c ', ' e', ' f'])
    assert.deepEqual(texts(source, 'word'), ['x', 'b', 'd', 'd', 'g'])
  })

  it('knows a division from a regular expression', () => {
    assert.deepEqual(texts("a / b / c; (d) / 2 / 'e'", 'regex'), [])
    assert.deepEqual(texts('f(/[\'"`//]/g, x) || /a\\/b/.test(y)', 'regex'), [
      '/[\'"`//]/g',
      '/a\\/b/',
    ])
    assert.deepEqual(texts('return /x/', 'regex'), ['/x/'])
  })

  it('counts lines through everything', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the program to be scanned
    const last = scan("`a\n${1}\n` /*\n*/ 'b\\\nc'\nend").tokens.at(-1)
    assert.deepEqual([last?.text, last?.line], ['end', 6])
  })

  it('reads every program of this folder to its end', () => {
    const { tokens } = scan("#!/usr/bin/env node\nconst a = 1_000n, b = #c in d, e = a?.b ?? '\\''")
    assert.equal(tokens.at(-1)?.text, "\\'")
  })
})
