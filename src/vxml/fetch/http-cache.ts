import { type StoredResponse, varyNames } from './freshness.ts'

/** What one entry weighs besides its body. */
const ENTRY_BYTES = 1_000
/** Answers of one address that differ by `Vary`. */
const VARIANTS = 4

/** Answers to GET requests by their address, within a bound of bytes; the longest unused go first. */
export class HttpCache {
  readonly #maxBytes: number
  readonly #variants = new Map<string, readonly StoredResponse[]>()
  #bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** The answer to a request with these headers (RFC 9111 section 4.1), the newest first. */
  find(key: string, headers: Readonly<Record<string, string>>): StoredResponse | undefined {
    const variants = this.#variants.get(key)
    const found = variants?.find(({ varying }) =>
      Object.entries(varying).every(([name, value]) => (headers[name] ?? '') === value),
    )
    if (variants !== undefined && found !== undefined) {
      this.#variants.delete(key)
      this.#variants.set(key, variants)
    }
    return found
  }

  store(key: string, stored: StoredResponse): void {
    const weight = weigh(stored)
    const others = (this.#variants.get(key) ?? []).filter(
      ({ varying }) => !sameFields(varying, stored.varying),
    )
    this.remove(key)
    if (weight > this.#maxBytes / 4) return
    const variants = [stored, ...others].slice(0, VARIANTS)
    this.#variants.set(key, variants)
    this.#bytes += total(variants)
    for (const [oldest] of this.#variants) {
      if (this.#bytes <= this.#maxBytes) break
      this.remove(oldest)
    }
  }

  /** All answers of an address, e.g. after a POST to it (RFC 9111 section 4.4). */
  remove(key: string): void {
    this.#bytes -= total(this.#variants.get(key) ?? [])
    this.#variants.delete(key)
  }
}

/** What the request said in the headers that the answer varies by. */
export function varyingFields(
  response: StoredResponse['response'],
  headers: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(varyNames(response).map((name) => [name, headers[name] ?? '']))
}

function sameFields(
  one: Readonly<Record<string, string>>,
  other: Readonly<Record<string, string>>,
): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)])
  return [...names].every((name) => one[name] === other[name])
}

function weigh({ response }: StoredResponse): number {
  return response.body.length + ENTRY_BYTES
}

function total(variants: readonly StoredResponse[]): number {
  return variants.reduce((sum, stored) => sum + weigh(stored), 0)
}
