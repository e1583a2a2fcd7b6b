-- While the callee is being connected with somebody else: the trunk of that second leg, which counts
-- against every limit as the first does, and what a restart needs to know of it, as of the first.
ALTER TABLE calls ADD COLUMN second_trunk text;
ALTER TABLE attempts
  ADD COLUMN second_invite jsonb,
  ADD COLUMN second_dialog jsonb;

CREATE INDEX calls_with_second_leg ON calls (second_trunk, account_id, campaign_id)
  WHERE second_trunk IS NOT NULL;
