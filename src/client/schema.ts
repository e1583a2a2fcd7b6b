// tidy: long file because scripts/client-schema.ts writes it, from docs/reference/openapi.json.

/** An account, with its rules and limits. */
export type Account = {
  login: string
  held: boolean
  time_zone: string
  country: string
  detect_callee_type: boolean
  lines?: number
  calls_per_second?: number
  calling_window?: Readonly<Record<string, readonly string[]>>
  holidays?: Readonly<Record<string, readonly string[]>>
  destinations?: readonly string[]
  attempts_per_day?: number
  minutes_per_day?: number
  number_gap: number
  number_cap?: number
  serialize_numbers: boolean
  retry_policy?: Readonly<Record<string, unknown>>
  events_url?: string
}

export type ApiKey = {
  key_id: number
  name: string
  role: Role
  created_at: string
  expires_at?: string
}

export type Attempt = {
  attempt: number
  state: 'dialing' | 'ringing' | 'answered' | 'ended'
  trunk: string
  dialed_at: string
  ringing_at?: string
  answered_at?: string
  result?: 'completed' | 'failed' | 'canceled' | 'rejected'
  outcome?: Outcome
  cause?: string
  sip_status?: number
  hangup_by?: 'callee' | 'app' | 'system'
  callee_type?: 'voice' | 'answeringmachine' | 'fax' | 'unknown'
  /** Seconds of the connected call. */
  duration?: number
  /** What the dialogue returned, as JSON. */
  exit?: string
  ended_at?: string
}

/** Something that was done. */
export type AuditEntry = {
  entry_id: number
  at: string
  /** `owner`, `user:NAME`, `key:NAME`, `command line`, or `somebody`. */
  actor: string
  /** The id of an operation, or `signIn` and its like. */
  action: string
  /** What it was done to, such as `campaign 7`; empty: the account as a whole. */
  subject: string
  /** Fields of the request without secrets, and how much was done. */
  detail?: Readonly<Record<string, unknown>>
}

export type Call = {
  call_id: number
  campaign_id: number
  campaign_name: string
  /** As it was sent. */
  phone_number: string
  /** The same in E.164. */
  destination: string
  message_reference: string
  state: CallState
  /** Of the next attempt, while it is queued. */
  due_at?: string
  created_at: string
  expires_at?: string
  cancel?: 'ringing' | 'connected'
  result?: 'completed' | 'failed' | 'canceled' | 'rejected'
  outcome?: Outcome
  cause?: string
  sip_status?: number
  hangup_by?: 'callee' | 'app' | 'system'
  callee_type?: 'voice' | 'answeringmachine' | 'fax' | 'unknown'
  /** Seconds of the connected call. */
  duration?: number
  /** What the dialogue returned, as JSON. */
  exit?: string
  ended_at?: string
  decided_at?: string
  verdicts?: readonly Verdict[]
  attempts: readonly Attempt[]
  /** How far the delivery of its result has come. */
  result_delivery?: {
    state: string
    url: string
    tries: number
    next_try_at?: string
    http_status?: number
    error?: string
    ended_at?: string
  }
}

export type CallState = 'queued' | 'claimed' | 'dialing' | 'answered' | 'ended'

export type Campaign = {
  campaign_id: number
  campaign_name: string
  campaign_parameters: string
  is_default: boolean
  state: 'queued' | 'running' | 'paused' | 'canceled' | 'completed'
  draining: boolean
  /** Grows with every edit; the ETag names it. */
  version: number
  start_url?: string
  start_method: 'post' | 'get'
  result_url?: string
  events_url?: string
  max_retries?: number
  retry_interval?: number
  scheduled_at?: string
  expires_at?: string
  caller_id?: string
  lines?: number
  calls_per_second?: number
  weight: number
  calling_window?: Readonly<Record<string, readonly string[]>>
  holidays?: Readonly<Record<string, readonly string[]>>
  retry_policy?: Readonly<Record<string, unknown>>
  /** Whose hours and holidays it has. */
  schedule?: string
  /** Whose lines, calls per second and weight it has. */
  pacing_profile?: string
  created_at: string
  began_at?: string
  ended_at?: string
  progress: Progress
}

export type CampaignStatistics = {
  /** Calls that ended before then are in all figures; progress is up to the moment. */
  as_of: string
  progress: Progress
  /** Ended calls with an attempt. */
  dialed: number
  /** Of these: answered, by whomever or whatever. */
  connected: number
  /** connected ÷ dialed; absent where none was dialled. */
  answer_rate?: number
  /** Of connected calls. */
  callee_types: Readonly<Record<string, number>>
  durations: Durations
  /** Of ended calls, by outcome of the attempt. */
  attempts: Readonly<Record<string, number>>
  outcomes: {
    bucket_seconds: number
    /** From the first call that ended to the last, some sixty at most; they begin at multiples of their length. */
    buckets: readonly OutcomeBucket[]
  }
  /** That ended, over the last ten to fifteen minutes. */
  calls_per_minute: number
  /** When the last call will have ended, if it goes on as of late. */
  finish_estimate?: string
  /** Why there is no finish_estimate: exactly one of the two is there. */
  no_estimate?:
    | 'nothing-left'
    | 'canceled'
    | 'paused'
    | 'held'
    | 'outside-hours'
    | 'not-due'
    | 'nothing-ended'
  /** When the rules let its next call be dialled, as far as it can be foreseen. */
  next_dial_at?: string
}

/** A URL that answered 410, and the result that was answered so. */
export type DisabledUrl = {
  url: string
  disabled_at: string
  result_id: string
}

/** What is wrong with a document, and where. */
export type DocumentFault = {
  severity: 'error' | 'warning'
  message: string
  uri: string
  line: number
  column: number
}

export type Durations = {
  /** Connected calls by their seconds, from less than to; the last is open. */
  classes: readonly {
    from: number
    to?: number
    calls: number
  }[]
  /** Seconds, estimated from the classes; in the last one, where it begins. */
  median?: number
  /** Seconds. */
  average?: number
}

export type Explanation = {
  call_id: number
  campaign_id: number
  campaign_name: string
  destination: string
  state: CallState
  outcome?: Outcome
  cause?: string
  callee_type?: string
  /** Why it is dialled or not, in one sentence. */
  summary: string
  next_dial_at: string | null
  now: string
  verdicts: readonly Verdict[]
  decided_at?: string
  decided_verdicts?: readonly Verdict[]
  recordings: readonly Recording[]
}

export type ForbiddenImport = {
  added: number
  /** On the list before. */
  known: number
  refused: number
  /** The first of them. */
  refused_rows: readonly RefusedRow[]
}

export type ForbiddenNumber = {
  destination: string
  reason: string
  created_at: string
}

