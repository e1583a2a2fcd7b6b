import { ARROWS } from '../architecture.ts'
import type { SourceTree, Violation } from '../source-tree.ts'

/**
 * A room that has files has a door, and the door names each thing that it lets out. A room that none
 * may import (the command line) needs none.
 */
export function doors(tree: SourceTree): Violation[] {
  const rooms = new Set(tree.sources.map(({ room }) => room).filter((room) => room !== undefined))
  const map = JSON.parse(tree.file('package.json')?.text ?? '{}').imports ?? {}
  return [...rooms].flatMap((room) => {
    const path = `src/${room}/index.ts`
    const door = tree.file(path)
    if (ARROWS[room] === undefined) {
      return [violation(path, 1, `belongs to a room that the table of arrows does not know.`)]
    }
    if (!Object.values(ARROWS).some((targets) => targets.includes(room))) return []
    if (map[`#${room}`] !== `./${path}`) {
      return [violation('package.json', 1, `does not map "#${room}" to ./${path}.`)]
    }
    if (door === undefined) return [violation(path, 1, 'is missing: the room has no door.')]
    const tokens = door.scan.tokens
    return tokens.flatMap(({ text, line }, at) => {
      const next = tokens[at + 1]?.text
      if (text !== 'export' || next === '{') return []
      if (next === 'type' && tokens[at + 2]?.text === '{') return []
      return [violation(path, line, `lets out "export ${next}": a door only names, one by one.`)]
    })
  })
}

function violation(path: string, line: number, problem: string): Violation {
  const cure = `Write "export { name } from './file.ts'" for each thing that other rooms use.`
  return { path, line, problem, cure }
}
