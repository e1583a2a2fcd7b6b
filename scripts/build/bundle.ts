import { cpSync, globSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type BuildOptions, build } from 'esbuild'

const ROOT = join(import.meta.dirname, '..', '..')
const SOURCES = join(ROOT, 'src')

const OPTIONS = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  // What npm installs beside the package stays there.
  packages: 'external',
  // A stack trace names what the sources name.
  minify: false,
  logLevel: 'warning',
} as const satisfies BuildOptions

/**
 * Writes the product to a folder as few files instead of a thousand, which `outdial` opens in half the time: `main.js`,
 * each worker's file by the name that `siblingModule` asks for, what only some commands need, and the pages' assets.
 * The folder must lie two below that of package.json, as every room of the sources does.
 *
 * @param others further programs, by the names of their files; paths from the root
 */
export async function bundleProduct(
  folder: string,
  others: Readonly<Record<string, string>> = {},
): Promise<void> {
  await build({
    ...OPTIONS,
    entryPoints: {
      main: join(SOURCES, 'cli/main.ts'),
      ...workers(),
      ...Object.fromEntries(
        Object.entries(others).map(([name, path]) => [name, join(ROOT, path)] as const),
      ),
    },
    splitting: true,
    outdir: folder,
  })
  cpSync(join(SOURCES, 'web/assets'), join(folder, 'assets'), { recursive: true })
}

/** Writes the client, which needs nothing else. */
export async function bundleClient(folder: string): Promise<void> {
  await build({ ...OPTIONS, entryPoints: [join(SOURCES, 'client/index.ts')], outdir: folder })
}

/** By their places beside the module that starts them. */
function workers(): Record<string, string> {
  const files = globSync('**/*-worker.ts', { cwd: SOURCES })
  return Object.fromEntries(
    files.map((file) => {
      const inWorker = basename(dirname(file)) === 'worker'
      const name = `${inWorker ? 'worker/' : ''}${basename(file, '.ts')}`
      return [name, join(SOURCES, file)] as const
    }),
  )
}