/** What would become of the rows of a list. */
export type ListCheck = {
  accepted: number
  refused: number
  /** Rows whose number the list has had already. */
  duplicates: number
  /** The first hundred. */
  refused_rows: readonly RefusedRow[]
}

export type ListedAccount = {
  login: string
  held: boolean
  time_zone: string
  country: string
}

/** A call without its attempts. */
export type ListedCall = {
  call_id: number
  campaign_id: number
  campaign_name: string
  /** As it was sent. */
  phone_number: string
  /** The same in E.164. */
  destination: string
  message_reference: string
  state: CallState
  /** Of the next attempt, while it is queued. */
  due_at?: string
  created_at: string
  expires_at?: string
  cancel?: 'ringing' | 'connected'
  result?: 'completed' | 'failed' | 'canceled' | 'rejected'
  outcome?: Outcome
  cause?: string
  sip_status?: number
  hangup_by?: 'callee' | 'app' | 'system'
  callee_type?: 'voice' | 'answeringmachine' | 'fax' | 'unknown'
  /** Seconds of the connected call. */
  duration?: number
  /** What the dialogue returned, as JSON. */
  exit?: string
  ended_at?: string
  decided_at?: string
  verdicts?: readonly Verdict[]
  attempts_made: number
}

export type ListedResult = {
  /** As the receiver sees it in `webhook-id`. */
  id: string
  kind: 'result' | 'event'
  call_id: number
  /** Of an event. */
  sequence?: number
  url: string
  state: ResultState
  /** Why it is undeliverable. gone: its URL answered 410; disabled: that had answered 410 before; exhausted: every try of the schedule failed. */
  why?: 'gone' | 'disabled' | 'exhausted'
  tries: number
  next_try_at?: string
  created_at: string
  ended_at?: string
}

export type NewApiKey = {
  key_id: number
  name: string
  role: Role
  created_at: string
  expires_at?: string
  /** Told this once, and never again. */
  key: string
}

export type Outcome =
  | 'answered'
  | 'busy'
  | 'no-answer'
  | 'invalid-number'
  | 'declined'
  | 'congestion'
  | 'trunk-failure'
  | 'interrupted'
  | 'expired'
  | 'canceled'
  | 'do-not-call'
  | 'destination-not-allowed'
  | 'app-error'
  | 'unknown'

/** How calls ended in a stretch of time. */
export type OutcomeBucket = {
  /** Its beginning. */
  at: string
  outcomes: Readonly<Record<string, number>>
}

export type Overview = {
  as_of: string
  /** Nothing is dialled, of no account. */
  installation_held: boolean
  /** Nothing of the account is dialled; absent for the installation. */
  account_held?: boolean
  lines: {
    /** The account’s; of all accounts for the installation. */
    in_use: number
    /** What other accounts use is not free; absent where nothing limits. */
    free?: number
    limit?: number
  }
  calls_per_second: {
    /** INVITEs of calls, averaged over the last minute, at servers that have told. */
    now: number
    limit?: number
  }
  queue: {
    /** Calls that wait for an attempt, whenever it is due. */
    queued: number
    /** Of these, what could be dialled now with lines enough. */
    due: number
    /** Queued and due may be more: not all was counted. */
    at_least: boolean
    /** How long the first is overdue; absent where none is due. */
    oldest_due_seconds?: number
  }
  /** Those that are not over, by state. */
  campaigns: Readonly<Record<string, number>>
  outcomes: {
    /** Calls that ended before then are counted. */
    as_of: string
    bucket_seconds: number
    /** The last hour, the oldest first. */
    buckets: readonly OutcomeBucket[]
  }
  results: {
    /** Results and events that are still to be delivered. */
    pending: number
    /** Those that were given up; they can be replayed. */
    undeliverable: number
    /** Either may be more: each is counted to ten thousand. */
    at_least: boolean
  }
  trunks: readonly TrunkOverview[]
  live_nodes: number
  /** The servers that live; for keys of the installation. */
  nodes?: readonly {
    node: string
    started_at: string
    heartbeat_at: string
  }[]
}

/** How fast the calls of those campaigns are made that name it. */
export type PacingProfile = {
  name: string
  /** Grows with every edit; the ETag names it. */
  version: number
  created_at: string
  lines?: number
  calls_per_second?: number
  weight?: number
}

/** What would become of a list. */
export type Preview = {
  accepted: number
  refused: number
  duplicates: number
  refused_rows: readonly RefusedRow[]
  suppressed: Readonly<Record<string, number>>
  put_off: Readonly<Record<string, number>>
  starts_at: string
  finishes_at: string | null
  unfinished: number
  attempts: number
  outcomes: Readonly<Record<string, number>>
  lines_peak: number
  hours: readonly {
    at: string
    calls: number
    answered: number
    lines_average: number
    lines_peak: number
  }[]
  rates: Readonly<Record<string, number>>
  rates_learnt_from: number
}

/** A fault, after RFC 9457. */
export type Problem = {
  type: string
  title: string
  status: number
  /** What is wrong, and how to mend it. */
  detail: string
  instance: string
  /** Stable; docs/reference/errors.md has them all. */
  code: string
  /** What of the request is at fault. */
  field?: string
  refused_rows?: readonly RefusedRow[]
}

export type Progress = {
  /** The sum of all others. */
  accepted: number
  queued: number
  in_progress: number
  /** By outcome. */
  ended: Readonly<Record<string, number>>
}

export type QueueCall = {
  /** In any form of docs/reference/http-api.md#phone_number. */
  phone_number: string
  /** What returns the VoiceXML of the call. */
  start_url: string
  /** Where the result is posted. Default: nowhere. */
  result_url?: string
  message_reference?: string
  call_parameters?: string
  /** Attempts beyond the first; default 0. */
  max_retries?: number
  /** Seconds from one attempt to the next, at the least; default 300. */
  retry_interval?: number
  /** RFC 3339, or natural language: docs/reference/times.md. Default: now. */
  scheduled_time?: string
  /** UNIX seconds; 0 is now. */
  scheduled_timestamp?: number
  /** As `scheduled_time`. Default: never. */
  expiration_time?: string
  /** UNIX seconds; 0 is never. */
  expiration_timestamp?: number
}

/** A call that is on disk. */
export type QueuedCall = {
  call_id: number
}

export type Recording = {
  attempt: number
  stored: boolean
  /** Of its file. */
  name?: string
  /** On whose disk it is, where there is no bucket. */
  node: string
  bucket?: string
  bytes: number
  duration_ms: number
  recorded_at: string
  /** Why there is none, or not yet all of it. */
  fault?: string
}

