-- The kind that WeCom took a delivery's file as, where that is not the one the body names.
ALTER TABLE deliveries ADD COLUMN media_kind TEXT;
