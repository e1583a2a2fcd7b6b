import { globSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Import, readImports } from './imports.ts'
import { type Scan, scan } from './tokens.ts'

/** What a rule found, in words that say why it matters and how to mend it. */
export interface Violation {
  readonly path: string
  readonly line: number
  readonly problem: string
  readonly cure: string
}

export class SourceFile {
  /** Relative to the root, with slashes. */
  readonly path: string
  readonly text: string
  #scan: Scan | undefined
  #imports: readonly Import[] | undefined

  constructor(path: string, text: string) {
    this.path = path
    this.text = text
  }

  /** The folder under `src/`, or undefined. */
  get room(): string | undefined {
    return /^src\/([^/]+)\//.exec(this.path)?.[1]
  }

  get isTest(): boolean {
    return /\.test\.tsx?$/.test(this.path) || !this.path.startsWith('src/')
  }

  get scan(): Scan {
    this.#scan ??= scan(this.text)
    return this.#scan
  }

  get imports(): readonly Import[] {
    this.#imports ??= readImports(this.scan.tokens)
    return this.#imports
  }
}

/** The files of a checkout, read once. */
export class SourceTree {
  readonly root: string
  /** TypeScript of `src`, `test`, `scripts` and `bench`. */
  readonly programs: readonly SourceFile[]
  /** All text of the repository, documents and settings included. */
  readonly texts: readonly SourceFile[]

  constructor(root: string) {
    this.root = root
    const paths = globSync('**/*', { cwd: root, exclude: isForeign })
    this.texts = paths
      .map((path) => path.replaceAll('\\', '/'))
      .filter((path) => TEXT_FILE.test(path) && statSync(join(root, path)).isFile())
      .sort()
      .map((path) => new SourceFile(path, readFileSync(join(root, path), 'utf8')))
    this.programs = this.texts.filter(({ path }) =>
      /^(src|test|scripts|bench)\/.*\.tsx?$/.test(path),
    )
  }

  /** TypeScript of `src` without its tests: what is shipped. */
  get sources(): readonly SourceFile[] {
    return this.programs.filter((file) => !file.isTest)
  }

  file(path: string): SourceFile | undefined {
    return this.texts.find((file) => file.path === path)
  }
}

const TEXT_FILE =
  /(\.(ts|tsx|js|mjs|cjs|json|md|sql|sh|yml|yaml|xml|vxml|html|css|txt|env)|(^|\/)[^./]+)$/
const FOREIGN = new Set(['node_modules', '.git', 'dist', 'demo-output', 'outdial-data'])

/** Not ours to keep tidy: what is installed, built or stored. */
function isForeign(path: string): boolean {
  return path.split(/[\\/]/).some((part) => FOREIGN.has(part))
}
