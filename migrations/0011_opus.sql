-- Opus may be offered to a trunk as well.
ALTER TABLE trunks
  DROP CONSTRAINT trunks_codecs_check,
  ADD CONSTRAINT trunks_codecs_check
    CHECK (codecs <@ ARRAY['PCMU', 'PCMA', 'G722', 'OPUS'] AND codecs <> '{}');
