-- What happened in each attempt, written after it has ended: for `outdial trace`.
CREATE TABLE call_traces (
  account_id integer NOT NULL,
  call_id integer NOT NULL,
  attempt smallint NOT NULL,
  -- When the call was claimed for it: the zero of all its times.
  began_at timestamptz(3) NOT NULL,
  -- model's `AttemptTrace` as JSON, deflated (RFC 1951).
  trace bytea NOT NULL,
  -- What was sent and received as audio, where that is recorded (rtp's `PacketCapture`), deflated.
  packets bytea,
  PRIMARY KEY (account_id, call_id, attempt)
);
-- Both are compressed already.
ALTER TABLE call_traces
  ALTER COLUMN trace SET STORAGE EXTERNAL,
  ALTER COLUMN packets SET STORAGE EXTERNAL;
