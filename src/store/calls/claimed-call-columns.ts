/**
 * The model's `ClaimedCall` from `calls c`, `campaigns p` and `accounts a`; null where absent. What a call
 * has not of its own is its campaign's.
 */
export const CLAIMED_CALL_COLUMNS = `
  c.account_id AS "accountId", c.call_id AS "callId", c.campaign_id AS "campaignId",
  p.name AS "campaignName", p.campaign_parameters AS "campaignParameters",
  c.list_id AS "listId", c.phone_number AS "phoneNumber", c.destination,
  coalesce(c.caller_id, p.caller_id) AS "callerId", c.post_dial AS "postDial",
  coalesce(c.start_url, p.start_url, '') AS "startUrl", p.start_method AS "startMethod",
  c.message_reference AS "messageReference", c.call_parameters AS "callParameters",
  c.columns, c.time_zone AS "timeZone", c.attempts,
  c.trunk_failures AS "trunkFailures",
  coalesce(c.max_retries, p.max_retries, 0) AS "maxRetries",
  coalesce(c.retry_interval_seconds, p.retry_interval_seconds, 300) AS "retryIntervalSeconds",
  coalesce(c.expires_at, p.expires_at) AS "expiresAt", coalesce(c.node_id, '') AS "nodeId",
  c.claim_epoch AS "claimEpoch", a.detects_callee_type AS "detectsCalleeType",
  coalesce(p.events_url, a.events_url) AS "eventsUrl"`
