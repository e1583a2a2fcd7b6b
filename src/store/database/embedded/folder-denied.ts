import { OutdialError } from '#base'

/** `fault`: a sentence that names the folder. */
export function folderDenied(fault: string, cause?: unknown): OutdialError {
  return new OutdialError(
    'store-folder-denied',
    `${fault} Give it to the user that Outdial runs as, set OUTDIAL_DATA to another folder, ` +
      'or set DATABASE_URL.',
    { cause },
  )
}
