import type { Token } from './tokens.ts'

export interface Import {
  /** As written: `./a.ts`, `#base`, `node:fs`, `pg`. */
  readonly specifier: string
  readonly line: number
  /** Nothing of it is left when the program runs. */
  readonly typeOnly: boolean
  /** What is named in braces, in the words of the imported file. */
  readonly names: readonly string[]
}

/** Static imports, re-exports and `import('…')`; of a computed `import(x)` nothing can be said. */
export function readImports(tokens: readonly Token[]): Import[] {
  const found: Import[] = []
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]
    if (token?.kind !== 'word' || tokens[at - 1]?.text === '.') continue
    if (token.text !== 'import' && token.text !== 'export') continue
    const one =
      token.text === 'import' && tokens[at + 1]?.text === '('
        ? dynamic(tokens, at)
        : statement(tokens, at)
    if (one !== undefined) found.push(one)
  }
  return found
}

function dynamic(tokens: readonly Token[], at: number): Import | undefined {
  const target = tokens[at + 2]
  if (target?.kind !== 'string') return undefined
  return { specifier: target.text, line: target.line, typeOnly: false, names: [] }
}

/** `import 'x'`, `import a, { b as c, type d } from 'x'`, `export { a } from 'x'`, `export * from 'x'`. */
function statement(tokens: readonly Token[], at: number): Import | undefined {
  const line = tokens[at]?.line ?? 0
  const bare = tokens[at + 1]
  if (bare?.kind === 'string') {
    return { specifier: bare.text, line, typeOnly: false, names: [] }
  }
  const clause: Token[] = []
  for (let next = at + 1; next < tokens.length; next++) {
    const token = tokens[next]
    if (token === undefined || !belongsToClause(token)) return undefined
    if (token.text === 'from' && tokens[next + 1]?.kind === 'string') {
      const specifier = tokens[next + 1]?.text ?? ''
      return { specifier, line, ...readClause(clause) }
    }
    clause.push(token)
  }
  return undefined
}

function belongsToClause(token: Token): boolean {
  return token.kind === 'word' || token.kind === 'string' || /^[{},*]$/.test(token.text)
}

function readClause(clause: readonly Token[]): Pick<Import, 'typeOnly' | 'names'> {
  const texts = clause.map(({ text }) => text)
  const allTypes = texts[0] === 'type' && texts[1] !== ',' && texts[1] !== undefined
  const open = texts.indexOf('{')
  if (open < 0) return { typeOnly: allTypes, names: [] }
  const members = texts
    .slice(open + 1, texts.indexOf('}'))
    .join(' ')
    .split(' , ')
    .map((member) => member.replace(/ ?,$/, ''))
    .filter((member) => member !== '')
  const isType = (member: string): boolean => member.startsWith('type ')
  const beforeBraces = texts.slice(0, open).filter((text) => text !== 'type')
  return {
    typeOnly:
      allTypes || (beforeBraces.length === 0 && members.length > 0 && members.every(isType)),
    names: members.map((member) => member.replace(/^type /, '').split(' ')[0] ?? ''),
  }
}