/** A row of a list that became no call. */
export type RefusedRow = {
  line: number
  value: string
  code: string
  reason: string
}

/** A result or an event, and what came of its tries. */
export type Result = {
  /** As the receiver sees it in `webhook-id`. */
  id: string
  kind: 'result' | 'event'
  call_id: number
  /** Of an event. */
  sequence?: number
  url: string
  state: ResultState
  /** Why it is undeliverable. gone: its URL answered 410; disabled: that had answered 410 before; exhausted: every try of the schedule failed. */
  why?: 'gone' | 'disabled' | 'exhausted'
  tries: number
  next_try_at?: string
  created_at: string
  ended_at?: string
  /** What is posted, byte for byte. */
  body: string
  history: readonly ResultTry[]
}

/** undeliverable: no more tries are made. */
export type ResultState = 'pending' | 'delivered' | 'undeliverable'

export type ResultTry = {
  try: number
  tried_at: string
  http_status?: number
  error?: string
  /** How the answer’s body begins. */
  reply?: string
  duration_ms: number
}

/** Each may do what those before it may. */
export type Role = 'viewer' | 'operator' | 'owner'

/** When the calls of those campaigns are made that name it. */
export type Schedule = {
  name: string
  /** Grows with every edit; the ETag names it. */
  version: number
  created_at: string
  calling_window?: Readonly<Record<string, readonly string[]>>
  holidays?: Readonly<Record<string, readonly string[]>>
}

/** What happened in a call, attempt by attempt. */
export type Trace = {
  call_id: number
  campaign_name: string
  destination: string
  state: CallState
  outcome?: Outcome
  cause?: string
  attempts: readonly TracedAttempt[]
}

/** What happened, with particulars by its kind: docs/reference/trace.md. */
export type TraceEntry =
  | {
      at_ms: number
      kind: 'claim'
      trunk: string
    }
  | {
      at_ms: number
      kind: 'write'
      state: 'dialing' | 'ringing' | 'answered' | 'second-leg' | 'ended' | 'result'
      detail?: string
      took_ms?: number
      error?: string
    }
  | {
      at_ms: number
      kind: 'sip'
      direction: 'in' | 'out'
      transport: 'udp' | 'tcp' | 'tls'
      local: {
        host: string
        port: number
      }
      remote: {
        host: string
        port: number
      }
      text: string
    }
  | {
      at_ms: number
      kind: 'media'
      event: 'first-received' | 'prompt-started' | 'beep-ended' | 'early-media'
    }
  | {
      at_ms: number
      kind: 'media'
      event: 'progress-tone'
      tone: string
    }
  | {
      at_ms: number
      kind: 'media'
      event: 'prompt-ended'
      played_ms: number
      interrupted: boolean
    }
  | {
      at_ms: number
      kind: 'media'
      event: 'callee-known'
      callee_type: string
      callee_kind: string
      confidence: number
    }
  | {
      at_ms: number
      kind: 'dialogue'
      step: string
      text: string
      uri?: string
      line?: number
    }
  | {
      at_ms: number
      kind: 'post'
      try: number
      http_status?: number
      error?: string
      took_ms: number
    }

export type TracedAttempt = {
  attempt: number
  trunk: string
  state: string
  outcome?: Outcome
  cause?: string
  began_at: string
  completeness: 'kept' | 'in-progress' | 'missing'
  packets_recorded: boolean
  /** Those recorded that had no room. */
  packets_left_out: number
  left_out: number
  media: TracedMedia | null
  entries: readonly TraceEntry[]
}

/** How the audio went. */
export type TracedMedia = {
  packets_lost: number
  jitter_ms: number
  mos?: number
  packets_sent: number
  packets_received: number
  packets_discarded: number
  packets_ignored: number
  buffer_ms: number
  round_trip_ms?: number
  at_peer?: {
    packets_lost: number
    jitter_ms: number
    mos?: number
  }
}

/** A dialogue that is tried, with all that happened in it. */
export type Trial = {
  trial_id: string
  began_at: string
  /** What it was begun with. */
  asked: {
    /** Fetched as for a call: private networks only where they are allowed. */
    document_url?: string
    /** The document itself. It has no address, so nothing in it may be relative. */
    document?: string
    /** Told to the document as a call tells its own: `phone_number`, `call_parameters`, columns of a list. */
    fields?: Readonly<Record<string, string>>
    /** Adds the steps of the form interpretation algorithm. */
    trace?: boolean
  }
  /** In their order: the newest 200, of about 2,000 events and 1 MB together. */
  turns: readonly TrialTurn[]
  /** So many came before those. */
  turns_left_out: number
  /** What it waits for; null: it has ended, and the trial with it. */
  waiting: 'listen' | 'record' | 'transfer' | null
  /** Of all scopes, the outermost first, at most 200 of each; none once it has ended. Absent where looking at them met a limit of scripts. */
  variables?: readonly TrialVariable[]
}

export type TrialAnswer = {
  trial_id: string
  /** What happened since the last answer. Texts in it are cut off after 2,000 characters. */
  events: readonly TrialEvent[]
  /** An answer tells the first 500 events, and the end; so many more there were. */
  events_left_out: number
  /** What it waits for; null: it has ended, and the trial with it. */
  waiting: 'listen' | 'record' | 'transfer' | null
  /** Of all scopes, the outermost first, at most 200 of each; none once it has ended. Absent where looking at them met a limit of scripts. */
  variables?: readonly TrialVariable[]
}

/** What happened in a dialogue that is tried. */
export type TrialEvent =
  | {
      event: 'fetch'
      uri: string
      /** 0: there was no answer; `message` says why. */
      status: number
      message?: string
    }
  | {
      event: 'prompt'
      text: string
      audio: readonly string[]
      bargein: boolean
      marks: readonly string[]
    }
  | {
      event: 'listen'
      modes: readonly string[]
      timeout_ms?: number
    }
  | {
      event: 'input'
      mode: 'dtmf' | 'voice'
      value: string
      /** Any JSON; where that is longer than 2,000 characters, the beginning of it as a text. */
      interpretation: unknown
      confidence: number
    }
  | {
      event: 'noinput'
    }
  | {
      event: 'nomatch'
      mode: 'dtmf' | 'voice'
      value: string
    }
  | {
      event: 'record'
      type: string
      beep: boolean
      max_time_ms: number
      final_silence_ms: number
    }
  | {
      event: 'transfer'
      dest: string
      type: string
    }
  | {
      event: 'log'
      label: string
      text: string
    }
  | {
      event: 'throw'
      name: string
      message: string
      uri: string
      line?: number
      column?: number
    }
  | {
      event: 'step' | 'warning'
      text: string
      uri: string
      line: number
      column: number
    }
  | {
      event: 'end'
      reason: 'exit' | 'disconnect' | 'hangup' | 'error' | 'limit'
      /** Any JSON; where that is longer than 2,000 characters, the beginning of it as a text. */
      value?: unknown
      /** Any JSON; where that is longer than 2,000 characters, the beginning of it as a text. */
      disconnect_value?: unknown
      /** How long the call would have lasted. */
      virtual_ms: number
      steps: number
      fault?: {
        event: string
        message: string
        uri: string
        line?: number
        column?: number
      }
    }

