const LONGEST_PAGE = 1000

type Paging<Start> = { readonly limit: number } & (Start | { readonly cursor: string })

interface Page<Row> {
  readonly rows: readonly Row[]
  readonly next: string | undefined
}

/** At most so many rows of a list that a server gives page by page; `start`: what its first page is asked for with. */
export async function firstRows<Row, Start extends object>(
  { limit, start }: { readonly limit: number; readonly start: Start },
  ask: (paging: Paging<Start>) => Promise<Page<Row>>,
): Promise<readonly Row[]> {
  const found: Row[] = []
  for (let cursor: string | undefined; found.length < limit; ) {
    const size = Math.min(limit - found.length, LONGEST_PAGE)
    const page = await ask({ limit: size, ...(cursor === undefined ? start : { cursor }) })
    found.push(...page.rows)
    cursor = page.next
    if (cursor === undefined) break
  }
  return found
}
