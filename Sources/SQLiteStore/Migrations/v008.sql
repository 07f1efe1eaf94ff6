-- Members of groups who have sessions of their own. A member's is over once the conversation's epoch is as high as its own: the
-- next session of the conversation ends those of all.
CREATE TABLE members (
    conv INTEGER NOT NULL,
    member TEXT NOT NULL, -- the folded id
    epoch INTEGER NOT NULL,
    PRIMARY KEY (conv, member)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX members_epochs ON members (conv, epoch);
-- Whose own session it is; none where all share the conversation's.
ALTER TABLE jobs ADD COLUMN member TEXT;
ALTER TABLE sessions ADD COLUMN member TEXT;
