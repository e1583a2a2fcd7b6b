-- Keys of the JSON interface, each with a role.
CREATE TABLE api_keys (
  key_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- null: the installation's own, for its trunks and accounts
  account_id integer REFERENCES accounts,
  name text NOT NULL,
  role text NOT NULL CHECK (role IN ('viewer', 'operator', 'owner')),
  -- SHA-256 of the key, which is 256 random bits and stored nowhere
  digest bytea NOT NULL UNIQUE,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  expires_at timestamptz(3)
);
CREATE INDEX api_keys_of_account ON api_keys (account_id, key_id);

-- For those who look calls up: by number, by reference, and by how they stand or ended. Calls in progress are
-- few and found by `calls_claimed`, so that a call is entered into these once when it is queued and once when
-- it has ended, and not at the changes between.
CREATE INDEX calls_by_number ON calls (account_id, destination, call_id)
  WHERE state IN ('queued', 'ended');
CREATE INDEX calls_by_reference ON calls (account_id, message_reference, call_id)
  WHERE state IN ('queued', 'ended') AND message_reference <> '';
CREATE INDEX calls_by_standing ON calls (account_id, coalesce(outcome, state), call_id)
  WHERE state IN ('queued', 'ended');
