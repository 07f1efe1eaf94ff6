-- Answers that show while they are written. WeCom asks for each again and again until it ends.
CREATE TABLE streams (
    id TEXT PRIMARY KEY,
    conv INTEGER NOT NULL,
    job INTEGER, -- answers the message, if one does
    opened_at INTEGER NOT NULL,
    said TEXT, -- of our own, above the answer
    text TEXT, -- the last words; NULL until then
    response_used INTEGER NOT NULL DEFAULT 0 -- the one answer besides is used up
) STRICT;
CREATE INDEX streams_opened ON streams (opened_at);
