import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import {
  type Conversation,
  converse,
  HOST,
  type Move,
  type Script,
} from '../scenarios/scripted-caller.ts'
import { rewriteConformance } from './voicexml-rewrite.ts'

// The W3C's Implementation Report tests of VoiceXML 2.0 and 2.1, read where they lie.
const SUITE = new URL('../../../shared/conformance/voicexml/', import.meta.url)
const skip = existsSync(SUITE) ? false : 'conformance/voicexml is not beside this checkout'

interface Case {
  readonly suite: string
  readonly id: number
  readonly start: string
  readonly transfer?: string
  readonly manual?: boolean
  readonly broken?: string
}

/** Cases that do not pass, each with its reason; one that passes all the same is a failure too. */
const expected: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(new URL('voicexml-expected.json', import.meta.url), 'utf8'),
)

const cases: Case[] = skip ? [] : JSON.parse(readFileSync(new URL('manifest.json', SUITE), 'utf8'))

if (skip) test('VoiceXML conformance', { skip }, () => undefined)

for (const entry of cases) {
  const name = `${entry.suite} assertion ${entry.id}`
  test(name, { skip: entry.broken ?? false }, async () => {
    const problem = await run(entry).catch((thrown: unknown) => String(thrown))
    const known = expected[`${entry.suite}/${entry.id}`]
    if (known === undefined) assert.equal(problem, undefined)
    else assert.notEqual(problem, undefined, `passes, against what is recorded: ${known}`)
  })
}

/** What is wrong; undefined where the case passes. */
async function run(entry: Case): Promise<string | undefined> {
  const conversation = await converse(scriptOf(entry))
  const words = conversation.said.map((text) => text.toLowerCase())
  const reason = MANUAL[entry.id]?.(conversation, words) ?? automatic(entry, conversation, words)
  return reason === '' ? undefined : `${reason} ${summary(conversation)}`
}

function automatic(entry: Case, { end }: Conversation, words: readonly string[]): string {
  if (entry.manual === true) return 'no verdict is written for this manual case'
  if (words.some((text) => /\bfail\b/.test(text))) return 'it says fail'
  if (!words.some((text) => /\bpass\b/.test(text))) return 'it does not say pass'
  return end.reason === 'exit' ? '' : `it ends by ${end.reason}`
}

type Verdict = (conversation: Conversation, words: readonly string[]) => string

const quietExit: Verdict = ({ end }, words) =>
  end.reason === 'exit' && !words.some((text) => text.includes('fail'))
    ? ''
    : 'it does not just exit'

const inOrder: Verdict = (_, words) =>
  /alpha.*bravo.*charlie.*delta/s.test(words.join(' ')) ? '' : 'the choices are not listed in order'

const plays =
  (name: string): Verdict =>
  (_, words) =>
    words.some((text) => text.includes(name)) ? '' : `${name} is not played`

/** README of the suite: cases that have no verdict of their own. */
const MANUAL: Readonly<Record<number, Verdict>> = {
  113: quietExit,
  165: quietExit,
  1162: quietExit,
  216: inOrder,
  217: inOrder,
  218: inOrder,
  219: inOrder,
  369: plays('369.wav'),
  371: plays('371.wav'),
  185: ({ fetches }) =>
    fetches.some(({ uri }) => uri.includes('assert185-b')) ? '' : 'it does not come to its submit',
}

function scriptOf(entry: Case): Script {
  const folder = new URL(`${entry.suite}/`, SUITE)
  const documents: Record<string, string | { body: Uint8Array | string; contentType: string }> = {
    [entry.start]: serve(folder, entry.start),
  }
  for (const file of readdirSync(folder)) {
    documents[file] = serve(folder, file)
    documents[file.replace(/\.txml$/, '.vxml')] = documents[file]
  }
  const transfer = entry.transfer === 'utterance' ? 'until-stopped' : entry.transfer
  return {
    documents,
    provoke: provoked,
    ...(transfer === undefined ? {} : { transfers: [farEnd(transfer)] }),
    ...(entry.transfer === 'utterance' ? { moves: [{ say: 'chicago' }] } : {}),
    limits: { idleSteps: 2000, callSeconds: 3600 },
  }
}

function serve(folder: URL, file: string): { body: Uint8Array | string; contentType: string } {
  const bytes = readFileSync(new URL(file, folder))
  if (!file.endsWith('.txml')) return { body: bytes, contentType: '' }
  const text = bytes.toString('utf8').replaceAll('http://localhost/vxml/', `${HOST}/`)
  return { body: rewriteConformance(text), contentType: 'application/voicexml+xml' }
}

/** What the rewritten prompts ask of the caller. */
function provoked(words: string): Move | undefined {
  // Cases 523 and 525 ask in words of their own.
  const city = /Say (London|New York)/.exec(words)?.[1]
  if (city !== undefined) return { say: city.toLowerCase() }
  const asked = /now (say|press|be silent|hang up)(?: "([^"]*)")?/.exec(words)
  if (asked === null) return undefined
  const [, what, value = ''] = asked
  if (what === 'say') return { say: value }
  if (what === 'press') return { keys: value }
  return what === 'hang up' ? 'hangup' : 'silence'
}

function farEnd(named: string): NonNullable<Script['transfers']>[number] {
  if (named === 'success') return 'transferred'
  // The caller hangs up during the transfer.
  if (named === 'near_end_disconnect') return 'hangup'
  return named as NonNullable<Script['transfers']>[number]
}

function summary({ said, events, logs, end }: Conversation): string {
  return JSON.stringify({ said, events, logs, end }, undefined, 1)
}
