/**
 * The grammar model of SRGS 1.0 section 2, apart from its syntaxes: the XML form, the ABNF form and JSGF
 * all become this, and the matcher walks through it.
 */
export type GrammarMode = 'dtmf' | 'voice'

/** SISR 1.0 section 3.2. `none`: tags mean nothing, the words themselves are the result. */
export type TagFormat = 'none' | 'semantics/1.0' | 'semantics/1.0-literals'

export interface Grammar {
  /** Absolute; for an inline grammar its document's, with a fragment that tells it apart. */
  readonly uri: string
  readonly mode: GrammarMode
  /** BCP 47; `''` for DTMF. */
  readonly language: string
  readonly tagFormat: TagFormat
  /** Absent: a grammar without a root can only be used rule by rule. */
  readonly root: string | undefined
  readonly rules: ReadonlyMap<string, Rule>
  /** Tags of the header, run once before the others. */
  readonly headerTags: readonly string[]
  /** Section 4.11.1: `meta` declarations by name, in document order; of a name given twice the first. */
  readonly meta?: ReadonlyMap<string, string>
  /** What external rule references point to, by absolute URI without fragment; filled by the loader. */
  readonly externals: ReadonlyMap<string, Grammar>
}

export interface Rule {
  readonly id: string
  readonly scope: 'public' | 'private'
  readonly expansion: Expansion
}

export type Expansion =
  /** One token of the grammar: `words` are what the caller says or presses, one by one. */
  | { readonly kind: 'token'; readonly words: readonly string[] }
  | { readonly kind: 'sequence'; readonly items: readonly Expansion[] }
  | { readonly kind: 'alternatives'; readonly choices: readonly Choice[] }
  | {
      readonly kind: 'repeat'
      readonly item: Expansion
      readonly min: number
      /** `Infinity` for `n-`. */
      readonly max: number
      /** Section 2.5.1: of each further repetition, 0 to 1. */
      readonly probability?: number
    }
  | { readonly kind: 'rule'; readonly reference: RuleReference }
  | { readonly kind: 'tag'; readonly content: string }
  /** One word that no list holds, such as `2026`: builtin grammars only, no syntax has it. */
  | { readonly kind: 'pattern'; readonly pattern: RegExp }

export interface Choice {
  readonly expansion: Expansion
  /** Section 2.4.1: 1 where none is given. */
  readonly weight: number
}

export type RuleReference =
  | { readonly kind: 'local'; readonly rule: string }
  | ExternalReference
  | { readonly kind: 'special'; readonly rule: 'NULL' | 'VOID' | 'GARBAGE' }

export interface ExternalReference {
  readonly kind: 'external'
  /** Absolute, without fragment. */
  readonly uri: string
  /** Absent: the root of that grammar. */
  readonly rule?: string
  /** The media type that the author prefers (section 2.2.2). */
  readonly type?: string
  /** As the author wrote it, seen from the grammar document: `../date.gram#day`. */
  readonly written?: string
  readonly place?: Place
}

/** Where something stands in its source; both count from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}
