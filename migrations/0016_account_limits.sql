-- What an account may call, and how much of it in a day.
ALTER TABLE accounts
  -- model's `Destinations`, a list of `US`, `+44`, `!+4490`; null: all.
  ADD COLUMN destinations jsonb,
  -- From midnight to midnight by the account's clock; null: no cap.
  ADD COLUMN attempts_per_day integer CHECK (attempts_per_day > 0),
  ADD COLUMN minutes_per_day integer CHECK (minutes_per_day > 0);

-- What accounts with such a cap have used, kept by the transactions that begin and end their attempts. By quarters of
-- an hour: a midnight of any zone is the beginning of one. Several rows each, so that few wait for one another.
CREATE TABLE account_usage (
  account_id integer NOT NULL,
  quarter timestamptz(0) NOT NULL,
  shard smallint NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  -- Begun minutes of answered calls, counted when they end.
  minutes integer NOT NULL DEFAULT 0,
  PRIMARY KEY (account_id, quarter, shard)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
