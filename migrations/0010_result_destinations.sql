-- Results by destination, so that none waits for another's receiver (docs/decisions/0014-results.md), and events
-- beside them: what happens to a call, told while it happens.

ALTER TABLE results
  -- 0: the result. Above: an event, in the order of what it tells.
  ADD COLUMN sequence integer NOT NULL DEFAULT 0,
  -- Scheme, host and port of the URL: what is slow or dead together.
  ADD COLUMN destination text COLLATE "C" NOT NULL GENERATED ALWAYS AS (
    coalesce(lower(substring(url FROM '^([Hh][Tt][Tt][Pp][Ss]?://[^/?#]+)')), url)
  ) STORED,
  -- Failures that were written down, and so the place in the schedule. `tries` counts claims as well of which
  -- nothing was heard.
  ADD COLUMN step smallint NOT NULL DEFAULT 0,
  -- Why it is undeliverable. gone: its URL answered 410; disabled: that had answered 410 before;
  -- exhausted: the schedule is over.
  ADD COLUMN why text CHECK (why IN ('gone', 'disabled', 'exhausted')),
  DROP CONSTRAINT results_pkey,
  ADD PRIMARY KEY (account_id, call_id, sequence);

UPDATE results SET step = least(tries, 9) WHERE state = 'pending';
UPDATE results SET why = 'exhausted' WHERE state = 'undeliverable';

DROP INDEX results_due;
CREATE INDEX results_due ON results (account_id, destination, due_at) WHERE state = 'pending';
CREATE INDEX results_undeliverable ON results (account_id, call_id, sequence)
  WHERE state = 'undeliverable';

ALTER TABLE result_tries
  ADD COLUMN sequence integer NOT NULL DEFAULT 0,
  -- How the answer's body begins; null: it was empty, or there was no answer.
  ADD COLUMN reply text,
  DROP CONSTRAINT result_tries_pkey,
  ADD PRIMARY KEY (account_id, call_id, sequence, try);

-- Destinations that have failed lately. One that has failed too often in a row rests; then one result at a
-- time finds out whether it is there again.
CREATE TABLE result_destinations (
  account_id integer NOT NULL REFERENCES accounts,
  destination text COLLATE "C" NOT NULL,
  failures integer NOT NULL,
  resting_until timestamptz(3),
  PRIMARY KEY (account_id, destination)
);

-- URLs that have answered 410: nothing goes there until one is received there again, or somebody says so.
CREATE TABLE disabled_result_urls (
  account_id integer NOT NULL REFERENCES accounts,
  url text NOT NULL,
  disabled_at timestamptz(3) NOT NULL DEFAULT now(),
  -- The result that was answered so.
  webhook_id text NOT NULL,
  PRIMARY KEY (account_id, url)
);

-- Where events go; a campaign's goes before its account's. Null: nowhere.
ALTER TABLE accounts ADD COLUMN events_url text;
ALTER TABLE campaigns ADD COLUMN events_url text;
