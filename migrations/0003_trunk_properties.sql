-- What a trunk is besides an address. Null is the default everywhere (src/model/trunk.ts).
ALTER TABLE trunks
  ALTER COLUMN port DROP NOT NULL,
  ALTER COLUMN port DROP DEFAULT,
  ALTER COLUMN transport DROP NOT NULL,
  ALTER COLUMN transport DROP DEFAULT,
  DROP CONSTRAINT trunks_transport_check,
  ADD CONSTRAINT trunks_transport_check CHECK (transport IN ('udp', 'tcp', 'tls')),
  ADD COLUMN tls_ca_file text,
  ADD COLUMN tls_certificate_file text,
  ADD COLUMN tls_key_file text,
  ADD COLUMN register_seconds integer CHECK (register_seconds > 0),
  ADD COLUMN ping_seconds integer CHECK (ping_seconds > 0),
  ADD COLUMN session_seconds integer CHECK (session_seconds >= 0),
  ADD COLUMN reliable_progress text CHECK (reliable_progress IN ('off', 'supported', 'required')),
  ADD COLUMN keys text CHECK (keys IN ('rfc4733', 'info', 'inband')),
  ADD COLUMN caller_id_format text CHECK (caller_id_format IN ('e164', 'digits', 'national')),
  ADD COLUMN withholds_caller_id boolean,
  ADD COLUMN asserts_identity boolean,
  ADD COLUMN number_format text CHECK (number_format IN ('e164', 'digits', 'national')),
  ADD COLUMN country text,
  ADD COLUMN strip_prefix text,
  ADD COLUMN prefix text,
  ADD COLUMN priority integer CHECK (priority >= 0),
  ADD COLUMN weight integer CHECK (weight >= 0),
  ADD COLUMN failover_statuses smallint[];

-- The trunks that an attempt has left behind because they certainly failed, with the INVITE and the reason.
ALTER TABLE attempts ADD COLUMN failovers jsonb NOT NULL DEFAULT '[]';
