-- What an account's results are signed with (Standard Webhooks). One that has been replaced signs beside its
-- successor until it expires.
CREATE TABLE webhook_secrets (
  account_id integer NOT NULL REFERENCES accounts,
  secret_id integer GENERATED ALWAYS AS IDENTITY,
  -- of 32 bytes, in base64
  secret text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  expires_at timestamptz(3),
  PRIMARY KEY (account_id, secret_id)
);

-- Two random UUIDs have 244 random bits.
INSERT INTO webhook_secrets (account_id, secret)
  SELECT account_id,
    encode(decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'), 'base64')
  FROM accounts;
