// Builds the published package in dist/, or in the folder that is named: JavaScript instead of TypeScript,
// and a package.json that says so. See docs/decisions/0020-bundles.md.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { bundleClient, bundleProduct } from './build/bundle.ts'

const root = join(import.meta.dirname, '..')
const dist = resolve(process.argv[2] ?? join(root, 'dist'))
rmSync(dist, { recursive: true, force: true })

const lib = join(dist, 'lib')
await bundleProduct(join(lib, 'bundle'))
// The one room that others import has its types with it.
await bundleClient(join(lib, 'client'))
compile('-p', 'tsconfig.client.json', '--outDir', lib)

// The pages are what the messages and the README refer to.
const pages = ['docs', 'README.md', 'LICENSE', 'CHANGELOG.md']
for (const name of ['bin', 'migrations', 'schemas', ...pages]) {
  cpSync(join(root, name), join(dist, name), { recursive: true })
}
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const built = (path: string): string => path.replace(/^\.\/src\//, './lib/').replace(/\.ts$/, '.js')
delete manifest.scripts
delete manifest.devDependencies
manifest.imports = Object.fromEntries(
  Object.entries<string>(manifest.imports)
    .map(([name, path]) => [name, built(path)] as const)
    .filter(([, path]) => existsSync(join(dist, path))),
)
manifest.exports = {
  './client': { types: './lib/client/index.d.ts', default: './lib/client/index.js' },
  './package.json': './package.json',
}
manifest.files = ['bin', 'lib', 'migrations', 'schemas', 'docs', 'CHANGELOG.md']
writeFileSync(join(dist, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
console.log(`The package is in ${dist}: npm pack ./dist, or npm publish ./dist`)

function compile(...words: readonly string[]): void {
  const tsc = spawnSync(join(root, 'node_modules/.bin/tsc'), words, { cwd: root, stdio: 'inherit' })
  if (tsc.status !== 0) process.exit(tsc.status ?? 1)
}
