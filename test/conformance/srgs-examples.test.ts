import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatParse, GrammarError, loadGrammar, matchTokens } from '#grammar'
import { printedBlocks, skipWithoutSpecs as skip } from './srgs-printed-blocks.ts'

// What the Speech Recognition Grammar Specification 1.0 prints, read where it lies. `blocks[n]` is the
// n-th thing that it prints as code.

const blocks = printedBlocks('REC-speech-grammar-20040316')

const ABNF = '#ABNF 1.0;\nlanguage en;\n'
const OPEN = '\npublic $open = x;\n'
const XML =
  '<grammar xmlns="http://www.w3.org/2001/06/grammar" version="1.0" xml:lang="en" root="start">'
const NAMES = [
  'city',
  'state',
  'digit',
  'action',
  'object',
  'color',
  'topping',
  'otherNames',
  'close',
]

const ELSEWHERE: Readonly<Record<string, string>> = {
  'http://grammar.example.com/politeness.gram': `${ABNF}public $startPolite = please | kindly; public $endPolite = please | thanks;`,
  'http://grammar.example.com/politeness.grxml': `${XML}<rule id="startPolite" scope="public">please</rule><rule id="endPolite" scope="public">thanks</rule><rule id="start">x</rule></grammar>`,
  'http://www.example.com/places.gram': `${ABNF}root $city; public $city = Boston; public $state = Florida;`,
  'http://www.example.com/places.grxml': `${XML}<rule id="start" scope="public">Boston</rule><rule id="city" scope="public">Boston</rule><rule id="state" scope="public">Florida</rule></grammar>`,
}

/** The logical parse structure of `input`, or `REJECT`. */
async function parse(text: string, input: string, rule?: string): Promise<string> {
  const files = new Map([['http://h/grammar', text], ...Object.entries(ELSEWHERE)])
  const body = text.replace('ISO-8859-1', 'UTF-8')
  const loaded = await loadGrammar('http://h/grammar', {
    fetch: async (uri) => {
      const found = uri === 'http://h/grammar' ? body : (files.get(uri) ?? '')
      return { uri, contentType: '', body: Buffer.from(found) }
    },
  })
  const { grammar } = loaded
  const start = rule ?? loaded.rule ?? grammar.root ?? ''
  const words = input.split(' ').filter((word) => word !== '')
  const [best] = matchTokens([{ grammar, rule: start }], words).parses
  return best === undefined ? 'REJECT' : formatParse(best.tree)
}

type Whole = readonly [block: number, rule: string | undefined, input: string, parse: string]

const WHOLE: readonly Whole[] = [
  [
    32,
    'request',
    'may I speak with André Roy',
    '$request["may","I","speak","with",$people1["André","Roy"]]',
  ],
  [79, undefined, 'public public', '$public["public",$public["public"]]'],
  [82, 'pin', '1 2 3 4 #', '$pin[$digit["1"],$digit["2"],$digit["3"],$digit["4"],"#"]'],
  [82, 'pin', '* 9', '$pin["*","9"]'],
  [83, 'pin', '1 2 3 4 #', '$pin[$digit["1"],$digit["2"],$digit["3"],$digit["4"],"#"]'],
  [
    84,
    undefined,
    'please move the window thanks',
    '$basicCmd[$<http://grammar.example.com/politeness.gram#startPolite>["please"],$command[$action["move",{!{TAG-CONTENT-4}!}],$object["the","window"]],$<http://grammar.example.com/politeness.gram#endPolite>["thanks"]]',
  ],
  [
    85,
    undefined,
    'please open a file thanks',
    '$basicCmd[$<http://grammar.example.com/politeness.grxml#startPolite>["please"],$command[$action["open",{!{TAG-CONTENT-1}!}],$object["a","file"]],$<http://grammar.example.com/politeness.grxml#endPolite>["thanks"]]',
  ],
  [86, undefined, 'Boston Florida', '$city_state[$city["Boston"],$state["Florida"]]'],
  [
    87,
    'wet',
    'I want to swim to Boston',
    '$wet["I","want","to","swim","to",$<http://www.example.com/places.gram>["Boston"]]',
  ],
  [88, undefined, 'Fargo North Dakota', '$city_state[$city["Fargo"],$state["North","Dakota"]]'],
  [
    89,
    'exercise',
    'I want to walk to Florida',
    '$exercise["I","want","to","walk","to",$<http://www.example.com/places.grxml#state>["Florida"]]',
  ],
  [90, undefined, '예', '$yes_no_ko["예"]'],
  [91, undefined, '아니오', '$yes_no_ko["아니오"]'],
  [93, undefined, '四', '$main[$digits1_9["四"]]'],
  [94, undefined, '四', '$main[$digits1_9["四"]]'],
  [95, undefined, '九', '$main[$digits1_9["九"]]'],
  [96, undefined, 'ja det är rätt', '$main[$yes_rule["ja",$yes_emphasis["det","är","rätt"]]]'],
]

