import type { Queryable } from '../database/database.ts'

/** A recording's file on a node's disk. */
export interface RecordingFile {
  readonly name: string
  readonly callId: number
  readonly attempt: number
  readonly bytes: number
  readonly recordedAt: Date
}

export interface KnownFile {
  readonly name: string
  /** Where it was moved to. */
  readonly bucket: string | null
}

/**
 * Notes those files that are whole and nobody has noted, because the process or the store failed at that
 * moment. Returns all of them that are noted; the others are of no attempt that is known.
 */
export function adoptRecordings(
  db: Queryable,
  nodeId: string,
  files: readonly RecordingFile[],
): Promise<KnownFile[]> {
  return db.query<KnownFile>(
    `WITH file AS (
       SELECT * FROM unnest($2::text[], $3::integer[], $4::integer[], $5::bigint[], $6::timestamptz[])
         AS f (name, call_id, attempt, bytes, recorded_at)
     ), adopted AS (
       INSERT INTO recordings (account_id, call_id, attempt, node_id, name, bytes, recorded_at)
       SELECT a.account_id, a.call_id, a.attempt, $1, f.name, f.bytes, f.recorded_at
       FROM file f JOIN attempts a ON a.call_id = f.call_id AND a.attempt = f.attempt
       ON CONFLICT DO NOTHING
       RETURNING name, bucket
     )
     SELECT name, bucket FROM adopted
     UNION ALL
     SELECT r.name, r.bucket FROM recordings r JOIN file f ON f.call_id = r.call_id AND f.name = r.name`,
    [
      nodeId,
      files.map(({ name }) => name),
      files.map(({ callId }) => callId),
      files.map(({ attempt }) => attempt),
      files.map(({ bytes }) => bytes),
      files.map(({ recordedAt }) => recordedAt),
    ],
  )
}