/** What the caller, or the far end of a transfer, does: one thing. */
export type TrialMove = {
  /** Keys that are pressed. */
  dtmf?: string
  /** Words that are said; with `transfer`, during it. */
  say?: string
  silence?: true
  /** Something that no grammar knows. */
  nomatch?: true
  hangup?: true
  /** The beep of an answering machine is over. */
  beep?: true
  /** It becomes known who or what answered. */
  callee?: 'voice' | 'answeringmachine' | 'fax' | 'unknown'
  /** How the transfer ends, after `duration_ms`. */
  transfer?:
    | 'busy'
    | 'noanswer'
    | 'network_busy'
    | 'far_end_disconnect'
    | 'near_end_disconnect'
    | 'maxtime_disconnect'
    | 'success'
    | 'unknown'
  /** The caller speaks for `duration_ms`, then presses `termchar` or is silent. */
  record?: true
  /** Of `say`; 1 where it is absent. */
  confidence?: number
  /** Of `transfer` (5000 where it is absent) and `record` (3000). */
  duration_ms?: number
  /** Of `record`. */
  termchar?: string
}

export type TrialSummary = {
  trial_id: string
  began_at: string
  /** Absent of a text. */
  document_url?: string
  /** What it waits for; null: it has ended, and the trial with it. */
  waiting: 'listen' | 'record' | 'transfer' | null
}

/** A move, and what came of it. */
export type TrialTurn = {
  /** Absent of what happened before the first. */
  move?: TrialMove
  /** What happened since the last answer. Texts in it are cut off after 2,000 characters. */
  events: readonly TrialEvent[]
  /** An answer tells the first 500 events, and the end; so many more there were. */
  events_left_out: number
}

export type TrialVariable = {
  scope: 'session' | 'application' | 'document' | 'dialog' | 'anonymous'
  name: string
  /** As `typeof` says, and `null`, `array`; `unreadable` where looking at it threw. */
  type: string
  /** Its value as JSON, cut off with an … after 1,000 characters; absent where JSON has none. */
  json?: string
}

/** A way out to the telephone network; never its password. */
export type Trunk = {
  name: string
  host: string
  port?: number
  transport?: 'udp' | 'tcp' | 'tls'
  username?: string
  register?: number
  ping?: number
  session_timer?: number
  prack?: 'off' | 'supported' | 'required'
  codecs?: readonly string[]
  srtp?: 'off' | 'sdes'
  dtmf?: 'rfc4733' | 'info' | 'inband'
  caller_id?: string
  invalid_caller_id: 'decline' | 'default'
  caller_id_format?: 'e164' | 'digits' | 'national'
  privacy?: boolean
  asserted_identity?: boolean
  number_format?: 'e164' | 'digits' | 'national'
  country?: string
  strip?: string
  prefix?: string
  priority?: number
  weight?: number
  failover?: readonly number[]
  lines?: number
  cps?: number
}

export type TrunkOverview = {
  name: string
  /** Whether calls can go out by it at any server; unknown: none has told lately. */
  state: 'usable' | 'unusable' | 'unknown'
  /** Of the first server that cannot use it. */
  reason?: TrunkTrouble
  /** For keys of the installation. */
  lines_in_use?: number
  /** Its limit, where it has one; for keys of the installation. */
  lines?: number
  /** How it stands at each server; for keys of the installation. */
  nodes?: readonly {
    node: string
    usable: boolean
    reason?: TrunkTrouble
    /** What its far end said. */
    detail?: string
  }[]
}

export type TrunkPing = {
  state: 'ok' | 'warning' | 'fault'
  detail: string
  cure?: string
}

/** Why a trunk can take no calls: it asked for a rest; it must know us and does not yet, or refused to; it must answer pings and was not asked yet, or is silent. */
export type TrunkTrouble = 'resting' | 'registering' | 'not-registered' | 'not-asked' | 'no-answer'

/** A list whose calls are on disk and due together. */
export type Upload = {
  campaign_id: number
  list_id: number
  accepted: number
  refused: number
  duplicates: number
  /** The first hundred. */
  refused_rows: readonly RefusedRow[]
}

/** Somebody of the account, who signs in to the pages by name. */
export type User = {
  user_id: number
  name: string
  role: Role
  created_at: string
  last_sign_in_at?: string
}

/** What one rule says of a call. */
export type Verdict = {
  rule: string
  allows: boolean
  /** When it no longer objects, if foreseeable. */
  not_before?: string
  detail: string
}

/** Somebody who is signed in to the pages. */
export type WebSession = {
  session_id: number
  user_id?: number
  /** Absent: the owner, by the PIN. */
  user?: string
  role: Role
  /** By a key of the installation that was joined to it. */
  installation_role?: Role
  /** Where the sign-in came from. */
  address?: string
  created_at: string
  last_seen_at: string
  expires_at: string
}

export type WebhookSecret = {
  secret: string
  created_at: string
  old_expires_at?: string
}

/** What each operation takes, and what it answers; a Response where that is no JSON. */

