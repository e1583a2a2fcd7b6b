/** The same pieces, the first of them read already: what is wrong from the beginning is thrown before a reply begins. */
export async function afterFirst<Piece>(
  pieces: AsyncIterable<Piece>,
): Promise<AsyncGenerator<Piece, void, undefined>> {
  const iterator = pieces[Symbol.asyncIterator]()
  const first = await iterator.next()
  return rest(first, iterator)
}

async function* rest<Piece>(
  first: IteratorResult<Piece, unknown>,
  iterator: AsyncIterator<Piece>,
): AsyncGenerator<Piece, void, undefined> {
  try {
    for (let next = first; !next.done; next = await iterator.next()) yield next.value
  } finally {
    await iterator.return?.()
  }
}
