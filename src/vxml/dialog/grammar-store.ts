import {
  type ActiveGrammar,
  builtinGrammar,
  type FetchedGrammar,
  fixedGrammar,
  type Grammar,
  GrammarError,
  type GrammarFetch,
  type GrammarMode,
  type GrammarOptions,
  loadGrammar,
  loadInlineGrammar,
} from '#grammar'
import type { GrammarNode } from '../document/vxml-document.ts'
import { optional } from '../document/xml-reading.ts'
import { VxmlEvent } from '../events/vxml-event.ts'
import type { FetchPolicy } from '../fetch/fetch-policy.ts'
import type { ResourceLoader } from '../fetch/resource-loader.ts'
import { approximateGrammar } from './approximate-grammar.ts'

/**
 * Loads grammars. Whatever is fetched is asked for again, by the caching policy (VoiceXML 2.0 section
 * 6.1.2), at each visit of a dialog that uses it; as long as the same bytes come, it is read once.
 */
export class GrammarStore {
  readonly #loader: ResourceLoader
  readonly #fixed = new Map<string, ActiveGrammar>()
  /** What is in use, by the visit of a dialog that uses it. */
  readonly #visits = new WeakMap<object, Map<string | GrammarNode, ActiveGrammar>>()
  readonly #read = new Map<string | GrammarNode, ReadGrammar>()

  constructor(loader: ResourceLoader) {
    this.#loader = loader
  }

  async inline(use: GrammarUse, node: GrammarNode, base: string): Promise<ActiveGrammar> {
    const known = inlineGrammars.get(node)
    if (known?.base === base) return known.active
    const { active, sources } = await this.#use(use, node, async (fetch) => ({
      grammar: await loadInlineGrammar(node.element, base, { ...declared(node), fetch }),
    }))
    if (sources?.size === 0) inlineGrammars.set(node, { base, active })
    return active
  }

  async external(use: GrammarUse, uri: string, node: GrammarNode): Promise<ActiveGrammar> {
    const options = declared(node)
    const used = await this.#use(use, JSON.stringify([uri, options]), (fetch) =>
      loadGrammar(uri, { ...options, fetch }),
    )
    return used.active
  }

  builtin(type: string, mode: GrammarMode): ActiveGrammar {
    return this.#remember(`builtin ${mode} ${type}`, () => builtinGrammar(type, mode))
  }

  /** One sequence of keys or words. Default of `value`: what was keyed in or said. */
  fixed(
    mode: GrammarMode,
    phrase: string,
    accept: 'exact' | 'approximate',
    value?: string,
  ): ActiveGrammar {
    const key = JSON.stringify(['fixed', mode, phrase, accept, value])
    return this.#remember(key, () => {
      const grammar =
        accept === 'exact' ? fixedGrammar(mode, phrase, value) : approximateGrammar(phrase, value)
      return value === undefined ? { ...grammar, tagFormat: 'none' } : grammar
    })
  }

  #remember(key: string, make: () => Grammar): ActiveGrammar {
    const known = this.#fixed.get(key) ?? { grammar: make() }
    this.#fixed.set(key, known)
    return known
  }

  async #use(
    { visit, policy }: GrammarUse,
    key: string | GrammarNode,
    load: (fetch: GrammarFetch) => Promise<ActiveGrammar>,
  ): Promise<Pick<ReadGrammar, 'active'> & Partial<ReadGrammar>> {
    const held = this.#visits.get(visit) ?? new Map<string | GrammarNode, ActiveGrammar>()
    this.#visits.set(visit, held)
    const inUse = held.get(key)
    if (inUse !== undefined) return { active: inUse }
    const fetcher = new GrammarFetcher(this.#loader, policy)
    const known = this.#read.get(key)
    const unchanged = known !== undefined && (await fetcher.bringsSame(known.sources))
    const read = unchanged ? known : await fetcher.load(load)
    this.#read.set(key, read)
    held.set(key, read.active)
    return read
  }
}

/** What the `<grammar>` element says of the grammar besides its content. */
function declared({ mode, type }: GrammarNode): Pick<GrammarOptions, 'mode' | 'type'> {
  return { ...optional('mode', mode), ...optional('type', type) }
}

/** On whose behalf a grammar is loaded, and what may be taken from a cache. */
export interface GrammarUse {
  readonly visit: object
  readonly policy: FetchPolicy
}

/** A grammar, and the bytes it was read from, by their addresses; none for one that is all inline. */
interface ReadGrammar {
  readonly active: ActiveGrammar
  readonly sources: ReadonlyMap<string, Uint8Array>
}

/** The fetches that one grammar needs, each made once. */
class GrammarFetcher {
  readonly #loader: ResourceLoader
  readonly #policy: FetchPolicy
  readonly #answers = new Map<string, FetchedGrammar>()
  #failure: unknown

  constructor(loader: ResourceLoader, policy: FetchPolicy) {
    this.#loader = loader
    this.#policy = policy
  }

  async bringsSame(sources: ReadonlyMap<string, Uint8Array>): Promise<boolean> {
    for (const [uri, body] of sources) {
      const { body: present } = await this.#fetch(uri)
      if (present !== body && Buffer.compare(present, body) !== 0) return false
    }
    return true
  }

  /** A grammar that cannot be fetched is the event of its fetch, e.g. `error.badfetch.http.404`. */
  async load(load: (fetch: GrammarFetch) => Promise<ActiveGrammar>): Promise<ReadGrammar> {
    try {
      const active = await load((uri) => this.#fetch(uri))
      const sources = new Map([...this.#answers].map(([uri, { body }]) => [uri, body]))
      return { active, sources }
    } catch (thrown) {
      const fetchFailed = thrown instanceof GrammarError && thrown.code === 'grammar-fetch'
      throw fetchFailed && this.#failure instanceof VxmlEvent ? this.#failure : thrown
    }
  }

  async #fetch(uri: string): Promise<FetchedGrammar> {
    const known = this.#answers.get(uri)
    if (known !== undefined) return known
    try {
      const request = { uri, method: 'GET', fields: [], ...this.#policy } as const
      const answer = await this.#loader.fetch(request)
      this.#answers.set(uri, answer)
      return answer
    } catch (thrown) {
      this.#failure = thrown
      throw thrown
    }
  }
}

/** Inline grammars belong to parsed documents, which all sessions share. */
const inlineGrammars = new WeakMap<GrammarNode, { base: string; active: ActiveGrammar }>()
