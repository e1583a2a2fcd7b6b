const LONGEST_PAGE = 1000

interface Paging {
  readonly limit: number
  readonly cursor?: string
}

interface Page<Row> {
  readonly rows: readonly Row[]
  readonly next: string | undefined
}

/** At most so many rows of a list that a server gives page by page. */
export async function firstRows<Row>(
  limit: number,
  ask: (paging: Paging) => Promise<Page<Row>>,
): Promise<readonly Row[]> {
  const found: Row[] = []
  for (let cursor: string | undefined; found.length < limit; ) {
    const size = Math.min(limit - found.length, LONGEST_PAGE)
    const page = await ask({ limit: size, ...(cursor === undefined ? {} : { cursor }) })
    found.push(...page.rows)
    cursor = page.next
    if (cursor === undefined) break
  }
  return found
}
