/** A row of `accounts` as the model's `Account`; null where absent. */
export const ACCOUNT_COLUMNS = `
  account_id AS "accountId", login, time_zone AS "timeZone", country,
  detects_callee_type AS "detectsCalleeType", held, destinations,
  events_url AS "eventsUrl"`
