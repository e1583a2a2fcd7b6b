-- Campaigns with settings and states of their own, call lists that become due as a whole, and what all
-- nodes together must obey (docs/decisions/0007-claims.md).

-- What concerns the whole installation: one row. Whoever claims calls locks it, so claims of all nodes
-- come one after the other and each sees what the others have in use.
CREATE TABLE installation (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  held boolean NOT NULL DEFAULT false
);
INSERT INTO installation DEFAULT VALUES;

ALTER TABLE accounts
  ADD COLUMN held boolean NOT NULL DEFAULT false,
  ADD COLUMN lines integer CHECK (lines > 0),
  ADD COLUMN calls_per_second real CHECK (calls_per_second > 0),
  -- One call to a number at a time.
  ADD COLUMN serializes_numbers boolean NOT NULL DEFAULT true,
  -- Seconds from the end of an attempt to the next one to the same number, whatever call it is of.
  ADD COLUMN number_gap_seconds integer NOT NULL DEFAULT 0 CHECK (number_gap_seconds >= 0),
  -- Attempts to one number in any 24 hours; null: no cap.
  ADD COLUMN number_cap integer CHECK (number_cap > 0),
  -- model's `CallingWindow`, `Holidays` and `RetryPolicy`; null: always, none, the default.
  ADD COLUMN calling_window jsonb,
  ADD COLUMN holidays jsonb,
  ADD COLUMN retry_policy jsonb;

-- `state`: queued (nothing dialled yet) → running → completed; paused and back; canceled. The default
-- campaign of an account, which takes single calls, runs for ever (docs/call-states.md).
ALTER TABLE campaigns
  ADD COLUMN state text NOT NULL DEFAULT 'queued'
    CHECK (state IN ('queued', 'running', 'paused', 'canceled', 'completed')),
  ADD COLUMN is_default boolean NOT NULL DEFAULT false,
  -- Takes no new attempts but those of calls that were dialled before; then it completes.
  ADD COLUMN draining boolean NOT NULL DEFAULT false,
  -- Of the calls that have none of their own.
  ADD COLUMN start_url text,
  ADD COLUMN result_url text,
  ADD COLUMN start_method text NOT NULL DEFAULT 'post' CHECK (start_method IN ('post', 'get')),
  ADD COLUMN max_retries smallint CHECK (max_retries BETWEEN 0 AND 10),
  ADD COLUMN retry_interval_seconds integer
    CHECK (retry_interval_seconds BETWEEN 60 AND 172800),
  ADD COLUMN scheduled_at timestamptz(3),
  ADD COLUMN expires_at timestamptz(3),
  ADD COLUMN caller_id text,
  ADD COLUMN lines integer CHECK (lines > 0),
  ADD COLUMN calls_per_second real CHECK (calls_per_second > 0),
  -- Its part among the campaigns of its account.
  ADD COLUMN weight real NOT NULL DEFAULT 1 CHECK (weight > 0),
  ADD COLUMN calling_window jsonb,
  ADD COLUMN retry_policy jsonb,
  -- Grows with every edit; an edit names the one that it has seen.
  ADD COLUMN version integer NOT NULL DEFAULT 1,
  ADD COLUMN state_changed_at timestamptz(3) NOT NULL DEFAULT now(),
  -- When the first of its calls was given a line; when the last of its calls ended.
  ADD COLUMN began_at timestamptz(3),
  ADD COLUMN ended_at timestamptz(3);
CREATE INDEX campaigns_open ON campaigns (account_id, campaign_id)
  WHERE ended_at IS NULL AND NOT is_default;

UPDATE campaigns SET is_default = true, state = 'running' WHERE name = 'default';

-- Calls that become due together: an upload, or all single calls of a campaign. Nothing of a list is
-- claimed before it is `complete`.
CREATE TABLE call_lists (
  account_id integer NOT NULL,
  list_id integer GENERATED ALWAYS AS IDENTITY,
  campaign_id integer NOT NULL,
  -- single: calls that came one by one; they go before bulk.
  kind text NOT NULL CHECK (kind IN ('single', 'bulk')),
  -- canceled: its queued calls are concluded in the background; draining: those that were never
  -- dialled, then it is complete again.
  state text NOT NULL DEFAULT 'importing'
    CHECK (state IN ('importing', 'complete', 'failed', 'draining', 'canceled')),
  accepted integer NOT NULL DEFAULT 0,
  refused integer NOT NULL DEFAULT 0,
  duplicates integer NOT NULL DEFAULT 0,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  -- An import without a sign of life is taken for broken off.
  touched_at timestamptz(3) NOT NULL DEFAULT now(),
  completed_at timestamptz(3),
  -- When nothing was left to do for a canceled or a failed one.
  settled_at timestamptz(3),
  PRIMARY KEY (account_id, list_id),
  FOREIGN KEY (account_id, campaign_id) REFERENCES campaigns
);

CREATE UNIQUE INDEX call_lists_by_id ON call_lists (list_id);
CREATE UNIQUE INDEX call_lists_single ON call_lists (account_id, campaign_id)
  WHERE kind = 'single' AND state <> 'canceled';
