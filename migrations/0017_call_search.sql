-- Searches of calls by three indexes of one shape instead of four: what is looked for, then how the call stands (no outcome: it
-- is queued), then its id. A call in progress is in none of them, and what changes about it is not written there
-- (docs/decisions/0019-call-search.md).
DROP INDEX calls_by_standing;
DROP INDEX calls_by_number;
DROP INDEX calls_by_reference;
DROP INDEX calls_of_campaign;
-- The primary key has the ids of each account, and one sequence draws them all. An index of ids alone was written at each
-- change of a call, for nobody but who does not know the account.
DROP INDEX calls_by_id;

CREATE INDEX calls_by_number ON calls (account_id, destination, outcome, call_id)
  WHERE state IN ('queued', 'ended');
CREATE INDEX calls_by_reference ON calls (account_id, message_reference, outcome, call_id)
  WHERE state IN ('queued', 'ended') AND message_reference <> '';
CREATE INDEX calls_by_campaign ON calls (account_id, campaign_id, outcome, call_id)
  WHERE state IN ('queued', 'ended');
