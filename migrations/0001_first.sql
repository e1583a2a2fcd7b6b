-- The first tables. Account first in every key, so that a cluster can be sharded by account.
-- Every time is the database's clock, in milliseconds, as JavaScript's `Date` holds them without loss;
-- state changes are guarded by `claim_epoch`.

CREATE TABLE accounts (
  account_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  login text NOT NULL UNIQUE,
  pin_hash text NOT NULL,
  time_zone text NOT NULL DEFAULT 'UTC',
  country text NOT NULL DEFAULT 'US',
  detects_callee_type boolean NOT NULL DEFAULT true,
  created_at timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE campaigns (
  account_id integer NOT NULL REFERENCES accounts,
  campaign_id integer GENERATED ALWAYS AS IDENTITY,
  name text NOT NULL,
  campaign_parameters text NOT NULL DEFAULT '',
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (account_id, campaign_id),
  UNIQUE (account_id, name)
);

-- A person to be reached. `state`: queued → claimed → dialing → answered → ended, or back to queued
-- for the next attempt (docs/call-states.md).
CREATE TABLE calls (
  account_id integer NOT NULL,
  call_id integer GENERATED ALWAYS AS IDENTITY,
  campaign_id integer NOT NULL,
  phone_number text NOT NULL,
  destination text NOT NULL,
  caller_id text,
  post_dial text,
  start_url text NOT NULL,
  result_url text,
  message_reference text NOT NULL DEFAULT '',
  call_parameters text NOT NULL DEFAULT '',
  max_retries smallint NOT NULL CHECK (max_retries BETWEEN 0 AND 10),
  retry_interval_seconds integer NOT NULL CHECK (retry_interval_seconds BETWEEN 60 AND 172800),
  scheduled_at timestamptz(3) NOT NULL,
  expires_at timestamptz(3),
  created_at timestamptz(3) NOT NULL DEFAULT now(),

  state text NOT NULL DEFAULT 'queued'
    CHECK (state IN ('queued', 'claimed', 'dialing', 'answered', 'ended')),
  due_at timestamptz(3) NOT NULL,
  attempts smallint NOT NULL DEFAULT 0,
  -- who holds the claim: the node, and which of its starts
  node_id text,
  incarnation integer,
  claim_epoch bigint NOT NULL DEFAULT 0,

  outcome text,
  cause text,
  sip_status smallint,
  hangup_by text CHECK (hangup_by IN ('callee', 'app', 'system')),
  callee_type text,
  duration_seconds integer NOT NULL DEFAULT 0,
  exit_value text,
  last_attempt_at timestamptz(3),
  ended_at timestamptz(3),

  PRIMARY KEY (account_id, call_id),
  FOREIGN KEY (account_id, campaign_id) REFERENCES campaigns,
  CHECK ((state = 'ended') = (outcome IS NOT NULL))
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500);

CREATE UNIQUE INDEX calls_by_id ON calls (call_id);
CREATE INDEX calls_due ON calls (due_at, call_id) WHERE state = 'queued';
CREATE INDEX calls_claimed ON calls (node_id) WHERE state IN ('claimed', 'dialing', 'answered');
CREATE INDEX calls_expiring ON calls (expires_at) WHERE state = 'queued' AND expires_at IS NOT NULL;

-- One row an INVITE, committed before the INVITE leaves: what a restart needs to know of it.
CREATE TABLE attempts (
  account_id integer NOT NULL,
  call_id integer NOT NULL,
  attempt smallint NOT NULL,
  node_id text NOT NULL,
  incarnation integer NOT NULL,
  claim_epoch bigint NOT NULL,
  state text NOT NULL DEFAULT 'dialing' CHECK (state IN ('dialing', 'ringing', 'answered', 'ended')),
  trunk text NOT NULL,
  -- Call-ID, From-tag, CSeq, branch, target and local address of the INVITE (#sip's `InviteIdentity`)
  invite jsonb NOT NULL,
  -- the confirmed dialog (#sip's `DialogState`), once answered
  dialog jsonb,
  dialed_at timestamptz(3) NOT NULL DEFAULT now(),
  ringing_at timestamptz(3),
  answered_at timestamptz(3),
  heartbeat_at timestamptz(3) NOT NULL DEFAULT now(),
  ended_at timestamptz(3),
  outcome text,
  cause text,
  sip_status smallint,
  hangup_by text,
  callee_type text,
  duration_seconds integer NOT NULL DEFAULT 0,
  exit_value text,
  PRIMARY KEY (account_id, call_id, attempt)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500);

CREATE INDEX attempts_open ON attempts (node_id) WHERE state <> 'ended';

-- The outbox: written in the transaction that ends the call, posted until the receiver has it.
CREATE TABLE results (
  account_id integer NOT NULL,
  call_id integer NOT NULL,
  webhook_id text NOT NULL UNIQUE,
  url text NOT NULL,
  body text NOT NULL,
  state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'undeliverable')),
  due_at timestamptz(3) NOT NULL,
  -- grows with every claim, and so fences what an earlier claim still writes
  tries integer NOT NULL DEFAULT 0,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  ended_at timestamptz(3),
  PRIMARY KEY (account_id, call_id)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500);

CREATE INDEX results_due ON results (due_at) WHERE state = 'pending';

-- Every try of a delivery, whatever came of it. A missing number is a try that the process did not survive.
CREATE TABLE result_tries (
  account_id integer NOT NULL,
  call_id integer NOT NULL,
  try integer NOT NULL,
  tried_at timestamptz(3) NOT NULL DEFAULT now(),
  http_status smallint,
  error text,
  duration_ms integer NOT NULL,
  PRIMARY KEY (account_id, call_id, try)
);

CREATE TABLE trunks (
  trunk_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE,
  host text NOT NULL,
  port integer NOT NULL DEFAULT 5060 CHECK (port BETWEEN 1 AND 65535),
  transport text NOT NULL DEFAULT 'udp' CHECK (transport IN ('udp', 'tcp')),
  username text,
  password text,
  caller_id text,
  invalid_caller_id text NOT NULL DEFAULT 'decline' CHECK (invalid_caller_id IN ('decline', 'default')),
  lines integer CHECK (lines > 0),
  calls_per_second real CHECK (calls_per_second > 0),
  created_at timestamptz(3) NOT NULL DEFAULT now()
);

-- One row a node. `incarnation` grows at every start: what an earlier one left open is recovered.
CREATE TABLE nodes (
  node_id text PRIMARY KEY,
  incarnation integer NOT NULL DEFAULT 1,
  started_at timestamptz(3) NOT NULL DEFAULT now(),
  heartbeat_at timestamptz(3) NOT NULL DEFAULT now()
);
