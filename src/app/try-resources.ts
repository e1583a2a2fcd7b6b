import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { createGuardedFetch, type GuardedFetch, systemClock } from '#base'
import { type Fetcher, fetchForSession } from '#dialer'
import type { FetchRequest, FetchResponse } from '#vxml'
import { PRODUCT } from './product.ts'

const DOCUMENT_MAX_BYTES = 5_000_000
const EVERYWHERE = ['0.0.0.0/0', '::/0']

/** `http:`, `https:` and `file:` as they are, anything else as the path of a file. */
export function addressOf(named: string): string {
  return /^(https?|file):\/\//i.test(named) ? named : pathToFileURL(named).href
}

/** The developer names the address, so every network may be reached. */
export function openFetch(): GuardedFetch {
  return createGuardedFetch({ allowPrivate: EVERYWHERE, userAgent: PRODUCT, clock: systemClock })
}

/** Reads files from the disk, all else over HTTP. */
export class TryResources {
  readonly #fetcher: Fetcher = {
    fetch: openFetch(),
    settings: { documentMaxBytes: DOCUMENT_MAX_BYTES },
  }

  async fetch(request: FetchRequest): Promise<FetchResponse> {
    if (request.uri.startsWith('file:')) return await readDocument(request.uri)
    return await fetchForSession(this.#fetcher, request)
  }
}

/** What a server would answer that has this file. */
export async function readDocument(uri: string): Promise<FetchResponse> {
  try {
    const body = await readFile(pathOf(uri))
    return { uri, status: 200, contentType: TYPES[extname(pathOf(uri))] ?? '', body }
  } catch {
    return { uri, status: 404, contentType: '', body: new Uint8Array() }
  }
}

/** A query names no other file. */
function pathOf(uri: string): string {
  const url = new URL(uri)
  url.search = ''
  url.hash = ''
  return fileURLToPath(url)
}

const TYPES: Readonly<Record<string, string>> = {
  '.vxml': 'application/voicexml+xml',
  '.grxml': 'application/srgs+xml',
  '.gram': 'application/srgs',
  '.abnf': 'application/srgs',
  '.jsgf': 'application/x-jsgf',
  '.xml': 'application/xml',
}
