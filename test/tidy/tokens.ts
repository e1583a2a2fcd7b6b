/**
 * A scanner for TypeScript: enough to tell words from strings and comments, which is all that the
 * rules need. It knows template literals (nested) and guesses regular expressions from what stands
 * before the slash, as ECMA-262 section 12 has it in the end.
 */
export interface Token {
  readonly kind: 'word' | 'string' | 'template' | 'number' | 'regex' | 'mark'
  /** As written; of strings and templates only what is inside the quotes. */
  readonly text: string
  /** From 1. */
  readonly line: number
}

export interface Comment {
  readonly text: string
  readonly line: number
}

export interface Scan {
  readonly tokens: readonly Token[]
  readonly comments: readonly Comment[]
}

const WORD = /[#$_\p{ID_Start}][$\p{ID_Continue}]*/uy
const NUMBER = /\d[\w.]*/y
const STRING = /'(?:[^'\\\n]|\\[\s\S])*'|"(?:[^"\\\n]|\\[\s\S])*"/y
const REGEX = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y
const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?\*\//y
const BLANK = /\s+/y
/** The text of a template up to its end or to a substitution. */
const TEMPLATE = /(?:[^\\`$]|\\[\s\S]|\$(?!\{))*/y
const MARK = /=>|\.\.\.|\?\.|[^\s]/y

/** After these words a slash begins a regular expression. */
const BEFORE_EXPRESSION = new Set(
  'return typeof case in of delete void throw new else do await yield instanceof default'.split(
    ' ',
  ),
)

export function scan(source: string): Scan {
  const scanner = new Scanner(source)
  while (scanner.next()) {}
  return scanner
}

class Scanner implements Scan {
  readonly tokens: Token[] = []
  readonly comments: Comment[] = []
  readonly #source: string
  /** For each open `${`, how many braces are open inside it. */
  readonly #substitutions: number[] = []
  #at: number
  #line = 1

  constructor(source: string) {
    this.#source = source
    this.#at = source.startsWith('#!') ? source.indexOf('\n') : 0
  }

  /** Reads one blank, comment or token. False at the end. */
  next(): boolean {
    if (this.#at >= this.#source.length) return false
    const blank = this.#take(BLANK)
    if (blank !== undefined) this.#line += newlines(blank)
    else if (!this.#comment() && !this.#literal()) this.#wordOrMark()
    return true
  }

  #comment(): boolean {
    const text = this.#take(COMMENT)
    if (text === undefined) return false
    this.comments.push({ text, line: this.#line })
    this.#line += newlines(text)
    return true
  }

  #literal(): boolean {
    const first = this.#source[this.#at]
    if (first === '`') {
      this.#at++
      this.#template()
      return true
    }
    const string = this.#take(STRING)
    if (string !== undefined) this.#push('string', string.slice(1, -1), string)
    if (string !== undefined) return true
    if (first !== '/' || !expressionMayBegin(this.tokens.at(-1))) return false
    const regex = this.#take(REGEX)
    if (regex !== undefined) this.#push('regex', regex)
    return regex !== undefined
  }

  /** From after a back-tick, or after the `}` that ends a substitution. */
  #template(): void {
    const text = this.#take(TEMPLATE) ?? ''
    this.#push('template', text)
    if (this.#source[this.#at] === '`') this.#at++
    else {
      this.#at += 2
      this.#substitutions.push(0)
    }
  }

  #wordOrMark(): void {
    const word = this.#take(WORD)
    if (word !== undefined) return this.#push('word', word)
    const number = this.#take(NUMBER)
    if (number !== undefined) return this.#push('number', number)
    const mark = this.#take(MARK) ?? ''
    const open = this.#substitutions.pop()
    if (open === 0 && mark === '}') return this.#template()
    if (open !== undefined) {
      this.#substitutions.push(open + (mark === '{' ? 1 : mark === '}' ? -1 : 0))
    }
    this.#push('mark', mark)
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const text = pattern.exec(this.#source)?.[0]
    if (text !== undefined) this.#at += text.length
    return text
  }

  #push(kind: Token['kind'], text: string, written = text): void {
    this.tokens.push({ kind, text, line: this.#line })
    this.#line += newlines(written)
  }
}

function expressionMayBegin(before: Token | undefined): boolean {
  if (before === undefined) return true
  if (before.kind === 'mark') return !/^[)\]}]$/.test(before.text)
  return before.kind === 'word' && BEFORE_EXPRESSION.has(before.text)
}

function newlines(text: string): number {
  let count = 0
  for (const character of text) if (character === '\n') count++
  return count
}
