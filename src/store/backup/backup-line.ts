import { z } from 'zod'

/**
 * A backup is lines of JSON: what it is, then of each table its name and its rows, each as
 * PostgreSQL's `row_to_json` has it, and at last how many rows there were. A file without its last line is cut off.
 */
export const BackupHeader = z.object({
  outdialBackup: z.literal(1),
  takenAt: z.iso.datetime(),
  /** The migrations that its tables went through. */
  migrations: z.array(z.object({ name: z.string(), checksum: z.string() })).min(1),
})
export type BackupHeader = z.infer<typeof BackupHeader>

export const TableLine = z.object({ table: z.string() })

export const BackupEnd = z.object({ rows: z.number().int() })
