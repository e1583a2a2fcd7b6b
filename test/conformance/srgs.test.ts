import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { formatParse, type Grammar, loadGrammar, matchTokens } from '#grammar'
import { casesOf, fetchCase, SITE } from './srgs-cases.ts'

/**
 * The grammars of the W3C's SRGS 1.0 Implementation Report, in both forms: each says in `meta`
 * declarations which input it takes and what its logical parse structure (appendix H) is. What is
 * known to differ stands in `expected-srgs.json` with its reason; a surprising pass fails too.
 */
const folder = new URL('../../../shared/conformance/srgs/', import.meta.url)
const skip = existsSync(folder) ? false : 'the conformance material is not on this machine'
const known: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(new URL('expected-srgs.json', import.meta.url), 'utf8'),
)

for (const suffix of ['.grxml', '.gram']) {
  test(`the ${suffix} grammars of the SRGS implementation report`, { skip }, async (t) => {
    const files = readdirSync(folder).filter((name) => name.endsWith(suffix))
    for (const name of files) {
      await t.test(name, async () => {
        const fault = await faultOf(name)
        const expected = known[name]
        if (expected === undefined) assert.equal(fault, undefined)
        else assert.notEqual(fault, undefined, `passes now; it was expected to fail: ${expected}`)
      })
    }
  })
}

async function faultOf(name: string): Promise<string | undefined> {
  const cases = casesOf(name, readFileSync(new URL(name, folder)))
  let grammar: Grammar
  let rule: string | undefined
  try {
    const loaded = await loadGrammar(SITE + name, { fetch: async (uri) => fetchCase(folder, uri) })
    grammar = loaded.grammar
    rule = loaded.rule ?? grammar.root
  } catch (error) {
    // A grammar that must not be accepted may be refused while it is read.
    return cases.every(({ output }) => output === 'REJECT') ? undefined : String(error)
  }
  const rules = [...(rule === undefined ? [] : [rule]), ...parallelRules(grammar)]
  const active = rules.map((each) => ({ grammar, rule: each }))
  for (const { input, output } of cases) {
    const { parses } = matchTokens(active, input.split(/\s+/).filter(Boolean))
    const [best] = parses
    if (output === 'REJECT' && best !== undefined) return `takes ${JSON.stringify(input)}`
    if (output === 'REJECT') continue
    const found = best === undefined ? 'REJECT' : formatParse(best.tree)
    if (!sameStructure(readStructure(output), readStructure(found))) {
      return `${JSON.stringify(input)}: wanted ${output}, got ${found}`
    }
  }
  return undefined
}

/** Only conformance-3 and -4 activate a rule beside the root, and it is public. */
function parallelRules(grammar: Grammar): string[] {
  const isParallel = /conformance-[34]\./.test(grammar.uri)
  return isParallel ? [...grammar.rules.keys()].filter((name) => name === 'parallel') : []
}

type Structure = string | { readonly tag: string } | RuleStructure

interface RuleStructure {
  readonly rule: string
  readonly children: readonly Structure[]
}

/** `$rule["token",{!{tag}!},$<uri#rule>[…]]` */
function readStructure(text: string): Structure {
  const token = /\$(<[^>]*>|[^[\s,]+)\s*(\[)|"([^"]*)"|\{!\{([\s\S]*?)\}!\}|\{([^}]*)\}|(\])/g
  const top: Structure[] = []
  const open: { rule: string; children: Structure[] }[] = []
  for (const match of text.matchAll(token)) {
    const [, name, bracket, word, longTag, tag, end] = match
    const into = open.at(-1)?.children ?? top
    if (bracket !== undefined) {
      const rule = { rule: name ?? '', children: [] }
      into.push(rule)
      open.push(rule)
    } else if (word !== undefined) into.push(word)
    else if (end === undefined) into.push({ tag: longTag ?? tag ?? '' })
    else open.pop()
  }
  return top[0] ?? text
}

function sameStructure(wanted: Structure, found: Structure | undefined): boolean {
  if (typeof wanted === 'string' || typeof found !== 'object') return wanted === found
  if ('tag' in wanted) return 'tag' in found && wanted.tag === found.tag
  if ('tag' in found || wanted.rule !== found.rule) return false
  const { children } = found
  return (
    wanted.children.length === children.length &&
    wanted.children.every((item, index) => sameStructure(item, children[index]))
  )
}
