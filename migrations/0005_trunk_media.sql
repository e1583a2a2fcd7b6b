-- What a trunk is offered for its audio; null: PCMU and PCMA, in the clear.
ALTER TABLE trunks
  ADD COLUMN codecs text[] CHECK (codecs <@ ARRAY['PCMU', 'PCMA', 'G722'] AND codecs <> '{}'),
  ADD COLUMN srtp text CHECK (srtp IN ('off', 'sdes'));
