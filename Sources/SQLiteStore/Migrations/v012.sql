-- Of each member of a group the job of theirs that came last among those that have ended: the one that their retry means.
CREATE TABLE member_jobs (
    conv INTEGER NOT NULL,
    member TEXT NOT NULL, -- the folded id
    job INTEGER NOT NULL,
    PRIMARY KEY (conv, member)
) STRICT, WITHOUT ROWID;
