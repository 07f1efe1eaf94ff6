-- Whose agent answered, or failed to, last: what becomes of jobs is counted by it. None for jobs of before.

ALTER TABLE jobs ADD COLUMN agent TEXT;
