import type { ForbiddenImport, forbiddenNumbers } from '#calls'

type ForbiddenNumber = Awaited<ReturnType<typeof forbiddenNumbers>>[number]

/** A number that is not called, in the words of the interface. */
export function forbiddenNumberView({ destination, reason, createdAt }: ForbiddenNumber): object {
  return { destination, reason, created_at: createdAt }
}

export function forbiddenImportView(told: ForbiddenImport): object {
  const { added, known, refused, refusedRows } = told
  return { added, known, refused, refused_rows: refusedRows }
}
