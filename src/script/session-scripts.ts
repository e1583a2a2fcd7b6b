import type { Logger } from '#base'
import type { Sandbox } from './sandbox.ts'
import type {
  HeldArray,
  ScopedVariable,
  ScopeName,
  ScriptContext,
  ScriptPlace,
  ScriptValue,
  SemanticProgram,
} from './script-context.ts'
import { ScriptError } from './script-error.ts'
import type { ScriptLimits } from './script-limits.ts'
import { semanticSteps } from './semantic-steps.ts'

interface OpenScope {
  readonly name: ScopeName
  readonly id: string
}

/** The scopes of one session, kept as a stack here and as objects in the sandbox. */
export class SessionScripts implements ScriptContext {
  readonly #sandbox: Sandbox
  readonly #limits: ScriptLimits
  readonly #log: Logger
  readonly #session: OpenScope
  #stack: OpenScope[]
  readonly #outer: OpenScope[][] = []
  #lastId = 0

  constructor(sandbox: Sandbox, limits: ScriptLimits, log: Logger) {
    this.#sandbox = sandbox
    this.#limits = limits
    this.#log = log
    this.#session = { name: 'session', id: this.#nextId() }
    this.#stack = [this.#session]
    this.#call({}, 'open', this.#session.id, '')
    this.#nameScopes()
  }

  get scopes(): readonly ScopeName[] {
    return this.#stack.map(({ name }) => name)
  }

  get spentMs(): number {
    return this.#sandbox.spentMs
  }

