import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const FOLDER = join(import.meta.dirname, 'assets')
const DIGEST_LENGTH = 12

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** What is served, and nothing that a path might lead to besides. */
const NAMES: ReadonlySet<string> = new Set(
  readdirSync(FOLDER).filter((name) => extname(name) in TYPES),
)

interface Asset {
  readonly type: string
  readonly digest: string
  /** By content encoding; `identity` as it is. */
  readonly bodies: Readonly<Record<'identity' | 'gzip' | 'br', Uint8Array<ArrayBuffer>>>
}

/** Those that were asked for, each read and compressed once. */
const known = new Map<string, Asset>()

/** Undefined: there is none of that name. */
function findAsset(name: string): Asset | undefined {
  const asset = known.get(name) ?? (NAMES.has(name) ? readAsset(name) : undefined)
  if (asset !== undefined) known.set(name, asset)
  return asset
}

/** The address of an asset, which changes with its content. */
export function assetPath(name: string): string {
  const asset = findAsset(name)
  if (asset === undefined) throw new Error(`there is no asset ${name}`)
  return `/assets/${name}?v=${asset.digest}`
}

/** Undefined: there is none of that name. */
export function serveAsset(name: string, request: Request): Response | undefined {
  const asset = findAsset(name)
  if (asset === undefined) return undefined
  const tag = `"${asset.digest}"`
  const isVersioned = new URL(request.url).searchParams.get('v') === asset.digest
  const headers = {
    'content-type': asset.type,
    // A module that another imports has no version in its address: it is asked for again.
    'cache-control': isVersioned ? 'public, max-age=31536000, immutable' : 'no-cache',
    etag: tag,
    vary: 'accept-encoding',
  }
  if (request.headers.get('if-none-match') === tag)
    return new Response(null, { status: 304, headers })
  const accepted = request.headers.get('accept-encoding') ?? ''
  const encoding = (['br', 'gzip'] as const).find((one) => accepted.includes(one))
  if (encoding === undefined) return new Response(asset.bodies.identity, { headers })
  return new Response(asset.bodies[encoding], {
    headers: { ...headers, 'content-encoding': encoding },
  })
}

function readAsset(name: string): Asset {
  const bytes = new Uint8Array(readFileSync(join(FOLDER, name)))
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY }
  return {
    type: TYPES[extname(name)] ?? 'application/octet-stream',
    digest: createHash('sha256').update(bytes).digest('hex').slice(0, DIGEST_LENGTH),
    bodies: {
      identity: bytes,
      gzip: new Uint8Array(gzipSync(bytes)),
      br: new Uint8Array(brotliCompressSync(bytes, { params })),
    },
  }
}
