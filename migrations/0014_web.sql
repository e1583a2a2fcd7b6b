-- People of an account who sign in by name, each with a role. The account's own PIN is its owner's.
CREATE TABLE users (
  user_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account_id integer NOT NULL REFERENCES accounts,
  name text NOT NULL,
  role text NOT NULL CHECK (role IN ('viewer', 'operator', 'owner')),
  password_hash text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  last_sign_in_at timestamptz(3),
  UNIQUE (account_id, name)
);

-- Who is signed in to the pages. What a session may do is read anew with each request: the role from the user,
-- the rights over the installation from the key that was joined to it.
CREATE TABLE web_sessions (
  session_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- SHA-256 of the token, which is 256 random bits and stored nowhere
  digest bytea NOT NULL UNIQUE,
  account_id integer NOT NULL REFERENCES accounts,
  -- null: the account's owner, by its PIN
  user_id integer REFERENCES users ON DELETE CASCADE,
  -- SHA-256 of the PIN's or password's hash at the sign-in: whichever way it is changed, the session is over
  proof bytea NOT NULL,
  installation_key_id integer REFERENCES api_keys ON DELETE SET NULL,
  address text,
  signed_in_at timestamptz(3) NOT NULL,
  last_seen_at timestamptz(3) NOT NULL,
  session_expires_at timestamptz(3) NOT NULL
);
CREATE INDEX web_sessions_of_account ON web_sessions (account_id, session_id);
CREATE INDEX web_sessions_of_user ON web_sessions (user_id);
CREATE INDEX web_sessions_of_key ON web_sessions (installation_key_id);

-- Who has done what. Of an account, or where it is null of the installation.
CREATE TABLE audit_log (
  entry_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account_id integer REFERENCES accounts,
  at timestamptz(3) NOT NULL DEFAULT now(),
  -- `owner`, `user:NAME`, `key:NAME`, `command line`
  actor text NOT NULL,
  -- The id of an operation of the JSON interface, or `signIn` and its like.
  action text NOT NULL,
  -- What it was done to, such as `campaign 7`; empty: the account, or the installation.
  subject text NOT NULL,
  -- Small, and without secrets.
  detail jsonb
);
CREATE INDEX audit_log_of_account ON audit_log (account_id, entry_id);
CREATE INDEX audit_log_by_time ON audit_log (at);
