/** From so many seconds on; the last is open. Class 1 of the store's is the first; its 0 is "never connected". */
export const DURATION_CLASSES = [0, 5, 10, 20, 30, 60, 120, 300] as const

/**
 * The median of durations that are known by class, as if they were spread evenly over each; in the last one, where it
 * begins. `counts`: one a class. Undefined where there are none.
 */
export function medianDuration(counts: readonly number[]): number | undefined {
  const half = counts.reduce((sum, count) => sum + count, 0) / 2
  if (half === 0) return undefined
  let below = 0
  for (const [index, from] of DURATION_CLASSES.entries()) {
    const count = counts[index] ?? 0
    if (count > 0 && below + count >= half) {
      const to = DURATION_CLASSES[index + 1] ?? from
      return from + ((to - from) * (half - below)) / count
    }
    below += count
  }
  return undefined
}
