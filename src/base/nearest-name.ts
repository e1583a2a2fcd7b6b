/** More single-character changes than this and one name is no slip of the other. */
const SLIPS = 3

/** The one of `names` that `typed` was most likely meant to be; undefined where none is near. */
export function nearestName(typed: string, names: readonly string[]): string | undefined {
  const ranked = names
    .map((name) => ({ name, changes: countChanges(typed, name) }))
    .sort((one, other) => one.changes - other.changes)
  const [best] = ranked
  // A name of which nothing is left is none that was meant.
  const isNear = best !== undefined && best.changes <= SLIPS && best.changes < best.name.length
  return isNear ? best.name : undefined
}

/** Levenshtein's distance, row by row. */
function countChanges(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let line = 1; line <= from.length; line++) {
    const next = [line]
    for (let column = 1; column <= to.length; column++) {
      const same = from[line - 1] === to[column - 1] ? 0 : 1
      const { [column]: above = 0, [column - 1]: diagonal = 0 } = row
      next.push(Math.min(above + 1, (next[column - 1] ?? 0) + 1, diagonal + same))
    }
    row = next
  }
  return row[to.length] ?? 0
}
