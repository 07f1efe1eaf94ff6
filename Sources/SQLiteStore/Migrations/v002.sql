-- What agents remember of conversations, what they ask people, and what they tell us by calling.

CREATE TABLE sessions (
    session INTEGER PRIMARY KEY,
    conv INTEGER NOT NULL,
    agent TEXT NOT NULL, -- its name in the configuration
    epoch INTEGER NOT NULL,
    job INTEGER NOT NULL, -- whose turn named it last
    turns INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    used_at INTEGER NOT NULL,
    state TEXT NOT NULL, -- the agent's own; last, since it can be long and the others are looked through
    UNIQUE (conv, agent, epoch)
) STRICT;

CREATE TABLE questions (
    question INTEGER PRIMARY KEY,
    conv INTEGER NOT NULL,
    job INTEGER NOT NULL,
    lease INTEGER NOT NULL, -- of the turn that asked
    key TEXT, -- what the agent calls it; such a question outlives the turn
    body TEXT NOT NULL,
    reply_address TEXT NOT NULL,
    delivery INTEGER NOT NULL, -- that shows it
    style TEXT NOT NULL CHECK (style = 'card' OR style = 'text'),
    state TEXT NOT NULL,
    answer TEXT, -- the places of the chosen options
    answered_by TEXT,
    asked_at INTEGER NOT NULL,
    ended_at INTEGER,
    CHECK (
        state = 'open' OR state = 'answered' OR state = 'expired' OR state = 'withdrawn' OR state = 'lapsed'
    ),
    CHECK ((state = 'open') = (ended_at IS NULL)),
    CHECK ((state = 'answered') = (answer IS NOT NULL)),
    CHECK ((answer IS NULL) = (answered_by IS NULL))
) STRICT;
CREATE INDEX questions_open ON questions (conv, question) WHERE ended_at IS NULL;
CREATE INDEX questions_job ON questions (job, question);

-- Who may call about a job: of a token only its SHA-256 is kept.
CREATE TABLE call_tokens (
    job INTEGER NOT NULL,
    digest BLOB NOT NULL,
    scope INTEGER NOT NULL CHECK (scope = 0 OR scope = 1), -- 0 events, 1 files
    PRIMARY KEY (job, digest)
) STRICT, WITHOUT ROWID;

CREATE TABLE calls (
    arrival INTEGER PRIMARY KEY, -- in which order they came
    job INTEGER NOT NULL,
    seq INTEGER NOT NULL, -- the agent's own count
    body TEXT NOT NULL,
    UNIQUE (job, seq)
) STRICT;
CREATE INDEX calls_arrived ON calls (job, arrival);

-- What the calls about a job come to, so that none has to count those before it.
CREATE TABLE call_totals (
    job INTEGER PRIMARY KEY,
    count INTEGER NOT NULL,
    bytes INTEGER NOT NULL
) STRICT;

-- Of the jobs that have ended, the one whose message came last; it may have been pruned since.
ALTER TABLE conversations ADD COLUMN last_job INTEGER;