CREATE INDEX call_lists_settling ON call_lists (list_id)
  WHERE state IN ('failed', 'draining', 'canceled') AND settled_at IS NULL;
CREATE INDEX call_lists_importing ON call_lists (touched_at) WHERE state = 'importing';

INSERT INTO call_lists (account_id, campaign_id, kind, state, completed_at)
  SELECT account_id, campaign_id, 'single', 'complete', now() FROM campaigns;

CREATE TABLE refused_rows (
  account_id integer NOT NULL,
  list_id integer NOT NULL,
  line integer NOT NULL,
  value text NOT NULL,
  code text NOT NULL,
  reason text NOT NULL,
  PRIMARY KEY (account_id, list_id, line)
);

ALTER TABLE calls
  ADD COLUMN list_id integer,
  -- The list's further columns, by name.
  ADD COLUMN columns jsonb,
  -- IANA name; null: that of the number.
  ADD COLUMN time_zone text,
  -- Of its attempts, those that count as none, since only the trunk failed.
  ADD COLUMN trunk_failures smallint NOT NULL DEFAULT 0,
  -- While it is claimed, dialing or answered: the way out it was given, and when its INVITE may leave.
  ADD COLUMN trunk text,
  ADD COLUMN start_at timestamptz(3),
  -- Its account lets no two calls to one number run at once.
  ADD COLUMN serialized boolean NOT NULL DEFAULT false,
  -- Asked of the node that has it: `ringing`: end it unless it was answered; `connected`: hang up too.
  ADD COLUMN cancel text CHECK (cancel IN ('ringing', 'connected')),
  -- Each rule's verdict when it was last looked at (#model's `DispatchVerdict[]`), and when that was.
  ADD COLUMN verdicts jsonb,
  ADD COLUMN decided_at timestamptz(3),
  -- Null: the campaign's.
  ALTER COLUMN start_url DROP NOT NULL,
  ALTER COLUMN max_retries DROP NOT NULL,
  ALTER COLUMN retry_interval_seconds DROP NOT NULL;

UPDATE calls SET list_id = (
  SELECT list_id FROM call_lists l
  WHERE l.account_id = calls.account_id AND l.campaign_id = calls.campaign_id AND l.kind = 'single'
);
ALTER TABLE calls ALTER COLUMN list_id SET NOT NULL;

DROP INDEX calls_due;
CREATE INDEX calls_due ON calls (list_id, due_at, call_id) WHERE state = 'queued';
CREATE UNIQUE INDEX calls_one_a_number ON calls (account_id, destination)
  WHERE serialized AND state IN ('claimed', 'dialing', 'answered');
-- An attempt that was withdrawn while its call was to be canceled.
CREATE INDEX calls_to_cancel ON calls (call_id) WHERE state = 'queued' AND cancel IS NOT NULL;
CREATE INDEX calls_of_campaign ON calls (account_id, campaign_id, call_id);
CREATE INDEX calls_ended ON calls (ended_at, call_id) WHERE state = 'ended';

-- How many calls of a list have ended how, kept by the transactions that end them, and when the calls
-- themselves are gone; several rows each, so that few wait for one another.
CREATE TABLE campaign_counts (
  account_id integer NOT NULL,
  campaign_id integer NOT NULL,
  list_id integer NOT NULL,
  shard smallint NOT NULL,
  outcome text NOT NULL,
  calls bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (account_id, campaign_id, list_id, shard, outcome)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);

-- When the next call may start, by scope: `installation`, `trunk:NAME`, `account:ID`, `campaign:ID`.
CREATE TABLE pacing (
  scope text PRIMARY KEY,
  next_start_at timestamptz NOT NULL
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);

-- Numbers that an account must not call.
CREATE TABLE do_not_call (
  account_id integer NOT NULL REFERENCES accounts,
  -- E.164
  destination text NOT NULL,
  reason text NOT NULL DEFAULT '',
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (account_id, destination)
);

-- Attempts by number, kept as long as a gap or a cap of the account may ask for them.
CREATE TABLE number_attempts (
  account_id integer NOT NULL,
  destination text NOT NULL,
  call_id integer NOT NULL,
  attempt smallint NOT NULL,
  dialed_at timestamptz(3) NOT NULL,
  ended_at timestamptz(3),
  PRIMARY KEY (account_id, destination, call_id, attempt)
);

-- What a request with an `Idempotency-Key` was answered.
CREATE TABLE idempotency_keys (
  account_id integer NOT NULL REFERENCES accounts,
  key text NOT NULL,
  -- Which method, and a digest of the request's fields: the same key with another request is a mistake.
  method text NOT NULL,
  fingerprint text NOT NULL,
  -- Null while the first request is still at work.
  answer jsonb,
  -- The upload that is at work: where it fails, the key is free again.
  list_id integer,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (account_id, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

-- Not live: it stopped, or others took it for dead and took its calls; it must join again.
ALTER TABLE nodes ADD COLUMN live boolean NOT NULL DEFAULT true;
