import type { CallsContext, PhoneList } from '#calls'
import { type ListLayout, readPhoneList } from '../lists/phone-list.ts'
import { SpoolFile } from '../lists/spool-file.ts'
import type { RequestBody } from '../request-body.ts'

/** The body of a request, as it comes. */
export async function* listBytes(body: RequestBody): AsyncGenerator<Buffer> {
  for (;;) {
    const chunk = await body.next()
    if (chunk === undefined) return
    yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
  }
}

/**
 * Receives a list whole, on disk, before `queue` is given its rows and a digest of it: a client may be slow or
 * break off, and the database does not wait for that.
 *
 * @throws OutdialError `upload-not-storable` (temporary), those of `RequestBody`, what `queue` throws
 */
export async function withList<Answer>(
  context: CallsContext,
  place: ListPlace,
  layout: ListLayout | undefined,
  queue: (list: PhoneList, digest: string) => Promise<Answer>,
): Promise<Answer> {
  const file = await spoolList(context, place)
  try {
    return await queue(readPhoneList(file.read(), layout), file.digest())
  } finally {
    await file.close()
  }
}

export interface ListPlace {
  readonly body: RequestBody
  readonly folder: string
}

/** The same without more; whoever asks closes it. */
export async function spoolList(
  { random }: CallsContext,
  { body, folder }: ListPlace,
): Promise<SpoolFile> {
  const file = await SpoolFile.create({ folder, random })
  try {
    for await (const chunk of listBytes(body)) await file.write(chunk)
    return file
  } catch (error) {
    await file.close()
    throw error
  }
}
