import type { Place, RuleReference } from './grammar.ts'
import { faultAt } from './grammar-error.ts'

/**
 * JSGF sections 2.3 and 4: rules have names as Java's classes do, `com.acme.politeness.startPolite`. A
 * grammar `com.acme.politeness` is looked for as the file `com/acme/politeness.gram`, from the folder in
 * which this grammar's own package begins; the suffix is this file's.
 */
export class JsgfNames {
  /** Without its package; `''` where the grammar has no name. */
  readonly simpleName: string
  readonly #fullName: string
  readonly #uri: string
  /** Grammars by what they were imported as, and of imported rules by their last name. */
  readonly #grammars = new Set<string>()
  readonly #rules = new Map<string, string>()
  readonly #whole: string[] = []

  constructor(fullName: string, uri: string) {
    this.#fullName = fullName
    this.simpleName = lastOf(fullName)
    this.#uri = uri
  }

  get hasImports(): boolean {
    return this.#grammars.size > 0
  }

  /** `package.grammar.rule` or `package.grammar.*`. */
  import(name: string, place: Place): void {
    const grammar = qualifierOf(name)
    if (grammar === '') throw faultAt(place, `The import <${name}> names no grammar`)
    this.#grammars.add(grammar)
    if (lastOf(name) === '*') this.#whole.push(grammar)
    else this.#rules.set(lastOf(name), grammar)
  }

  /** `isLocal`: whether this grammar defines a rule of that name. */
  resolve(name: string, isLocal: boolean, place: Place): RuleReference {
    const qualifier = qualifierOf(name)
    const rule = lastOf(name)
    if (qualifier === '' && isLocal) return { kind: 'local', rule }
    if (qualifier !== '' && [this.#fullName, this.simpleName].includes(qualifier)) {
      return { kind: 'local', rule }
    }
    const grammar = qualifier === '' ? this.#imported(rule) : this.#grammarNamed(qualifier)
    if (grammar === undefined) {
      throw faultAt(place, `The rule ${name} is not defined`, 'grammar-undefined-rule')
    }
    const uri = this.#address(grammar)
    return { kind: 'external', uri, rule, written: `${uri}#${rule}`, place }
  }

  /** By the name of the rule alone: imported itself, or with its whole grammar if that is only one. */
  #imported(rule: string): string | undefined {
    const [whole, ...others] = this.#whole
    return this.#rules.get(rule) ?? (others.length === 0 ? whole : undefined)
  }

  /** By its full name, or by the last part of one that was imported. */
  #grammarNamed(qualifier: string): string {
    return [...this.#grammars].find((name) => lastOf(name) === qualifier) ?? qualifier
  }

  #address(grammar: string): string {
    const ownPackage = qualifierOf(this.#fullName)
    const folder = new URL('.', this.#uri).pathname
    const path = ownPackage === '' ? '' : `${ownPackage.replaceAll('.', '/')}/`
    const top = path !== '' && folder.endsWith(`/${path}`) ? folder.slice(0, -path.length) : folder
    const suffix = /\.[A-Za-z]+$/.exec(new URL(this.#uri).pathname)?.[0] ?? '.gram'
    // Files of one package often lie together without its folders.
    const isNeighbour = qualifierOf(grammar) === ownPackage && top === folder
    const file = isNeighbour ? lastOf(grammar) : grammar.replaceAll('.', '/')
    return new URL(top + file + suffix, this.#uri).href
  }
}

function lastOf(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1)
}

function qualifierOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('.')))
}
