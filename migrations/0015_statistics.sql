-- Figures of ended calls, for pages that show them. Not written by the transactions that end calls, but a moment later, from
-- the ended calls in the order of time: each is counted once (src/store/statistics). They stay when the calls are removed.

-- When calls ended, and how: a call is counted in one bucket of each length.
CREATE TABLE call_statistics (
  account_id integer NOT NULL,
  campaign_id integer NOT NULL,
  -- The bucket's length: five minutes, an hour, a day of UTC.
  seconds integer NOT NULL CHECK (seconds IN (300, 3600, 86400)),
  -- Its beginning.
  bucket timestamptz(3) NOT NULL,
  outcome text NOT NULL,
  calls bigint NOT NULL,
  PRIMARY KEY (account_id, campaign_id, seconds, bucket, outcome)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500);
CREATE INDEX call_statistics_by_time ON call_statistics (bucket, account_id) WHERE seconds = 300;

CREATE TABLE call_totals (
  account_id integer NOT NULL,
  campaign_id integer NOT NULL,
  outcome text NOT NULL,
  -- Empty: nobody answered.
  callee_type text NOT NULL,
  -- 0: never connected; 1 to 8: less than 5, 10, 20, 30, 60, 120, 300 seconds, or longer.
  duration_class smallint NOT NULL,
  calls bigint NOT NULL,
  -- Of these: with an attempt.
  dialed bigint NOT NULL,
  -- Connected, of all together.
  seconds bigint NOT NULL,
  PRIMARY KEY (account_id, campaign_id, outcome, callee_type, duration_class)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500);

-- The attempts of ended calls.
CREATE TABLE attempt_totals (
  account_id integer NOT NULL,
  campaign_id integer NOT NULL,
  outcome text NOT NULL,
  attempts bigint NOT NULL,
  PRIMARY KEY (account_id, campaign_id, outcome)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500);

-- The last call that was counted, in the order of `calls_ended`: one row, which who counts locks.
CREATE TABLE statistics_place (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  ended_at timestamptz(3) NOT NULL DEFAULT to_timestamp(0),
  call_id integer NOT NULL DEFAULT 0
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
INSERT INTO statistics_place DEFAULT VALUES;

-- What each node last said of itself (#model's `NodeReport`).
CREATE TABLE node_reports (
  node_id text PRIMARY KEY,
  reported_at timestamptz(3) NOT NULL,
  report jsonb NOT NULL
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
