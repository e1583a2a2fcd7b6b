import type { Clock } from '#base'
import type { NameRecords } from '../locate-servers.ts'

interface Kept {
  readonly records: Promise<readonly unknown[]>
  readonly askedAtMs: number
}

const MAX_KEPT = 1_000

/**
 * Asks for each name once in so many seconds, however many calls go there. While the records cannot be
 * had, those that were had last still stand: a trunk does not vanish with its name server.
 */
export function keptNames(names: NameRecords, clock: Clock, keepSeconds: number): NameRecords {
  const kept = new Map<string, Kept>()
  const keep = <Record>(
    key: string,
    ask: () => Promise<readonly Record[]>,
  ): Promise<readonly Record[]> => {
    const last = kept.get(key)
    const now = clock.monotonic()
    if (last !== undefined && now - last.askedAtMs < keepSeconds * 1000) {
      return last.records as Promise<readonly Record[]>
    }
    const asked = ask()
    const records = last === undefined ? asked : asked.catch(() => last.records)
    if (kept.size >= MAX_KEPT) kept.clear()
    const entry: Kept = { records, askedAtMs: now }
    kept.set(key, entry)
    // What could not be had at all is asked for again at once.
    records.catch(() => kept.get(key) === entry && kept.delete(key))
    return records as Promise<readonly Record[]>
  }
  return {
    naptr: (name) => keep(`naptr ${name}`, () => names.naptr(name)),
    srv: (name) => keep(`srv ${name}`, () => names.srv(name)),
  }
}
