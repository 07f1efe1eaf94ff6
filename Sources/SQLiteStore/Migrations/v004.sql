-- The time since when the agent of an open job is away or too busy, as its sender was told.
ALTER TABLE jobs ADD COLUMN held_up_since INTEGER;
