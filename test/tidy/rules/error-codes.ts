import type { SourceFile, SourceTree, Violation } from '../source-tree.ts'
import type { Token } from '../tokens.ts'

const PAGE = 'docs/reference/errors.md'
const CODE = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/

/**
 * Every error code has its line in the errors page, and every line its code. A code is written as a
 * literal in one of three places: as first argument of `new …Error(`; as first argument of a
 * function of the same file whose first parameter is called `code`; as a member of a type whose name
 * ends in `ErrorCode`.
 */
export function errorCodes(tree: SourceTree): Violation[] {
  const used = new Map<string, Place>()
  for (const file of tree.sources) {
    for (const { code, line } of codesOf(file)) {
      if (!used.has(code)) used.set(code, { path: file.path, line })
    }
  }
  const told = documentedNames(tree.file(PAGE), CODE)
  const missing = [...used].filter(([code]) => !told.has(code))
  const idle = [...told].filter(([code]) => !used.has(code))
  return [
    ...missing.map(([code, place]) => ({
      ...place,
      problem: `throws ${code}, which ${PAGE} does not tell: users look codes up there.`,
      cure: `Add the line "| \`${code}\` | when it happens | what to do |".`,
    })),
    ...idle.map(([code, line]) => ({
      path: PAGE,
      line,
      problem: `tells of ${code}, which nothing throws.`,
      cure: 'Delete the line, or mend the name.',
    })),
  ]
}

interface Place {
  readonly path: string
  readonly line: number
}

interface Code {
  readonly code: string
  readonly line: number
}

function codesOf(file: SourceFile): Code[] {
  const { tokens } = file.scan
  const makers = codeMakers(tokens)
  return tokens.flatMap((token, at) => {
    if (token.kind !== 'word') return []
    if (token.text === 'type' && /ErrorCode$/.test(tokens[at + 1]?.text ?? '')) {
      return unionMembers(tokens, at + 2)
    }
    const isError = tokens[at - 1]?.text === 'new' && /Error$/.test(token.text)
    const isMaker = makers.has(token.text) && tokens[at - 1]?.text !== 'function'
    if (tokens[at + 1]?.text !== '(' || !(isError || isMaker)) return []
    const codes = firstArgument(tokens, at + 2)
    // Other errors than ours begin with a sentence, or with one word that is none of our codes.
    return codes.filter(
      ({ code }) => token.text === 'OutdialError' || isMaker || code.includes('-'),
    )
  })
}

/** Functions whose first parameter is `code`: `function refuse(code: …`, `const end = (code: …`. */
function codeMakers(tokens: readonly Token[]): Set<string> {
  const makers = new Set<string>()
  tokens.forEach(({ text }, at) => {
    if (text !== 'code' || tokens[at - 1]?.text !== '(' || tokens[at + 1]?.text !== ':') return
    const named = tokens[at - 2]
    const assigned = named?.text === '=' ? tokens[at - 3] : named
    if (assigned?.kind === 'word' && assigned.text !== 'constructor') makers.add(assigned.text)
  })
  return makers
}

function firstArgument(tokens: readonly Token[], from: number): Code[] {
  const codes: Code[] = []
  let depth = 0
  for (let at = from; at < tokens.length; at++) {
    const token = tokens[at]
    if (token === undefined) break
    if (
      token.kind === 'string' &&
      depth === 0 &&
      CODE.test(token.text) &&
      !isCompared(tokens, at)
    ) {
      codes.push({ code: token.text, line: token.line })
    }
    if (token.kind !== 'mark') continue
    if (/^[([{]$/.test(token.text)) depth++
    if (/^[)\]}]$/.test(token.text)) depth--
    if (depth < 0 || (depth === 0 && token.text === ',')) break
  }
  return codes
}

/** In `kind === 'a' ? 'code-a' : 'code-b'` the first literal is no code. */
function isCompared(tokens: readonly Token[], at: number): boolean {
  return tokens[at - 1]?.text === '=' && tokens[at - 2]?.text === '='
}

/** The literals of `= | 'a' | 'b'`, to the end of the type. */
function unionMembers(tokens: readonly Token[], from: number): Code[] {
  const codes: Code[] = []
  for (let at = from; at < tokens.length; at++) {
    const token = tokens[at]
    if (token?.kind === 'string') codes.push({ code: token.text, line: token.line })
    else if (token?.text !== '=' && token?.text !== '|') break
  }
  return codes
}

/** The names that a reference page tells, by line: first in a row of a table, or a heading. */
export function documentedNames(page: SourceFile | undefined, shape: RegExp): Map<string, number> {
  const names = new Map<string, number>()
  page?.text.split('\n').forEach((text, index) => {
    const found = /^\|\s*`([^`]+)`|^#{2,4}\s+`?([^`\s]+)`?\s*$/.exec(text)
    const name = found?.[1] ?? found?.[2] ?? ''
    if (shape.test(name)) names.set(name, index + 1)
  })
  return names
}
