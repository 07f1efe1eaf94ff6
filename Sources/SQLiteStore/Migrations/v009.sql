-- Answers that found no way out, and are given with the next one of their conversation.
ALTER TABLE deliveries ADD COLUMN kept INTEGER NOT NULL DEFAULT 0 CHECK (kept = 0 OR kept = 1 AND state = 'failed');
CREATE INDEX deliveries_kept ON deliveries (conv, delivery) WHERE kept = 1;

-- The pictures that stand below a stream, as JSON; NULL for none. What the one answer besides is used up by is its delivery,
-- so that a second try of that one is known.
ALTER TABLE streams ADD COLUMN pictures TEXT;
