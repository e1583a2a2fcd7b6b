/** Of durations in milliseconds, to a tenth. */
export function percentiles(ms: readonly number[]): Record<'p50 ms' | 'p99 ms', number> {
  const sorted = ms.toSorted((a, b) => a - b)
  const at = (share: number): number =>
    Math.round((sorted[Math.floor(share * (sorted.length - 1))] ?? 0) * 10) / 10
  return { 'p50 ms': at(0.5), 'p99 ms': at(0.99) }
}

/** `--name=3` of the command line, or what is normal. */
export function numberOf(name: string, normal: number): number {
  const given = process.argv.find((argument) => argument.startsWith(`--${name}=`))
  return Number(given?.slice(name.length + 3) ?? normal)
}