for (const [block, rule, input, wanted] of WHOLE) {
  test(`SRGS, block ${block}: ${input}`, { skip }, async () => {
    assert.equal(await parse(blocks[block] ?? '', input, rule), wanted)
  })
}

test('SRGS: what it prints and breaks its own rules is refused', { skip }, async () => {
  for (const [block, message] of [
    [31, /"\|" begins no rule/], // `Jose!en-US; | Jose!es-MX;` in section 2.7
    [92, /root rule main is not defined/],
    [70, /version is not 1\.0/],
    [72, /needs a language/],
  ] as const) {
    await assert.rejects(parse(blocks[block] ?? '', 'x'), (error) => {
      assert.ok(error instanceof GrammarError)
      assert.match(error.message, message)
      return true
    })
  }
})

test('SRGS 4.1: the printed headers', { skip }, async () => {
  assert.equal(await parse(`${blocks[42]}\n$myRule = a;`, 'a'), '$myRule["a"]')
  assert.equal(await parse(`${blocks[43]}\n$QuebecCities = a;`, 'a'), '$QuebecCities["a"]')
  const rule = '<rule id="myRule">a</rule></grammar>'
  assert.equal(await parse(`${blocks[44]}${rule}`, 'a'), '$myRule["a"]')
  const tagged = (blocks[75] ?? '').replace('#ABNF V1.0', '#ABNF 1.0').replace('. . .', 'a')
  assert.equal(await parse(tagged.replace('...', OPEN).trim(), 'a', 'rule'), '$rule["a"]')
})

/** Each line or rule of a fragment, as the body of a rule or as it is. */
function fragments(block: string): string[] {
  const text = block.replaceAll(/\/\/.*$/gm, '').replaceAll(/\/\*[\s\S]*?\*\//g, '')
  const isRule = /^\s*(?:public\s+|private\s+)?\$\w+\s*=/.test(text)
  return text
    .split(isRule ? /(?<=;)\s*\n/ : '\n')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => (isRule ? part : `$start = ${part};`))
}

const stubs = (text: string): string =>
  NAMES.filter((name) => !text.includes(`$${name} =`))
    .map((name) => `$${name} = ${name};`)
    .join('\n')

test('SRGS 2.3 to 3.3: the fragments of the ABNF form', { skip }, async () => {
  let count = 0
  for (const block of [7, 11, 12, 15, 16, 17, 19, 23, 24, 27, 29, 34, 38, 40]) {
    for (const fragment of fragments(blocks[block] ?? '')) {
      const rule = /\$(\w+)/.exec(fragment)?.[1] ?? ''
      await assert.doesNotReject(
        parse(ABNF + fragment + OPEN + stubs(fragment), 'a', rule),
        fragment,
      )
      count += 1
    }
  }
  assert.equal(count, 36)
})

test('SRGS 2.4 and 3.1: what it calls illegal is refused', { skip }, async () => {
  for (const fragment of [...fragments(blocks[18] ?? ''), '$rule = ;']) {
    await assert.rejects(parse(ABNF + fragment, 'a'), { code: 'grammar-syntax' }, fragment)
  }
  for (const rule of [
    '<rule id="start"/>',
    '<rule id="start"></rule>',
    '<rule id="start">  </rule>',
  ]) {
    await assert.rejects(parse(`${XML}${rule}</grammar>`, 'a'), { code: 'grammar-syntax' }, rule)
  }
})

test('SRGS 2.3 to 3.3: the fragments of the XML form', { skip }, async () => {
  for (const block of [8, 13, 14, 20, 21, 22, 25, 26, 28, 30, 36, 39, 41]) {
    const text = (blocks[block] ?? '').replaceAll('<-- ', '<!-- ')
    const rules = /<rule /.test(text) ? text : `<rule id="whole">${text}</rule>`
    const missing = NAMES.filter((name) => !rules.includes(`id="${name}"`))
    const others = ['start', ...missing].map((id) => `<rule id="${id}">a</rule>`).join('')
    await assert.doesNotReject(parse(`${XML}${rules}${others}</grammar>`, 'a'), `block ${block}`)
  }
  // Three rules of one name, each legal.
  for (const rule of (blocks[37] ?? '').split('ILLEGAL')[0]?.match(/<rule .*?<\/rule>/g) ?? []) {
    const whole = `${XML}${rule}<rule id="start">a</rule></grammar>`
    await assert.doesNotReject(parse(whole, 'a'), rule)
  }
})