export interface Operations {
  /** Lines, rates, queue, outcomes and trunks at a glance. */
  getOverview: {
    request: Record<string, never>
    reply: Overview
  }
  /** Calls of the account, the newest first. */
  listCalls: {
    request: {
      limit?: number
      cursor?: string
      campaign_id?: number
      state?: CallState
      outcome?: Outcome
      phone_number?: string
      message_reference?: string
      created_from?: string
      created_to?: string
    }
    reply: {
      calls: readonly ListedCall[]
      /** Where the next page begins; absent on the last one. */
      next_cursor?: string
    }
  }
  /** Queue a call. */
  queueCall: {
    request: {
      'Idempotency-Key'?: string
      body: QueueCall
    }
    reply: QueuedCall
  }
  /** How a call stands, with its attempts and the delivery of its result. */
  getCall: {
    request: {
      call_id: number
    }
    reply: Call
  }
  /** Why a call is dialled or not, and when it can be. */
  explainCall: {
    request: {
      call_id: number
    }
    reply: Explanation
  }
  /** What happened in a call, on one time line. */
  traceCall: {
    request: {
      call_id: number
    }
    reply: Trace
  }
  /** The SIP of a call, and its RTP where that was recorded, as a capture file. */
  getPcap: {
    request: {
      call_id: number
    }
    reply: Response
  }
  /** Cancel a call. */
  cancelCall: {
    request: {
      call_id: number
      body?: {
        /** End it even where somebody is on the line. */
        hang_up?: boolean
      }
    }
    reply: Call
  }
  /** The recordings of a call. */
  listRecordings: {
    request: {
      call_id: number
    }
    reply: {
      recordings: readonly Recording[]
    }
  }
  /** A recording, decrypted. */
  getRecording: {
    request: {
      call_id: number
      attempt: number
    }
    reply: Response
  }
  /** All calls that a search finds, as a file. */
  exportCalls: {
    request: {
      format?: 'csv' | 'ndjson'
      campaign_id?: number
      state?: CallState
      outcome?: Outcome
      phone_number?: string
      message_reference?: string
      created_from?: string
      created_to?: string
    }
    reply: Response
  }
  /** Campaigns of the account, the newest first. */
  listCampaigns: {
    request: {
      limit?: number
      cursor?: string
      before?: number
      over?: boolean
    }
    reply: {
      campaigns: readonly Campaign[]
      /** Where the next page begins; absent on the last one. */
      next_cursor?: string
    }
  }
  /** Queue the calls of a list as a campaign. */
  createCampaign: {
    request: {
      campaign_name: string
      campaign_parameters?: string
      start_url: string
      start_method?: 'post' | 'get' | null
      result_url?: string | null
      events_url?: string | null
      max_retries?: number | null
      retry_interval?: number | null
      caller_id?: string | null
      lines?: number | null
      calls_per_second?: number | null
      weight?: number | null
      calling_window?: unknown
      holidays?: unknown
      retry_policy?: unknown
      schedule?: string | null
      pacing_profile?: string | null
      scheduled_time?: string
      scheduled_timestamp?: number
      expiration_time?: string
      expiration_timestamp?: number
      duplicates?: 'keep' | 'drop'
      on_error?: 'skip' | 'abort'
      columns?: unknown
      has_header?: boolean
      separator?: 'comma' | 'semicolon' | 'tab' | 'bar'
      'Idempotency-Key'?: string
      body: string | Uint8Array | ReadableStream<Uint8Array>
    }
    reply: Upload
  }
  /** A campaign, with its settings and its progress. */
  getCampaign: {
    request: {
      campaign_id: number
    }
    reply: Campaign
  }
  /** Change settings of a campaign. */
  editCampaign: {
    request: {
      campaign_id: number
      'If-Match'?: string
      body: {
        start_url?: string | null
        start_method?: 'post' | 'get' | null
        result_url?: string | null
        events_url?: string | null
        max_retries?: number | null
        retry_interval?: number | null
        expiration_time?: string | null
        expiration_timestamp?: number | null
        caller_id?: string | null
        lines?: number | null
        calls_per_second?: number | null
        weight?: number | null
        calling_window?: unknown
        holidays?: unknown
        retry_policy?: unknown
        schedule?: string | null
        pacing_profile?: string | null
      }
    }
    reply: Campaign
  }
  /** Calls of a campaign, the newest first. */
  listCampaignCalls: {
    request: {
      campaign_id: number
      limit?: number
      cursor?: string
    }
    reply: {
      calls: readonly ListedCall[]
      /** Where the next page begins; absent on the last one. */
      next_cursor?: string
    }
  }
  /** Add the calls of a list to a campaign. */
  addCampaignCalls: {
    request: {
      campaign_id: number
      scheduled_time?: string
      scheduled_timestamp?: number
      expiration_time?: string
      expiration_timestamp?: number
      duplicates?: 'keep' | 'drop'
      on_error?: 'skip' | 'abort'
      columns?: unknown
      has_header?: boolean
      separator?: 'comma' | 'semicolon' | 'tab' | 'bar'
      'Idempotency-Key'?: string
      body: string | Uint8Array | ReadableStream<Uint8Array>
    }
    reply: Upload
  }
  /** Dial nothing more of a campaign; attempts in progress go on. */
  pauseCampaign: {
    request: {
      campaign_id: number
    }
    reply: Campaign
  }
  /** Go on with a paused campaign. */
  resumeCampaign: {
    request: {
      campaign_id: number
    }
    reply: Campaign
  }
  /** Cancel what was never dialled, let the rest have its retries, then complete. */
  drainCampaign: {
    request: {
      campaign_id: number
    }
    reply: Campaign
  }
  /** End a campaign: give up what rings, leave who is on the line. */
  cancelCampaign: {
    request: {
      campaign_id: number
    }
    reply: Campaign
  }
  /** Cancel what waits or rings of a campaign, which goes on. */
  cancelPendingOfCampaign: {
    request: {
      campaign_id: number
    }
    reply: Campaign
  }
  /** What the calls of a campaign have come to, and when it will be through. */
  getCampaignStatistics: {
    request: {
      campaign_id: number
    }
    reply: CampaignStatistics
  }
  /** Rows of an upload that became no calls, in the order of the list. */
  listRefusedRows: {
    request: {
      list_id: number
      limit?: number
      cursor?: string
    }
    reply: {
      refused_rows: readonly RefusedRow[]
      /** Where the next page begins; absent on the last one. */
      next_cursor?: string
    }
  }
  /** What would become of a list. */
  previewCampaign: {
    request: {
      start_url?: string | null
      start_method?: 'post' | 'get' | null
      result_url?: string | null
      events_url?: string | null
      max_retries?: number | null
      retry_interval?: number | null
      expiration_time?: string | null
      expiration_timestamp?: number | null
      caller_id?: string | null
      lines?: number | null
      calls_per_second?: number | null
      weight?: number | null
      calling_window?: unknown
      holidays?: unknown
      retry_policy?: unknown
      schedule?: string | null
      pacing_profile?: string | null
      scheduled_time?: string
      duplicates?: 'keep' | 'drop'
      columns?: unknown
      has_header?: boolean
      separator?: 'comma' | 'semicolon' | 'tab' | 'bar'
      seed?: string
      rates?: unknown
      body: string | Uint8Array | ReadableStream<Uint8Array>
    }
    reply: Preview
  }
  /** How many rows of a list would become calls, and which would not. */
  checkList: {
    request: {
      scheduled_time?: string
      scheduled_timestamp?: number
      expiration_time?: string
      expiration_timestamp?: number
      duplicates?: 'keep' | 'drop'
      columns?: unknown
      has_header?: boolean
      separator?: 'comma' | 'semicolon' | 'tab' | 'bar'
      body: string | Uint8Array | ReadableStream<Uint8Array>
    }
    reply: ListCheck
  }
  /** All rows of a list that would become no calls, as a file. */
  exportRefusedRows: {
    request: {
      scheduled_time?: string
      scheduled_timestamp?: number
      expiration_time?: string
      expiration_timestamp?: number
      duplicates?: 'keep' | 'drop'
      columns?: unknown
      has_header?: boolean
      separator?: 'comma' | 'semicolon' | 'tab' | 'bar'
      body: string | Uint8Array | ReadableStream<Uint8Array>
    }
    reply: Response
  }
  /** The schedules of the account, by name. */
  listSchedules: {
    request: {
      limit?: number
      cursor?: string
      after?: string
    }
    reply: {
      schedules: readonly Schedule[]
      /** Where the next page begins; absent on the last one. */
      next_cursor?: string
    }
  }
  /** Make a schedule, which campaigns may name. */
  createSchedule: {
    request: {
      'Idempotency-Key'?: string
      body: {
        calling_window?: unknown
        holidays?: unknown
        name: string
      }
    }
    reply: Schedule
  }
  /** A schedule. */
  getSchedule: {
    request: {
      schedule: string
    }
    reply: Schedule
  }
  /** Change a schedule, and every campaign that names it and has not ended. */
  editSchedule: {
    request: {
      schedule: string
      'If-Match'?: string
      body: {
        calling_window?: unknown
        holidays?: unknown
      }
    }
    reply: Schedule
  }
  /** Remove a schedule that no campaign names, but such as have ended. */
  removeSchedule: {
    request: {
      schedule: string
    }
    reply: undefined
  }
  /** The pacing profiles of the account, by name. */
  listPacingProfiles: {
    request: {
      limit?: number
      cursor?: string
      after?: string
    }
    reply: {
      pacing_profiles: readonly PacingProfile[]
      /** Where the next page begins; absent on the last one. */
      next_cursor?: string
    }
  }
  /** Make a pacing profile, which campaigns may name. */
  createPacingProfile: {
    request: {
      'Idempotency-Key'?: string
      body: {
        lines?: number | null
        calls_per_second?: number | null
        weight?: number | null
        name: string
      }
    }
    reply: PacingProfile
  }
  /** A pacing profile. */
  getPacingProfile: {
    request: {
      pacing_profile: string
    }
    reply: PacingProfile
  }
  /** Change a pacing profile, and every campaign that names it and has not ended. */
  editPacingProfile: {
    request: {
      pacing_profile: string
      'If-Match'?: string
      body: {
        lines?: number | null
        calls_per_second?: number | null
        weight?: number | null
      }
    }
    reply: PacingProfile
  }
  /** Remove a pacing profile that no campaign names, but such as have ended. */
  removePacingProfile: {
    request: {
      pacing_profile: string
    }
    reply: undefined
  }
  /** The numbers that are not called, in order. */
  listForbiddenNumbers: {
    request: {
      limit?: number
      cursor?: string
      after?: string
    }
    reply: {
      numbers: readonly ForbiddenNumber[]
      /** Where the next page begins; absent on the last one. */
      next_cursor?: string
    }
  }
  /** Put numbers on the list. */
  forbidNumbers: {
    request: {
      body: {
        numbers: readonly string[]
        reason?: string
      }
    }
    reply: {
      added: number
    }
  }
  /** Put the numbers of a file on the list. */
  importForbiddenNumbers: {
    request: {
      body: string | Uint8Array | ReadableStream<Uint8Array>
    }
    reply: ForbiddenImport
  }
  /** Take numbers from the list. */
  permitNumbers: {
    request: {
      body: {
        numbers: readonly string[]
      }
    }
    reply: {
      removed: number
    }
  }
  /** Try a dialogue without a telephone. */
  startTrial: {
    request: {
      body: {
        /** Fetched as for a call: private networks only where they are allowed. */
        document_url?: string
        /** The document itself. It has no address, so nothing in it may be relative. */
        document?: string
        /** Told to the document as a call tells its own: `phone_number`, `call_parameters`, columns of a list. */
        fields?: Readonly<Record<string, string>>
        /** Adds the steps of the form interpretation algorithm. */
        trace?: boolean
      }
    }
    reply: TrialAnswer
  }
  /** The trials that wait for a move. */
  listTrials: {
    request: Record<string, never>
    reply: {
      trials: readonly TrialSummary[]
    }
  }
  /** A trial, with all that happened in it. */
  getTrial: {
    request: {
      trial_id: string
    }
    reply: Trial
  }
  /** End a trial, and forget it. */
  endTrial: {
    request: {
      trial_id: string
    }
    reply: undefined
  }
  /** Do what the caller does, and see what comes of it. */
  moveTrial: {
    request: {
      trial_id: string
      body: TrialMove
    }
    reply: TrialAnswer
  }
  /** What is wrong with a VoiceXML document or a grammar. */
  checkDocument: {
    request: {
      body: {
        /** Fetched as for a call: private networks only where they are allowed. */
        document_url?: string
        /** The document itself. It has no address, so nothing in it may be relative. */
        document?: string
      }
    }
    reply: {
      /** In their order; at most 1,000. */
      faults: readonly DocumentFault[]
      faults_left_out: number
      /** What document_url answered with, for whoever wants to mark the lines. */
      source?: string
    }
  }
  /** A text as the embedded voice says it. */
  speak: {
    request: {
      text: string
    }
    reply: Response
  }
  /** What happens to calls and campaigns, as it happens. */
  streamEvents: {
    request: {
      'Last-Event-ID'?: string
    }
    reply: Response
  }
  /** Results and events that are, or were, to be posted; those of the newest calls first. */
  listResults: {
    request: {
      state?: ResultState
      call_id?: number
      limit?: number
      cursor?: string
      before?: string
    }
    reply: {
      results: readonly ListedResult[]
      /** Where the next page begins; absent on the last one. */
      next_cursor?: string
    }
  }
  /** What is posted, and what came of each try. */
  getResult: {
    request: {
      result_id: string
    }
    reply: Result
  }
  /** Post one again, with its id and its bytes as they were. */
  replayResult: {
    request: {
      result_id: string
    }
    reply: Result
  }
  /** Post again all that were given up, or all that were delivered. */
  replayResults: {
    request: {
      body?: {
        /** `undeliverable` where it is absent. */
        state?: 'delivered' | 'undeliverable'
        /** Only what goes there. */
        url?: string
        /** Only what was stored then or later. */
        from?: string
        /** Only what was stored before. */
        until?: string
      }
    }
    reply: {
      replayed: number
    }
  }
  /** URLs that answered 410 and get nothing any more, in order. */
  listDisabledUrls: {
    request: {
      limit?: number
      cursor?: string
      after?: string
    }
    reply: {
      urls: readonly DisabledUrl[]
      /** Where the next page begins; absent on the last one. */
      next_cursor?: string
    }
  }
  /** Post to a URL again that answered 410; what was given up meanwhile is to be replayed. */
  enableUrl: {
    request: {
      body: {
        url: string
      }
    }
    reply: undefined
  }
  /** The account, with its rules and limits. */
  getAccount: {
    request: Record<string, never>
    reply: Account
  }
  /** Dial nothing of the account. */
  holdAccount: {
    request: Record<string, never>
    reply: Account
  }
  /** Dial its calls again. */
  resumeAccount: {
    request: Record<string, never>
    reply: Account
  }
  /** Cancel all that waits or rings; what is queued later is not concerned. */
  cancelPending: {
    request: Record<string, never>
    reply: Account
  }
  /** What its results are signed with. */
  getWebhookSecret: {
    request: Record<string, never>
    reply: WebhookSecret
  }
  /** Sign with a new secret, and for a while with the old one as well. */
  rotateWebhookSecret: {
    request: {
      body?: {
        /** Seconds; a day where it is absent. */
        keep_old?: number
      }
    }
    reply: WebhookSecret
  }
  /** The keys of the account, or of the installation. */
  listKeys: {
    request: Record<string, never>
    reply: {
      keys: readonly ApiKey[]
    }
  }
  /** Make a key. */
  createKey: {
    request: {
      body: {
        /** For people, to know it by. */
        name: string
        role: Role
        /** Seconds until it expires; absent: it does not. */
        life?: number
      }
    }
    reply: NewApiKey
  }
  /** Revoke a key; from the answer on it opens nothing. */
  revokeKey: {
    request: {
      key_id: number
    }
    reply: undefined
  }
  /** The users of the account, by name. */
  listUsers: {
    request: {
      limit?: number
      cursor?: string
    }
    reply: {
      users: readonly User[]
      /** Where the next page begins; absent on the last one. */
      next_cursor?: string
    }
  }
  /** Make a user, who may sign in to the pages. */
  createUser: {
    request: {
      body: {
        name: string
        role: 'viewer' | 'operator' | 'owner'
        password: string
      }
    }
    reply: User
  }
  /** Change a user’s role or password, and end the user’s sessions. */
  editUser: {
    request: {
      user_id: number
      body: {
        role?: 'viewer' | 'operator' | 'owner'
        password?: string
      }
    }
    reply: User
  }
  /** Remove a user, and end the user’s sessions. */
  removeUser: {
    request: {
      user_id: number
    }
    reply: undefined
  }
  /** Who is signed in to the pages, the first one first. */
  listSessions: {
    request: {
      limit?: number
      cursor?: string
    }
    reply: {
      sessions: readonly WebSession[]
      /** Where the next page begins; absent on the last one. */
      next_cursor?: string
    }
  }
  /** Sign somebody out. */
  endSession: {
    request: {
      session_id: number
    }
    reply: undefined
  }
  /** What was done in the account, or to the installation, and by whom, the newest first. */
  listAuditLog: {
    request: {
      limit?: number
      cursor?: string
      action?: string
      actor?: string
      from?: string
      to?: string
    }
    reply: {
      entries: readonly AuditEntry[]
      /** Where the next page begins; absent on the last one. */
      next_cursor?: string
    }
  }
  /** All accounts, by login. */
  listAccounts: {
    request: {
      limit?: number
      cursor?: string
    }
    reply: {
      accounts: readonly ListedAccount[]
      /** Where the next page begins; absent on the last one. */
      next_cursor?: string
    }
  }
  /** Make an account. */
  createAccount: {
    request: {
      body: {
        login: string
        pin: string
        /** IANA name; default UTC. */
        time_zone?: string
        /** ISO 3166 alpha-2; default US. */
        country?: string
      }
    }
    reply: Account
  }
  /** An account, with its rules and limits. */
  getAccountOf: {
    request: {
      login: string
    }
    reply: Account
  }
  /** Change what counts for all calls of an account. */
  editAccount: {
    request: {
      login: string
      body: {
        time_zone?: string
        country?: string
        detect_callee_type?: boolean
        lines?: number | null
        calls_per_second?: number | null
        calling_window?: unknown
        holidays?: unknown
        destinations?: unknown
        attempts_per_day?: number | null
        minutes_per_day?: number | null
        number_gap?: number | null
        number_cap?: number | null
        serialize_numbers?: unknown
        retry_policy?: unknown
        events_url?: string | null
      }
    }
    reply: Account
  }
  /** All trunks, the oldest first. */
  listTrunks: {
    request: Record<string, never>
    reply: {
      trunks: readonly Trunk[]
    }
  }
  /** Add a trunk; servers use it from their next start on. */
  createTrunk: {
    request: {
      body: {
        host?: unknown
        port?: number | null
        transport?: 'udp' | 'tcp' | 'tls' | null
        username?: string | null
        password?: string | null
        register?: number | null
        ping?: number | null
        session_timer?: 0 | number | null
        prack?: 'off' | 'supported' | 'required' | null
        codecs?: readonly ('PCMU' | 'PCMA' | 'G722' | 'OPUS')[] | null
        srtp?: 'off' | 'sdes' | null
        dtmf?: 'rfc4733' | 'info' | 'inband' | null
        caller_id?: string | null
        invalid_caller_id?: 'decline' | 'default' | null
        caller_id_format?: 'e164' | 'digits' | 'national' | null
        privacy?: unknown
        asserted_identity?: unknown
        number_format?: 'e164' | 'digits' | 'national' | null
        country?: unknown
        strip?: string | null
        prefix?: string | null
        priority?: number | null
        weight?: number | null
        failover?: readonly number[] | null
        lines?: number | null
        cps?: number | null
        name: string
      }
    }
    reply: Trunk
  }
  /** A trunk. */
  getTrunk: {
    request: {
      trunk: string
    }
    reply: Trunk
  }
  /** Change a trunk; servers use it so from their next start on. */
  editTrunk: {
    request: {
      trunk: string
      body: {
        host?: unknown
        port?: number | null
        transport?: 'udp' | 'tcp' | 'tls' | null
        username?: string | null
        password?: string | null
        register?: number | null
        ping?: number | null
        session_timer?: 0 | number | null
        prack?: 'off' | 'supported' | 'required' | null
        codecs?: readonly ('PCMU' | 'PCMA' | 'G722' | 'OPUS')[] | null
        srtp?: 'off' | 'sdes' | null
        dtmf?: 'rfc4733' | 'info' | 'inband' | null
        caller_id?: string | null
        invalid_caller_id?: 'decline' | 'default' | null
        caller_id_format?: 'e164' | 'digits' | 'national' | null
        privacy?: unknown
        asserted_identity?: unknown
        number_format?: 'e164' | 'digits' | 'national' | null
        country?: unknown
        strip?: string | null
        prefix?: string | null
        priority?: number | null
        weight?: number | null
        failover?: readonly number[] | null
        lines?: number | null
        cps?: number | null
      }
    }
    reply: Trunk
  }
  /** Ask a trunk whether it is there. */
  pingTrunk: {
    request: {
      trunk: string
    }
    reply: TrunkPing
  }
}

