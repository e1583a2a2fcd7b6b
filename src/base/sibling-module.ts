/**
 * The URL of a module beside the one that asks, for starting a worker: TypeScript in a checkout,
 * JavaScript once built. `name` has no extension.
 */
export function siblingModule(importMetaUrl: string, name: string): URL {
  const extension = importMetaUrl.endsWith('.ts') ? '.ts' : '.js'
  return new URL(`./${name}${extension}`, importMetaUrl)
}
