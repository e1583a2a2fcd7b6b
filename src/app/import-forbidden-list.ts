import { readPhoneList } from '#api'
import { type ForbiddenImport, findAccount, importForbiddenNumbers } from '#calls'
import type { Config } from './config.ts'
import { withGround } from './ground.ts'
import { readFileBytes } from './read-file-bytes.ts'

/** Puts the numbers of a file on an account's do-not-call list. @throws OutdialError `list-unreadable` */
export function importForbiddenList(
  config: Config,
  { file, login }: { readonly file: string; readonly login: string },
): Promise<ForbiddenImport> {
  return withGround(config, async ({ ground: { calls } }) => {
    const account = await findAccount(calls, login)
    return importForbiddenNumbers(calls, account, readPhoneList(readFileBytes(file)))
  })
}
