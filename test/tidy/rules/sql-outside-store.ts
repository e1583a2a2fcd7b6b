import type { SourceTree, Violation } from '../source-tree.ts'

/** Keywords in capitals anywhere, or a literal that begins like a statement. */
const SQL =
  /\b(SELECT\s[\s\S]+\sFROM\s|INSERT INTO\s|UPDATE\s+\w+\s+SET\s|DELETE FROM\s|(CREATE|ALTER|DROP)\s+(TABLE|INDEX|DATABASE)\s|TRUNCATE\s)|^\s*(select\s[\s\S]+\sfrom\s+\w+|insert\s+into\s|update\s+\w+\s+set\s|delete\s+from\s)/

/** SQL has one home, one statement a file, so that what touches a table can be found. */
export function sqlOutsideStore(tree: SourceTree): Violation[] {
  return tree.sources
    .filter(({ room }) => room !== 'store')
    .flatMap((file) =>
      file.scan.tokens
        .filter(({ kind, text }) => (kind === 'string' || kind === 'template') && SQL.test(text))
        .map(({ line }) => ({
          path: file.path,
          line,
          problem: 'holds SQL: only src/store and migrations/ may.',
          cure: 'Put the statement into a file of its own under src/store and call it by its name.',
        })),
    )
}
