import { readPhoneList } from '#api'
import {
  type CallsContext,
  type ForbiddenImport,
  type findAccount,
  importForbiddenNumbers,
} from '#calls'
import { readFileBytes } from './read-file-bytes.ts'

type Account = Awaited<ReturnType<typeof findAccount>>

/** Puts the numbers of a file on an account's do-not-call list. @throws OutdialError `list-unreadable` */
export function importForbiddenList(
  calls: CallsContext,
  account: Account,
  file: string,
): Promise<ForbiddenImport> {
  return importForbiddenNumbers(calls, account, readPhoneList(readFileBytes(file)))
}
