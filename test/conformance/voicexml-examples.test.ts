import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { checkDocument } from '#vxml'
import { type Conversation, converse } from '../scenarios/scripted-caller.ts'

// The whole documents that the Recommendations show, read where they lie.
const SPECS = new URL('../../../shared/specs/w3c/', import.meta.url)
const skip = existsSync(SPECS) ? false : 'specs/w3c is not beside this checkout'

for (const [name, count] of [
  ['REC-voicexml20-20040316', 56],
  ['REC-voicexml21-20070619', 9],
] as const) {
  test(`every document of ${name} is read without an error`, { skip }, () => {
    const examples = wholeDocuments(readFileSync(new URL(`${name}/index.html`, SPECS), 'latin1'))
    assert.equal(examples.length, count)
    for (const example of examples) {
      const source = { uri: 'http://app.example/', contentType: 'application/voicexml+xml' }
      const faults = checkDocument(new TextEncoder().encode(example), source)
      const errors = faults.filter(({ severity }) => severity === 'error')
      assert.deepEqual(errors, [], example)
    }
  })
}

for (const name of ['REC-voicexml20-20040316', 'REC-voicexml21-20070619']) {
  test(`every document of ${name} runs to an end of its own`, { skip }, async () => {
    const examples = wholeDocuments(readFileSync(new URL(`${name}/index.html`, SPECS), 'latin1'))
    for (const example of examples) {
      const { end } = await run(example)
      // What it refers to is not there: that is its end, and an event that says so.
      const { event = '' } = end.fault ?? {}
      assert.match(event, /^(|error\.(badfetch|semantic|unsupported|connection)\b.*)$/, example)
      assert.ok(['exit', 'error', 'hangup', 'disconnect'].includes(end.reason), example)
    }
  })
}

const HEARD: readonly (readonly [section: string, opening: string, heard: readonly string[]])[] = [
  ['2.0 1.5.1', 'goto next="#say_goodbye"', ['Hello World!', 'Goodbye!']],
  ['2.0 1.5.1', '<value expr="hi"/> Goodbye!', ['Hello World! Goodbye!']],
  [
    '2.0 2.2.4',
    '<value expr="_prompt"/>, press',
    ['Welcome home. For sports, press 1. For weather,'],
  ],
  [
    '2.0 4.1.6',
    'Welcome to the ice cream survey.',
    ['Welcome to the ice cream survey.', 'What is'],
  ],
  [
    '2.0 2.3.6',
    'Riley is not available',
    ['Riley is not available to take your call.', 'Record a'],
  ],
]

for (const [section, opening, heard] of HEARD) {
  test(`the example of ${section} that has ${opening} says what the text shows`, {
    skip,
  }, async () => {
    const page = readFileSync(new URL('REC-voicexml20-20040316/index.html', SPECS), 'latin1')
    const example = wholeDocuments(page).find((text) => text.includes(opening)) ?? ''
    const said = (await run(example)).heard.slice(0, heard.length)
    assert.equal(said.length, heard.length, example)
    for (const [index, words] of heard.entries())
      assert.ok(said[index]?.startsWith(words), said[index] ?? '')
  })
}

async function run(example: string): Promise<Conversation> {
  return await converse({
    documents: { 'start.vxml': { body: example, contentType: 'application/voicexml+xml' } },
    limits: { callSeconds: 600 },
    hangUpAtMs: 120_000,
  })
}

test('every <speak> document of SSML 1.0 is heard as the content of a prompt', {
  skip,
}, async () => {
  const page = readFileSync(new URL('REC-speech-synthesis-20040907/index.html', SPECS), 'latin1')
  const examples = blocksOf(page).flatMap((text) => {
    const [, content] = /<speak\b[^>]*>([\s\S]*)<\/speak>/.exec(text) ?? []
    return content === undefined ? [] : [content]
  })
  assert.ok(examples.length >= 20, `only ${examples.length} examples`)
  for (const content of examples) {
    const body = `<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml"
      xmlns:rdf="urn:rdf" xmlns:rdfs="urn:rdfs" xmlns:dc="urn:dc"><form><block><prompt>${content}</prompt>
      </block></form></vxml>`
    const { end, prompts } = await converse({ documents: { 'start.vxml': body } })
    const words = content.replace(/<metadata>[\s\S]*<\/metadata>|<[^>]*>/g, '')
    assert.deepEqual(end, { reason: 'exit' }, content)
    assert.equal(prompts.length, /\w/.test(words) ? 1 : prompts.length, content)
  }
})

function wholeDocuments(page: string): string[] {
  return blocksOf(page).flatMap((text) => {
    const start = text.search(/<\?xml|<vxml/)
    const end = text.lastIndexOf('</vxml>')
    const whole = start >= 0 && end >= 0 && text.includes('<vxml')
    return whole ? [text.slice(start, end + '</vxml>'.length)] : []
  })
}

function blocksOf(page: string): string[] {
  return page
    .replace(/<(?!\/?pre)[^>]*>/g, '')
    .split(/<pre[^>]*>/)
    .slice(1)
    .map((part) => plainText(part.split('</pre>')[0] ?? ''))
}

function plainText(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&amp;', '&')
}
