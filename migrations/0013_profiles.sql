-- What campaigns of an account may share, by name: when to call, and how fast. A campaign that refers to one
-- has its values in its own columns, which the claims read as ever: an edit writes both, in one transaction.
CREATE TABLE schedules (
  account_id integer NOT NULL REFERENCES accounts,
  name text NOT NULL,
  -- Those of store's `CampaignSettings` that it gives: `callingWindow`, `holidays`.
  settings jsonb NOT NULL,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (account_id, name)
);

CREATE TABLE pacing_profiles (
  account_id integer NOT NULL REFERENCES accounts,
  name text NOT NULL,
  -- `lines`, `callsPerSecond`, `weight`.
  settings jsonb NOT NULL,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (account_id, name)
);

ALTER TABLE campaigns
  -- Besides those of the account.
  ADD COLUMN holidays jsonb,
  -- Null: its values are its own.
  ADD COLUMN schedule text,
  ADD COLUMN pacing_profile text,
  ADD FOREIGN KEY (account_id, schedule) REFERENCES schedules,
  ADD FOREIGN KEY (account_id, pacing_profile) REFERENCES pacing_profiles;
CREATE INDEX campaigns_of_schedule ON campaigns (account_id, schedule)
  WHERE schedule IS NOT NULL;
CREATE INDEX campaigns_of_pacing_profile ON campaigns (account_id, pacing_profile)
  WHERE pacing_profile IS NOT NULL;
