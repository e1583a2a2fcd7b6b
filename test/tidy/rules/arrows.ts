import { posix } from 'node:path'
import { ARROWS } from '../architecture.ts'
import type { Import } from '../imports.ts'
import type { SourceFile, SourceTree, Violation } from '../source-tree.ts'

/** Who imports whom: rooms by their doors and down only, files inside a room by relative paths. */
export function arrows(tree: SourceTree): Violation[] {
  const packages = declaredPackages(tree)
  return tree.programs.flatMap((file) =>
    file.imports.flatMap((one) => {
      const fault = faultOf(file, one, packages)
      return fault === undefined ? [] : [{ path: file.path, line: one.line, ...fault }]
    }),
  )
}

type Fault = Pick<Violation, 'problem' | 'cure'>

function faultOf(file: SourceFile, one: Import, packages: Packages): Fault | undefined {
  const { specifier } = one
  if (specifier.startsWith('.')) return relativeFault(file, specifier)
  if (specifier.startsWith('#')) return doorFault(file, specifier)
  if (specifier.startsWith('node:')) return undefined
  return packageFault(file, specifier, packages)
}

function relativeFault(file: SourceFile, specifier: string): Fault | undefined {
  const target = posix.join(posix.dirname(file.path), specifier)
  const home = file.room === undefined ? file.path.split('/')[0] : `src/${file.room}`
  if (!target.startsWith(`${home}/`)) {
    return {
      problem: `imports ${specifier}, past the door of ${target}: its inside may then never change.`,
      cure: 'Import what the door names, by "#room", or add the name to that index.ts.',
    }
  }
  if (/\.(ts|tsx|json)$/.test(specifier)) return undefined
  return {
    problem: `imports ${specifier} without its extension: Node runs the sources as they are.`,
    cure: 'Write the file name whole, with .ts.',
  }
}

function doorFault(file: SourceFile, specifier: string): Fault | undefined {
  const room = specifier.slice(1)
  if (room.startsWith('test/')) {
    return file.isTest
      ? undefined
      : { problem: `ships ${specifier}, which is for tests.`, cure: 'Move it into a room.' }
  }
  if (ARROWS[room] === undefined) {
    return {
      problem: `imports ${specifier}, which is no door: only the rooms of the table have one.`,
      cure: 'Import "#room" and nothing below it; name the thing in that index.ts.',
    }
  }
  if (file.room === undefined || file.isTest) return undefined
  if (file.room === room) {
    return {
      problem: `imports its own door ${specifier}: that makes a cycle through index.ts.`,
      cure: 'Import the file itself, by a relative path.',
    }
  }
  const allowed = ARROWS[file.room]
  if (allowed === undefined) {
    return {
      problem: `is in src/${file.room}, a room that the table of arrows does not know.`,
      cure: 'Add the room to docs/architecture.md and test/tidy/architecture.ts, with its arrows.',
    }
  }
  if (allowed.includes(room)) return undefined
  const list = allowed.length === 0 ? 'nothing' : allowed.join(', ')
  return {
    problem: `imports ${specifier}: room ${file.room} may import ${list}. Arrows go down only.`,
    cure: `Say what ${file.room} needs as a port of its own, and let app/wire.ts fill it.`,
  }
}

interface Packages {
  readonly shipped: ReadonlySet<string>
  readonly all: ReadonlySet<string>
}

function packageFault(file: SourceFile, specifier: string, packages: Packages): Fault | undefined {
  const parts = specifier.split('/')
  const name = parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/')
  if ((file.isTest ? packages.all : packages.shipped).has(name)) return undefined
  return {
    problem: `imports ${specifier}, which package.json does not name for ${file.isTest ? 'development' : 'use'}.`,
    cure: 'Add it to "dependencies" (or, for tests, "devDependencies"), or write node: before it.',
  }
}

function declaredPackages(tree: SourceTree): Packages {
  const manifest = JSON.parse(tree.file('package.json')?.text ?? '{}')
  const shipped = { ...manifest.dependencies, ...manifest.optionalDependencies }
  return {
    shipped: new Set(Object.keys(shipped)),
    all: new Set(Object.keys({ ...shipped, ...manifest.devDependencies })),
  }
}
