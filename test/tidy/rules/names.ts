import type { SourceTree, Violation } from '../source-tree.ts'

/** Names that say nothing: such a file collects whatever has no home. */
const EMPTY_NAMES = new Set(
  'util utils helper helpers common misc manager managers shared types'.split(' '),
)

/** A file has one reason and its name, in kebab-case. */
export function names(tree: SourceTree): Violation[] {
  return tree.programs.flatMap(({ path }) => {
    const parts = path.replace(/((\.slow)?\.test|\.d)?\.tsx?$/, '').split('/')
    return parts.flatMap((part): Violation[] => {
      if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(part)) {
        const problem = `has "${part}" in its path, which is not kebab-case.`
        return [
          { path, line: 1, problem, cure: 'Rename it: small letters, digits, single hyphens.' },
        ]
      }
      const last = part.split('-').at(-1) ?? ''
      if (!EMPTY_NAMES.has(last)) return []
      const problem = `has "${part}" in its path, a name that says nothing.`
      return [
        { path, line: 1, problem, cure: 'Name it after what it holds, in the field’s words.' },
      ]
    })
  })
}
