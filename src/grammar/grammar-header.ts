import type { Grammar, Place, Rule, TagFormat } from './grammar.ts'
import { faultAt } from './grammar-error.ts'

/** SRGS 1.0 section 2.2.3: names that no rule may have. */
export const SPECIAL_RULES = ['NULL', 'VOID', 'GARBAGE'] as const

/** A reference inside the grammar, to be checked when all its rules are known. */
export interface LocalReference extends Place {
  readonly rule: string
}

/** Section 4.7, and section 2.2.1: the root and what is referred to must be defined. */
export function requireDefined(
  rules: ReadonlyMap<string, Rule>,
  root: LocalReference | undefined,
  references: readonly LocalReference[],
): void {
  if (root !== undefined && !rules.has(root.rule)) {
    throw faultAt(root, `The root rule ${root.rule} is not defined`, 'grammar-undefined-rule')
  }
  for (const reference of references) {
    if (rules.has(reference.rule)) continue
    throw faultAt(reference, `The rule ${reference.rule} is not defined`, 'grammar-undefined-rule')
  }
}

/**
 * SISR 1.0 section 4.1. A grammar with tags that names no format is read as SISR: that is what VoiceXML
 * applications mean. Tags of a format that is not known are left alone.
 */
export function tagFormatOf(declared: string | undefined, hasTags: boolean): TagFormat {
  if (declared === undefined) return hasTags ? 'semantics/1.0' : 'none'
  const format = declared.trim().toLowerCase()
  if (!/semantics\/1\.0/.test(format)) return 'none'
  return format.endsWith('literals') ? 'semantics/1.0-literals' : 'semantics/1.0'
}

/** Section 4.9.1: what the grammar says of its base comes before its own address. */
export interface Bases {
  readonly uri: string
  /** Of `base` or `xml:base`, or else of the `meta` of that name. */
  readonly declared: string | undefined
}

/** What a reference to another grammar means, and how it reads from this document. */
export function resolveReference(
  written: string,
  bases: Bases,
  place: Place,
): { uri: string; rule?: string; written: string } {
  const [target = '', rule] = written.split('#', 2)
  let uri: string
  try {
    uri = new URL(target, new URL(bases.declared ?? '', bases.uri)).href
  } catch {
    throw faultAt(place, `${JSON.stringify(target)} is no URI`)
  }
  const seen = fromDocument(written, bases.declared ?? '')
  return { uri, written: seen, ...(rule === undefined || rule === '' ? {} : { rule }) }
}

/** RFC 2396 section 5.2: a relative path replaces the last segment of the base. */
function fromDocument(written: string, base: string): string {
  const isAbsolute = /^(?:[a-z][a-z0-9+.-]*:|\/)/i.test(written)
  return isAbsolute ? written : base.replace(/[^/]*$/, '') + written
}

/** `meta` declarations; the first of a name counts. */
export function metaOf(declared: readonly (readonly [string, string])[]): Pick<Grammar, 'meta'> {
  return { meta: new Map(declared.toReversed()) }
}
