-- One row a recording of a call: where it is, or why there is none. It may outlive its call.
CREATE TABLE recordings (
  account_id integer NOT NULL,
  call_id integer NOT NULL,
  attempt smallint NOT NULL,
  -- whose disk it was written to
  node_id text NOT NULL,
  -- of the file and of the object; null: it could not be stored
  name text,
  -- null: it is on the node's disk
  bucket text,
  bytes bigint NOT NULL DEFAULT 0,
  duration_ms integer NOT NULL DEFAULT 0,
  -- why it could not be stored, or not yet be moved to the bucket
  fault text,
  tries integer NOT NULL DEFAULT 0,
  due_at timestamptz(3) NOT NULL DEFAULT now(),
  recorded_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (account_id, call_id, attempt),
  CHECK (name IS NOT NULL OR fault IS NOT NULL)
);

CREATE INDEX recordings_of_call ON recordings (call_id);
CREATE INDEX recordings_to_move ON recordings (node_id, due_at) WHERE bucket IS NULL AND name IS NOT NULL;
CREATE INDEX recordings_by_age ON recordings (recorded_at, call_id, attempt);
