import { ARROWS } from '../architecture.ts'
import type { SourceTree, Violation } from '../source-tree.ts'

const PAGE = 'docs/architecture.md'

/** The table that people read says what the table that refuses says. */
export function architecturePage(tree: SourceTree): Violation[] {
  const rows = readRows(tree.file(PAGE)?.text ?? '')
  return Object.entries(ARROWS).flatMap(([room, arrows]) => {
    const row = rows.get(room)
    const told = row === undefined ? 'nothing at all' : [...row.arrows].sort().join(', ')
    if (told === [...arrows].sort().join(', ')) return []
    const enforced = arrows.join(', ') || 'nothing'
    return [
      {
        path: PAGE,
        line: row?.line ?? 1,
        problem: `says that ${room} may import: ${told || 'nothing'}; the test enforces: ${enforced}.`,
        cure: 'Make both the same, in a row "| `room` | what lives there | `room` `room` |".',
      },
    ]
  })
}

interface Row {
  readonly line: number
  readonly arrows: ReadonlySet<string>
}

/** `every room but x` is all other rooms; `(y also z)` adds z to y alone. */
function readRows(page: string): Map<string, Row> {
  const rows = new Map<string, Row>()
  page.split('\n').forEach((text, index) => {
    const cells = text.split('|').map((cell) => cell.trim())
    const rooms = namesIn(cells[1] ?? '').filter((name) => ARROWS[name] !== undefined)
    if (cells.length < 5 || rooms.length === 0) return
    for (const room of rooms)
      rows.set(room, { line: index + 1, arrows: readArrows(room, cells[3]) })
  })
  return rows
}

function readArrows(room: string, cell = ''): Set<string> {
  const additions = [...cell.matchAll(/\(`?([a-z]+)`? also ([^)]*)\)/g)]
  const plain = namesIn(cell.replace(/\([^)]*\)/g, ''))
  const added = additions
    .filter(([, who]) => who === room)
    .flatMap(([, , what]) => namesIn(what ?? ''))
  if (!/^every room but/.test(cell)) return new Set([...plain, ...added])
  return new Set(Object.keys(ARROWS).filter((name) => name !== room && !plain.includes(name)))
}

function namesIn(text: string): string[] {
  return [...text.matchAll(/`([a-z]+)`/g)].map(([, name]) => name ?? '')
}
