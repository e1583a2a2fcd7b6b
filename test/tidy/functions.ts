import type { Token } from './tokens.ts'

export interface FunctionSpan {
  readonly name: string
  readonly firstLine: number
  readonly lastLine: number
}

/** Words before `(` that are followed by a block which is no function. */
const CONTROL = new Set(['if', 'for', 'while', 'switch', 'catch', 'with', 'await', 'return'])
/** After these a `{` belongs to a type, not to a body. */
const BEFORE_TYPE = new Set([
  ':',
  '|',
  '&',
  '=>',
  '<',
  ',',
  '(',
  '[',
  '?',
  'is',
  'extends',
  'readonly',
  'keyof',
])

/** Functions, methods and arrow functions with a body in braces, by matching brackets. */
export function findFunctions(tokens: readonly Token[]): FunctionSpan[] {
  const partner = matchBrackets(tokens)
  const found: FunctionSpan[] = []
  const add = (name: string, start: number, open: number): void => {
    const end = tokens[partner.get(open) ?? open]
    const firstLine = tokens[start]?.line ?? 0
    found.push({ name, firstLine, lastLine: end?.line ?? firstLine })
  }
  tokens.forEach((token, at) => {
    if (token.kind !== 'mark') return
    if (token.text === '=>' && isMark(tokens[at + 1], '{') && !isTestGroup(tokens, at)) {
      add('an arrow function', at, at + 1)
    }
    if (token.text !== '(') return
    const name = nameBefore(tokens, at)
    if (name === undefined || CONTROL.has(name)) return
    const open = bodyAfter(tokens, partner, (partner.get(at) ?? tokens.length) + 1)
    if (open !== undefined) add(name, at - 1, open)
  })
  return found
}

/** The body of a `describe('…', () => {`: as long as its tests are many. */
function isTestGroup(tokens: readonly Token[], arrow: number): boolean {
  return tokens.slice(Math.max(0, arrow - 8), arrow).some(({ text }) => text === 'describe')
}

/** The word before a parameter list, past its type parameters; undefined where there is none. */
function nameBefore(tokens: readonly Token[], list: number): string | undefined {
  let at = list - 1
  if (isMark(tokens[at], '>')) {
    for (let depth = 1; depth > 0 && at > 0; ) {
      at--
      if (isMark(tokens[at], '>')) depth++
      if (isMark(tokens[at], '<')) depth--
    }
    at--
  }
  const name = tokens[at]
  return name?.kind === 'word' ? name.text : undefined
}

/** The `{` that begins a body after a parameter list, a return type in between allowed. */
function bodyAfter(
  tokens: readonly Token[],
  partner: ReadonlyMap<number, number>,
  from: number,
): number | undefined {
  if (isMark(tokens[from], '{')) return from
  if (!isMark(tokens[from], ':')) return undefined
  for (let at = from + 1; at < tokens.length; at++) {
    const token = tokens[at]
    if (token === undefined || /^[;=)}\]]$/.test(token.text)) return undefined
    if (isMark(token, '{') && !BEFORE_TYPE.has(tokens[at - 1]?.text ?? '')) return at
    if (/^[{([]$/.test(token.text) && token.kind === 'mark') at = partner.get(at) ?? tokens.length
    else if (/^(function|export|const|let|class|abstract|if|return)$/.test(token.text))
      return undefined
  }
  return undefined
}

function matchBrackets(tokens: readonly Token[]): Map<number, number> {
  const partner = new Map<number, number>()
  const open: number[] = []
  tokens.forEach(({ kind, text }, at) => {
    if (kind !== 'mark') return
    if (/^[{([]$/.test(text)) open.push(at)
    else if (/^[})\]]$/.test(text)) {
      const start = open.pop()
      if (start !== undefined) partner.set(start, at)
    }
  })
  return partner
}

function isMark(token: Token | undefined, text: string): boolean {
  return token?.kind === 'mark' && token.text === text
}
