import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { silentLogger, VirtualClock } from '#base'
import { createScriptEngine } from '#script'
import { PLATFORM_PROPERTIES, PROPERTY_NAMES } from '../dialog/properties.ts'
import { declareSessionVariables } from '../dialog/session-variables.ts'
import { DEFAULT_CATCHES } from '../events/default-catches.ts'
import { PLATFORM_EVENTS } from '../events/platform-event.ts'
import { DEFAULT_LIMITS } from '../limits.ts'
import { ELEMENT_RULES } from './element-rules.ts'

// docs/reference/voicexml.md says what is supported; here it is held against the code, both ways.
const ROOT = new URL('../../../', import.meta.url)
const PAGE = readFileSync(new URL('docs/reference/voicexml.md', ROOT), 'utf8')

/** The cells of the first table under a heading, without its head. */
function table(heading: string): string[][] {
  const section = PAGE.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  const rows = section.split('\n').filter((line) => line.startsWith('|'))
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

const bare = (cell: string | undefined): string => (cell ?? '').replaceAll('`', '')

test('every element, its section and its attributes', () => {
  const listed = table('Elements').map(([element, section, attributes]) => {
    assert.match(section ?? '', /^(2\.1 §|SSML )?\d/, element ?? '')
    return [bare(element).slice(1, -1), bare(attributes)]
  })
  const known = [...ELEMENT_RULES].map(([name, rule]) => [
    name,
    [...rule.attributes].sort().join(' '),
  ])
  assert.deepEqual(listed, known)
})

test('every property that has a default, with it', () => {
  const listed = table('Properties').flatMap(([name, value]) =>
    value === '' ? [] : [[bare(name), bare(value)]],
  )
  assert.deepEqual(listed.sort(), [...PLATFORM_PROPERTIES].sort())
})

test('every property that the interpreter asks for, and no others', () => {
  const asked = sources().flatMap((code) =>
    [...code.matchAll(/properties\s*\.(?:get|timeMs|flag|fraction|count)\(\s*'(\w+)'/g)].map(
      ([, name = '']) => name,
    ),
  )
  const kinds = ['audio', 'document', 'grammar', 'script', 'data', 'object']
  const byKind = kinds.flatMap((kind) =>
    ['fetchhint', 'maxage', 'maxstale'].map((what) => kind + what),
  )
  const listed = table('Properties').map(([name]) => bare(name))
  assert.deepEqual(listed.sort(), [...new Set([...asked, ...byKind])].sort())
  assert.deepEqual(listed, [...PROPERTY_NAMES].sort())
})

test('every event that is thrown, and no others', () => {
  const thrown = sources().flatMap((code) =>
    [...code.matchAll(/['`]((?:error|connection)\.[a-z.-]+\.?[a-z.-]*)(?:['`]|\$\{)/g)].map(
      ([, name = '']) => name,
    ),
  )
  // Those that end a session are told beside the limits; `error.internal` is a fault of our own.
  const untold =
    /^error\.(limit|internal|semantic\.|connection$|unsupported$)|^connection\.disconnect$/
  const plain = DEFAULT_CATCHES.flatMap(({ events }) => events).filter(
    (name) => !name.includes('.') && !['', 'error'].includes(name),
  )
  const told = thrown.filter((name) => !untold.test(name))
  const expected = new Set([...told, ...plain, ...PLATFORM_EVENTS])
  const listed = table('Events').map(([name]) => bare(name))
  assert.deepEqual(listed.sort(), [...expected].sort())
})

test('every session variable', async () => {
  const engine = await createScriptEngine({ clock: new VirtualClock(), log: silentLogger })
  const scripts = await engine.createContext()
  const text = { sessionId: 's', remoteUri: 'r', localUri: 'l', ani: 'a', dnis: 'd' }
  const queued = { callId: 1, messageReference: 'm', callParameters: 'c', campaignParameters: 'p' }
  declareSessionVariables(scripts, { ...text, ...queued, calleeType: 't', aai: 'a', columns: {} })
  const listed = table('Session variables').map(([name]) => bare(name))
  for (const name of listed) {
    assert.ok(scripts.evaluateToBoolean(`${name} !== undefined`), name)
  }
  for (const object of ['session', 'session.connection', 'session.telephone']) {
    for (const member of scripts.evaluate(`Object.keys(${object})`) as string[]) {
      assert.ok(
        listed.some((name) => name.startsWith(`${object}.${member}`)),
        member,
      )
    }
  }
  scripts.dispose()
})

test('every limit, with its default', () => {
  const listed = table('Limits').map(([name, value]) => [bare(name), Number(value)])
  assert.deepEqual(listed, Object.entries(DEFAULT_LIMITS))
})

function sources(): string[] {
  const folder = new URL('src/vxml/', ROOT).pathname
  return globSync(`${folder}**/*.ts`)
    .filter((file) => !file.endsWith('.test.ts'))
    .map((file) => readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, ''))
}
