/** PostgreSQL's text of an array of integers; the driver would quote each by itself. */
export function integers(values: readonly (number | undefined)[]): string {
  return `{${values.map((value) => value ?? 'NULL').join()}}`
}