  pushScope(name: Exclude<ScopeName, 'session'>): void {
    if (this.#innermost === this.#session) this.#call({}, 'protect', this.#session.id)
    const id = this.#nextId()
    this.#call({}, 'open', id, this.#innermost.id)
    this.#stack.push({ name, id })
    this.#nameScopes()
  }

  popScope(): void {
    const scope = this.#stack.length > 1 ? this.#stack.pop() : undefined
    if (scope === undefined) throw new Error('The session scope stays open.')
    this.#call({}, 'close', scope.id)
    this.#nameScopes()
  }

  beginSubdialog(): void {
    this.#outer.push(this.#stack)
    this.#stack = [this.#session]
    this.#nameScopes()
  }

  endSubdialog(): void {
    const outer = this.#outer.pop()
    if (outer === undefined) throw new Error('There is no subdialog to end.')
    for (const { id } of this.#stack.slice(1)) this.#call({}, 'close', id)
    this.#stack = outer
    this.#nameScopes()
  }

  declare(name: string, expr?: string, options: ScriptPlace & { scope?: ScopeName } = {}): void {
    requireIdentifier(name, options)
    const code = expr === undefined ? '' : this.#expression(expr, options)
    const readOnly = String(options.scope === 'session')
    this.#call(options, 'declare', this.#scope(options.scope).id, name, code, readOnly)
  }

  setVariable(scope: ScopeName, name: string, value: ScriptValue): void {
    const readOnly = String(scope === 'session')
    this.#call({}, 'set', this.#scope(scope).id, name, jsonOf(value), readOnly)
  }

  getVariable(scope: ScopeName, name: string): ScriptValue {
    return decode(this.#call({}, 'get', this.#scope(scope).id, name))
  }

  isDeclared(name: string): boolean {
    return decode(this.#call({}, 'has', this.#innermost.id, name)) === true
  }

  assign(target: string, expr: string, place: ScriptPlace = {}): void {
    this.#call(place, 'assign', this.#innermost.id, target, this.#expression(expr, place))
  }

  assignValue(target: string, value: ScriptValue): void {
    this.#call({}, 'assignJson', this.#innermost.id, target, jsonOf(value))
  }

  evaluate(expr: string, place: ScriptPlace = {}): ScriptValue {
    return decode(this.#onExpression('evaluate', expr, place))
  }

  evaluateToBoolean(expr: string, place: ScriptPlace = {}): boolean {
    return decode(this.#onExpression('truth', expr, place)) === true
  }

  evaluateToString(expr: string, place: ScriptPlace = {}): string {
    return String(decode(this.#onExpression('text', expr, place)))
  }

  runScript(code: string, options: ScriptPlace & { scope?: ScopeName } = {}): void {
    this.#checkLength(code, options)
    const names = this.#declaredNames(code)
    const lines = newlines(options.line)
    this.#call(options, 'script', this.#scope(options.scope).id, code, names, lines)
  }

  copyArray(expr: string, place: ScriptPlace = {}): HeldArray {
    const key = this.#nextId()
    const id = this.#innermost.id
    const length = decode(this.#call(place, 'hold', id, key, this.#expression(expr, place)))
    return {
      length: Number(length),
      assignItem: (index, target) =>
        void this.#call(place, 'item', this.#innermost.id, key, String(index), target),
      release: () => void this.#call({}, 'release', key),
    }
  }

  /** All in one evaluation, so that its limits hold for the parse as a whole. */
  runSemantics(program: SemanticProgram): ScriptValue {
    const steps = semanticSteps(program, (code) => {
      this.#checkLength(code, {})
      return JSON.parse(this.#declaredNames(code))
    })
    const json = JSON.stringify(steps)
    if (json.length > this.#limits.valueLength) {
      const message = 'The script met its limit of length: the parse has too many parts'
      throw new ScriptError('script-limit', message, { limit: 'length' })
    }
    return decode(this.#call({}, 'semantics', json))
  }

  listVariables(): ScopedVariable[] {
    const isLeaf = this.scopes.includes('document')
    return this.#stack.flatMap(({ name, id }) => {
      // A document without a root is a document to whoever reads of it.
      const scope = name === 'application' && !isLeaf ? 'document' : name
      const listed = decode(this.#call({}, 'list', id)) as readonly (readonly string[])[]
      return listed.map(([variable = '', type = '', json]) => {
        return { scope, name: variable, type, ...(json === undefined ? {} : { json }) }
      })
    })
  }

  dispose(): void {
    this.#sandbox.dispose()
  }

  get #innermost(): OpenScope {
    return this.#stack.at(-1) ?? this.#session
  }

  #scope(name?: ScopeName): OpenScope {
    if (name === undefined) return this.#innermost
    const scope = this.#stack.findLast((open) => open.name === aliasOf(name, this.scopes))
    if (scope === undefined)
      throw new ScriptError('script-failed', `There is no ${name} scope here`)
    return scope
  }

  /** The variables `session`, `application`, `document` and `dialog` follow the stack. */
  #nameScopes(): void {
    const ids = NAMED.map((name) => {
      const actual = aliasOf(name, this.scopes)
      return this.#stack.findLast((open) => open.name === actual)?.id ?? ''
    })
    this.#call({}, 'name', ...ids)
  }

  #onExpression(operation: string, expr: string, place: ScriptPlace): string {
    return this.#call(place, operation, this.#innermost.id, this.#expression(expr, place))
  }

  /** In parentheses, so that `{a: 1}` is an object; the last line may end in a comment. */
  #expression(expr: string, place: ScriptPlace): string {
    this.#checkLength(expr, place)
    if (expr.trim() === '') {
      const message = 'SyntaxError: the expression is empty'
      throw new ScriptError('script-failed', message, { errorName: 'SyntaxError' }).placed(place)
    }
    return `${newlines(place.line)}(${expr}\n)`
  }

  #checkLength(code: string, place: ScriptPlace): void {
    if (code.length <= this.#limits.sourceLength) return
    const message = `The script has more than ${this.#limits.sourceLength} characters`
    throw new ScriptError('script-limit', message, { limit: 'length' }).placed(place)
  }

  #declaredNames(code: string): string {
    const isLexical = /\b(?:let|const|class)\b/.test(code)
    if (!isLexical && !/\b(?:var|function)\b/.test(code)) return '[]'
    return this.#sandbox.declaredNames(code, JSON.stringify(isLexical ? identifiersIn(code) : []))
  }

  #call(place: ScriptPlace, operation: string, ...given: string[]): string {
    try {
      return this.#sandbox.call(operation, ...given)
    } catch (thrown) {
      if (!(thrown instanceof ScriptError)) throw thrown
      if (thrown.limit !== undefined) this.#log.debug('script limit', { limit: thrown.limit })
      throw thrown.placed(place)
    }
  }

  #nextId(): string {
    this.#lastId += 1
    return String(this.#lastId)
  }
}

const NAMED = ['session', 'application', 'document', 'dialog'] as const

/** Section 5.1.2: in an application root, and without one, `application` and `document` are the same. */
function aliasOf(name: ScopeName, open: readonly ScopeName[]): ScopeName {
  if (name === 'application' && !open.includes('application')) return 'document'
  if (name === 'document' && !open.includes('document')) return 'application'
  return name
}

/** So that the engine counts the document's lines; bounded, for the place comes from a document. */
function newlines(line = 1): string {
  return '\n'.repeat(Math.min(Math.max(line - 1, 0), 100_000))
}

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u
const RESERVED = new Set(
  (
    'break case catch class const continue debugger default delete do else enum export extends false ' +
    'finally for function if import in instanceof new null return super switch this throw true try ' +
    'typeof var void while with eval arguments'
  ).split(' '),
)

const MAX_IDENTIFIERS = 5000

/** Whatever looks like one, in strings and comments too. */
function identifiersIn(code: string): string[] {
  const found = new Set(code.match(/[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/gu))
  return [...found].filter((name) => !RESERVED.has(name)).slice(0, MAX_IDENTIFIERS)
}

/** Section 5.1.1: no dots and no reserved words. */
function requireIdentifier(name: string, place: ScriptPlace): void {
  if (IDENTIFIER.test(name) && !RESERVED.has(name)) return
  const message = `${JSON.stringify(name)} cannot be the name of a variable`
  throw new ScriptError('script-failed', message, { errorName: 'SyntaxError' }).placed(place)
}

function jsonOf(value: ScriptValue): string {
  return value === undefined ? '' : JSON.stringify(value)
}

/** See `sandbox-scopes`. A key `__proto__` stays behind: the host may copy the value's properties. */
function decode(answer: string): ScriptValue {
  const rest = answer.slice(1)
  if (answer.startsWith('j')) {
    return rest.includes('"__proto__"')
      ? JSON.parse(rest, (key, value: unknown) => (key === '__proto__' ? undefined : value))
      : JSON.parse(rest)
  }
  return answer.startsWith('n') ? Number(rest) : undefined
}
