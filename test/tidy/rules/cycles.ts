import { posix } from 'node:path'
import type { SourceFile, SourceTree, Violation } from '../source-tree.ts'

/**
 * Files that import each other in a ring, types not counted, and rooms that do, types counted: of a
 * ring nothing can be read, tested or moved alone.
 */
export function cycles(tree: SourceTree): Violation[] {
  const byFile = new Map(tree.programs.map((file) => [file.path, importedFiles(file)]))
  const rings = [...findRings(byFile), ...findRings(roomGraph(tree))]
  return rings.map((ring) => ({
    path: ring[0] ?? '',
    line: 1,
    problem: `is in a ring of imports: ${[...ring, ring[0]].join(' → ')}.`,
    cure: 'Move what both need into a file below both, or import only the type.',
  }))
}

function importedFiles(file: SourceFile): string[] {
  return file.imports
    .filter(({ specifier, typeOnly }) => specifier.startsWith('.') && !typeOnly)
    .map(({ specifier }) => posix.join(posix.dirname(file.path), specifier))
}

function roomGraph(tree: SourceTree): Map<string, string[]> {
  const graph = new Map<string, string[]>()
  for (const file of tree.sources) {
    if (file.room === undefined) continue
    const rooms = graph.get(file.room) ?? []
    graph.set(file.room, rooms)
    for (const { specifier } of file.imports) {
      if (specifier.startsWith('#') && specifier !== `#${file.room}`) rooms.push(specifier.slice(1))
    }
  }
  return graph
}

/** The knots of a graph (Tarjan's strongly connected components), each of two nodes or more. */
function findRings(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const stack: string[] = []
  const rings: string[][] = []
  const visit = (node: string): void => {
    index.set(node, index.size)
    low.set(node, index.get(node) ?? 0)
    stack.push(node)
    for (const next of graph.get(node) ?? []) {
      if (!index.has(next)) visit(next)
      else if (!stack.includes(next)) continue
      low.set(node, Math.min(low.get(node) ?? 0, low.get(next) ?? 0))
    }
    if (low.get(node) !== index.get(node)) return
    const ring = stack.splice(stack.indexOf(node))
    if (ring.length > 1 || graph.get(node)?.includes(node)) rings.push(ring)
  }
  for (const node of graph.keys()) if (!index.has(node)) visit(node)
  return rings
}