/** Method, path and the type of the body of each operation. */

export const OPERATIONS = {
  getOverview: ['GET', '/v1/overview'],
  listCalls: ['GET', '/v1/calls'],
  queueCall: ['POST', '/v1/calls', 'application/json'],
  getCall: ['GET', '/v1/calls/{call_id}'],
  explainCall: ['GET', '/v1/calls/{call_id}/why'],
  traceCall: ['GET', '/v1/calls/{call_id}/trace'],
  getPcap: ['GET', '/v1/calls/{call_id}/pcap'],
  cancelCall: ['POST', '/v1/calls/{call_id}/cancel', 'application/json'],
  listRecordings: ['GET', '/v1/calls/{call_id}/recordings'],
  getRecording: ['GET', '/v1/calls/{call_id}/recordings/{attempt}'],
  exportCalls: ['GET', '/v1/exports/calls'],
  listCampaigns: ['GET', '/v1/campaigns'],
  createCampaign: ['POST', '/v1/campaigns', 'text/csv'],
  getCampaign: ['GET', '/v1/campaigns/{campaign_id}'],
  editCampaign: ['PATCH', '/v1/campaigns/{campaign_id}', 'application/json'],
  listCampaignCalls: ['GET', '/v1/campaigns/{campaign_id}/calls'],
  addCampaignCalls: ['POST', '/v1/campaigns/{campaign_id}/calls', 'text/csv'],
  pauseCampaign: ['POST', '/v1/campaigns/{campaign_id}/pause'],
  resumeCampaign: ['POST', '/v1/campaigns/{campaign_id}/resume'],
  drainCampaign: ['POST', '/v1/campaigns/{campaign_id}/drain'],
  cancelCampaign: ['POST', '/v1/campaigns/{campaign_id}/cancel'],
  cancelPendingOfCampaign: ['POST', '/v1/campaigns/{campaign_id}/cancel-pending'],
  getCampaignStatistics: ['GET', '/v1/campaigns/{campaign_id}/statistics'],
  listRefusedRows: ['GET', '/v1/uploads/{list_id}/refused-rows'],
  previewCampaign: ['POST', '/v1/preview', 'text/csv'],
  checkList: ['POST', '/v1/list-checks', 'text/csv'],
  exportRefusedRows: ['POST', '/v1/list-checks/refused-rows', 'text/csv'],
  listSchedules: ['GET', '/v1/schedules'],
  createSchedule: ['POST', '/v1/schedules', 'application/json'],
  getSchedule: ['GET', '/v1/schedules/{schedule}'],
  editSchedule: ['PATCH', '/v1/schedules/{schedule}', 'application/json'],
  removeSchedule: ['DELETE', '/v1/schedules/{schedule}'],
  listPacingProfiles: ['GET', '/v1/pacing-profiles'],
  createPacingProfile: ['POST', '/v1/pacing-profiles', 'application/json'],
  getPacingProfile: ['GET', '/v1/pacing-profiles/{pacing_profile}'],
  editPacingProfile: ['PATCH', '/v1/pacing-profiles/{pacing_profile}', 'application/json'],
  removePacingProfile: ['DELETE', '/v1/pacing-profiles/{pacing_profile}'],
  listForbiddenNumbers: ['GET', '/v1/do-not-call'],
  forbidNumbers: ['POST', '/v1/do-not-call', 'application/json'],
  importForbiddenNumbers: ['POST', '/v1/do-not-call/import', 'text/csv'],
  permitNumbers: ['POST', '/v1/do-not-call/remove', 'application/json'],
  startTrial: ['POST', '/v1/trials', 'application/json'],
  listTrials: ['GET', '/v1/trials'],
  getTrial: ['GET', '/v1/trials/{trial_id}'],
  endTrial: ['DELETE', '/v1/trials/{trial_id}'],
  moveTrial: ['POST', '/v1/trials/{trial_id}/moves', 'application/json'],
  checkDocument: ['POST', '/v1/check', 'application/json'],
  speak: ['GET', '/v1/speech'],
  streamEvents: ['GET', '/v1/events'],
  listResults: ['GET', '/v1/results'],
  getResult: ['GET', '/v1/results/{result_id}'],
  replayResult: ['POST', '/v1/results/{result_id}/replay'],
  replayResults: ['POST', '/v1/results/replay', 'application/json'],
  listDisabledUrls: ['GET', '/v1/result-urls'],
  enableUrl: ['POST', '/v1/result-urls/enable', 'application/json'],
  getAccount: ['GET', '/v1/account'],
  holdAccount: ['POST', '/v1/account/hold'],
  resumeAccount: ['POST', '/v1/account/resume'],
  cancelPending: ['POST', '/v1/account/cancel-pending'],
  getWebhookSecret: ['GET', '/v1/account/webhook-secret'],
  rotateWebhookSecret: ['POST', '/v1/account/webhook-secret/rotate', 'application/json'],
  listKeys: ['GET', '/v1/keys'],
  createKey: ['POST', '/v1/keys', 'application/json'],
  revokeKey: ['DELETE', '/v1/keys/{key_id}'],
  listUsers: ['GET', '/v1/users'],
  createUser: ['POST', '/v1/users', 'application/json'],
  editUser: ['PATCH', '/v1/users/{user_id}', 'application/json'],
  removeUser: ['DELETE', '/v1/users/{user_id}'],
  listSessions: ['GET', '/v1/sessions'],
  endSession: ['DELETE', '/v1/sessions/{session_id}'],
  listAuditLog: ['GET', '/v1/audit-log'],
  listAccounts: ['GET', '/v1/accounts'],
  createAccount: ['POST', '/v1/accounts', 'application/json'],
  getAccountOf: ['GET', '/v1/accounts/{login}'],
  editAccount: ['PATCH', '/v1/accounts/{login}', 'application/json'],
  listTrunks: ['GET', '/v1/trunks'],
  createTrunk: ['POST', '/v1/trunks', 'application/json'],
  getTrunk: ['GET', '/v1/trunks/{trunk}'],
  editTrunk: ['PATCH', '/v1/trunks/{trunk}', 'application/json'],
  pingTrunk: ['POST', '/v1/trunks/{trunk}/ping'],
} as const
