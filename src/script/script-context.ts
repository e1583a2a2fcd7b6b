/** The variable scopes of VoiceXML 2.0 section 5.1.2, outermost first. */
export type ScopeName = 'session' | 'application' | 'document' | 'dialog' | 'anonymous'

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue }

/** What crosses out of the sandbox: data. Functions and other host-less things become `undefined`. */
export type ScriptValue = JsonValue | undefined

/** Where the code stands: errors count their line from here. */
export interface ScriptPlace {
  readonly uri?: string
  /** Line of the document on which the code begins; default 1. */
  readonly line?: number
}

/**
 * The variables of one session: a stack of scopes in a sandboxed ECMAScript realm of its own, always
 * inside the resource limits. Every method may throw a `ScriptError`; for VoiceXML each is an
 * `error.semantic`. The code of a document never sees the host.
 *
 * A document without a root is its own root (section 5.1.2: `application.x` and `document.x` are the
 * same there). So push a document without an `application` attribute, and a root document, as
 * `application`, and a leaf as `document` above its root: while one of the two is missing, its name
 * means the other.
 */
export interface ScriptContext {
  /** Innermost last. A new context has `session` alone. */
  readonly scopes: readonly ScopeName[]
  /** What all evaluations have taken so far, on the clock: who has had much lets others have their turn. */
  readonly spentMs: number
  /** Opens a new, empty scope inside the innermost one. */
  pushScope(name: Exclude<ScopeName, 'session'>): void
  popScope(): void
  /** A subdialog's execution context: only `session` stays visible until `endSubdialog`. */
  beginSubdialog(): void
  endSubdialog(): void

  /**
   * `<var>` in the innermost scope (or `scope`): without `expr` an existing value stays, a new
   * variable is `undefined`. Refuses names that are no identifiers, such as `document.x`.
   */
  declare(name: string, expr?: string, options?: ScriptPlace & { scope?: ScopeName }): void
  /**
   * Sets, and declares where needed, a variable of `scope` to a value of the host. Those of `session` can
   * only be read by scripts, and no more can be declared once another scope has been opened.
   */
  setVariable(scope: ScopeName, name: string, value: ScriptValue): void
  /** The variable's value in exactly this scope; `undefined` too where it is not declared. */
  getVariable(scope: ScopeName, name: string): ScriptValue
  /** Whether `name` is a variable anywhere on the chain. */
  isDeclared(name: string): boolean
  /** `<assign>`: by reference. Undeclared variables and those of `session` are refused. */
  assign(target: string, expr: string, place?: ScriptPlace): void
  /** The same with a value of the host. */
  assignValue(target: string, value: ScriptValue): void

  evaluate(expr: string, place?: ScriptPlace): ScriptValue
  /** ECMAScript's ToBoolean: for `cond`. */
  evaluateToBoolean(expr: string, place?: ScriptPlace): boolean
  /** ECMAScript's ToString: for `<value>`, `<log>`, URIs. */
  evaluateToString(expr: string, place?: ScriptPlace): string
  /** `<script>`: what it declares by `var` and `function` lands in the innermost scope (or `scope`). */
  runScript(code: string, options?: ScriptPlace & { scope?: ScopeName }): void
  /** A shallow copy of an array, its items still references: for `<foreach>`. */
  copyArray(expr: string, place?: ScriptPlace): HeldArray
  /** Runs the tags of one parse (SISR 1.0) in scopes of their own, apart from the dialogue's. */
  runSemantics(program: SemanticProgram): ScriptValue

  /**
   * Looks at the variables of all open scopes, outermost first, each scope's in the order of their declaration; of
   * one scope at most 200. Runs nothing of the document's but its getters and `toJSON`.
   */
  listVariables(): ScopedVariable[]

  /** Twice-safe. Frees all the session's memory. */
  dispose(): void
}

/** A variable as somebody sees it who looks on. */
export interface ScopedVariable {
  readonly scope: ScopeName
  readonly name: string
  /** As `typeof` says, and `null`, `array`; `unreadable` where looking at it threw. */
  readonly type: string
  /** Its value as JSON, cut off after 1,000 characters; absent where JSON has no word for it. */
  readonly json?: string
}

/** Kept inside the sandbox until `release`. */
export interface HeldArray {
  readonly length: number
  /** Assigns item `index` to a declared variable, by reference. */
  assignItem(index: number, target: string): void
  release(): void
}

/** One parse, ready to be run: SISR 1.0 section 6. */
export interface SemanticProgram {
  /** Tags of the grammar's header, run once each before any rule, by grammar. */
  readonly headers: Readonly<Record<string, readonly string[]>>
  readonly root: SemanticRule
}

export interface SemanticRule {
  readonly rule: string
  /** The key into `headers`: rules of one grammar share its global variables. */
  readonly grammar: string
  /** `out` where no tag sets it: the matched words. */
  readonly text: string
  /** 0 to 1: `meta.current().score`. */
  readonly score: number
  readonly steps: readonly SemanticStep[]
}

export type SemanticStep =
  | { readonly kind: 'tag'; readonly code: string }
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'rule'; readonly rule: SemanticRule }
