/** A row as the driver gives it, with null for what is absent: `T` has no such properties at all. */
export function withoutNulls<T extends object>(
  row: {
    readonly [Key in keyof T]: T[Key] | null
  },
): T {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as T
}
