-- What each server has in hand of the outbox: one row a server, written anew at each look, so that a claim writes nothing
-- to the results themselves (docs/decisions/0021-result-claims.md).
CREATE TABLE result_claims (
  claimant text PRIMARY KEY,
  -- Nothing was heard of it since: it has died.
  leased_until timestamptz(3) NOT NULL,
  -- Which results, place by place, and the number of the try that is made of each.
  account_ids integer[] NOT NULL,
  call_ids integer[] NOT NULL,
  sequences integer[] NOT NULL,
  tries integer[] NOT NULL
) WITH (fillfactor = 50);
