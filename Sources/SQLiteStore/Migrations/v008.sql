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

-- What people think of answers: of each the last that they said.
CREATE TABLE feedback (
    job INTEGER NOT NULL,
    user TEXT NOT NULL, -- the folded id; empty where WeCom does not tell
    at INTEGER NOT NULL,
    verdict INTEGER NOT NULL CHECK (verdict BETWEEN 1 AND 3), -- as WeCom numbers them, the reasons too
    reasons TEXT NOT NULL, -- with commas between them
    comment TEXT,
    PRIMARY KEY (job, user)
) STRICT, WITHOUT ROWID;
