-- How a trunk's calls are signed (RFC 8224, RFC 8588); all null: they are not.
ALTER TABLE trunks
  ADD COLUMN signing_key_file text,
  ADD COLUMN signing_certificate_file text,
  ADD COLUMN signing_certificate_url text,
  ADD COLUMN attestation text CHECK (attestation IN ('A', 'B', 'C')),
  ADD COLUMN own_numbers text[];
