-- The delivery that has ended an answer which shows while it is written, until WeCom has been given that end.
ALTER TABLE streams ADD COLUMN untaken INTEGER;
CREATE INDEX streams_untaken ON streams (opened_at) WHERE untaken IS NOT NULL;
