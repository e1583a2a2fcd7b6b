import { listTrunks } from '#store'
import type { CallsContext } from './context.ts'

/**
 * Any trunk may come to carry a call, so all of them must be willing to put their own caller ID in the
 * place of one that is not ten digits.
 */
export async function replacesInvalidCallerId({ db }: CallsContext): Promise<boolean> {
  const trunks = await listTrunks(db)
  return trunks.length > 0 && trunks.every((trunk) => trunk.invalidCallerId === 'default')
}
