-- A card below an answer that shows while it is written: WeCom takes one for each message.
ALTER TABLE streams ADD COLUMN card TEXT;
ALTER TABLE streams ADD COLUMN card_shown INTEGER NOT NULL DEFAULT 0; -- before WeCom is given it
