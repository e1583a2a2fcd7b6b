import { mayReach, type Reach } from '../architecture.ts'
import type { SourceFile, SourceTree, Violation } from '../source-tree.ts'
import type { Token } from '../tokens.ts'

const CURES: Readonly<Record<Reach, string>> = {
  'wall clock': 'Take a Clock of #base in the constructor; for due times use the database’s clock.',
  timers: 'Take a Clock of #base and use clock.setTimer or sleep.',
  chance: 'Take a Random of #base in the constructor.',
  environment: 'Read the setting in app/config.ts and hand its value in.',
  sockets: 'Take a port in the constructor; sockets are opened in the edge files only.',
  'http client': 'Take a GuardedFetch of #base: nothing may reach the network past its checks.',
  console: 'Take a Logger of #base; what people read is written by cli.',
}

const MODULES: Readonly<Record<string, Reach>> = {
  'node:dgram': 'sockets',
  'node:net': 'sockets',
  'node:tls': 'sockets',
  'node:https': 'http client',
  'node:http2': 'http client',
  undici: 'http client',
}

/** Of `node:net`: these look at a string and open nothing. */
const PURE_NAMES = new Set(['isIP', 'isIPv4', 'isIPv6', 'BlockList'])

/** Time, chance and the outer world are handed in; only named edge files touch the real ones. */
export function forbiddenGlobals(tree: SourceTree): Violation[] {
  return tree.sources.flatMap((file) =>
    [...usedGlobals(file), ...usedModules(file)]
      .filter(({ reach }) => !mayReach(file.path, reach))
      .map(({ line, what, reach }) => ({
        path: file.path,
        line,
        problem: `uses ${what}: a test or a simulation cannot then set the ${reach}.`,
        cure: `${CURES[reach]} (A new edge file is named in test/tidy/architecture.ts.)`,
      })),
  )
}

interface Use {
  readonly line: number
  readonly what: string
  readonly reach: Reach
}

function usedModules(file: SourceFile): Use[] {
  return file.imports.flatMap(({ specifier, line, typeOnly, names }) => {
    const reach = MODULES[specifier] ?? MODULES[`node:${specifier}`]
    const pure = names.length > 0 && names.every((name) => PURE_NAMES.has(name))
    return reach === undefined || typeOnly || pure ? [] : [{ line, what: specifier, reach }]
  })
}

function usedGlobals(file: SourceFile): Use[] {
  const { tokens } = file.scan
  const bindsFetch = isBound(tokens, 'fetch')
  return tokens.flatMap((token, at) => {
    if (token.kind !== 'word') return []
    const before = tokens[at - 1]?.text
    const isMember = (before === '.' || before === '?.') && tokens[at - 2]?.text !== 'globalThis'
    if (isMember) return []
    const after = tokens.slice(at + 1, at + 4).map(({ text }) => text)
    const use = globalUse(token.text, before, after, bindsFetch)
    return use === undefined ? [] : [{ line: token.line, what: use[0], reach: use[1] }]
  })
}

function globalUse(
  word: string,
  before: string | undefined,
  [next, second, third]: readonly (string | undefined)[],
  bindsFetch: boolean,
): readonly [what: string, reach: Reach] | undefined {
  if (word === 'Date' && next === '.' && second === 'now') return ['Date.now', 'wall clock']
  if (word === 'Date' && before === 'new' && (next !== '(' || second === ')')) {
    return ['new Date()', 'wall clock']
  }
  if (word === 'Temporal' && next === '.' && second === 'Now') return ['Temporal.Now', 'wall clock']
  if (word === 'Math' && next === '.' && second === 'random') return ['Math.random', 'chance']
  if ((word === 'setTimeout' || word === 'setInterval') && next === '(') return [word, 'timers']
  if (word === 'process' && next === '.' && second === 'env') return ['process.env', 'environment']
  if (word === 'process' && next === '[' && second === 'env' && third === ']') {
    return ['process.env', 'environment']
  }
  if (word === 'console' && next === '.') return ['console', 'console']
  // `fetch(request: …` declares a method
  const callsFetch = word === 'fetch' && next === '(' && third !== ':' && !bindsFetch
  if (callsFetch && before !== 'function' && before !== 'async') return ['fetch', 'http client']
  return undefined
}

/** Whether the file has a thing of its own by this name: a parameter, a property, an import. */
function isBound(tokens: readonly Token[], name: string): boolean {
  return tokens.some(
    ({ kind, text }, at) =>
      kind === 'word' &&
      text === name &&
      tokens[at - 1]?.text !== '.' &&
      (/^[,}:=]$/.test(tokens[at + 1]?.text ?? '') || tokens[at - 1]?.text === 'function'),
  )
}
