-- Scheduling lives in two small tables, `queue` (turns) and `outbox` (deliveries), with one row for each busy
-- conversation and none for idle ones: what accept, claim and settle cost does not grow with what is stored.
--
-- No condition here says IN with more than two values: SQLite would fill a B-tree with them at every row it writes.

CREATE TABLE apps (
    app INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE -- corp_id/agent_id
) STRICT;

CREATE TABLE conversations (
    conv INTEGER PRIMARY KEY,
    app INTEGER NOT NULL,
    peer TEXT NOT NULL, -- user:<id>, or many
    epoch INTEGER NOT NULL DEFAULT 0,
    home TEXT,
    UNIQUE (app, peer)
) STRICT;

-- When a conversation last heard a notice of a kind, so that it hears it now and then and no more.
CREATE TABLE notices (
    conv INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (conv, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE queue (
    conv INTEGER PRIMARY KEY,
    app INTEGER NOT NULL,
    turn INTEGER NOT NULL CHECK (turn BETWEEN 1 AND 3), -- 1 ready, 2 due later, 3 running
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX queue_ready ON queue (app, at) WHERE turn = 1;
CREATE INDEX queue_due ON queue (at) WHERE turn = 2;

CREATE TABLE outbox (
    conv INTEGER PRIMARY KEY,
    app INTEGER NOT NULL,
    turn INTEGER NOT NULL CHECK (turn BETWEEN 1 AND 3), -- 1 ready, 2 due later, 3 sending
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX outbox_ready ON outbox (app, at) WHERE turn = 1;
CREATE INDEX outbox_due ON outbox (at) WHERE turn = 2;

-- The stamp (numeric MsgId, else CreateTime) comes first so that inserts arrive nearly in order.
CREATE TABLE dedup (
    stamp INTEGER NOT NULL,
    digest BLOB NOT NULL,
    effect INTEGER NOT NULL, -- 1 a job of its own, 2 a message added to a job, 10 + kind a notice
    job INTEGER,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (stamp, digest)
) STRICT, WITHOUT ROWID;

CREATE TABLE jobs (
    job INTEGER PRIMARY KEY,
    conv INTEGER NOT NULL,
    state TEXT NOT NULL,
    attempt INTEGER NOT NULL DEFAULT 0,
    lease INTEGER NOT NULL DEFAULT 0,
    owner TEXT,
    lease_until INTEGER,
    due_at INTEGER,
    cancel TEXT, -- why a running job is to be stopped
    epoch INTEGER NOT NULL,
    crashes INTEGER NOT NULL DEFAULT 0, -- how often it was running when the process ended without a word
    replay_of INTEGER,
    ended_at INTEGER,
    reason TEXT,
    CHECK (
        state = 'ready' OR state = 'running' OR state = 'waiting'
        OR state = 'done' OR state = 'failed' OR state = 'cancelled'
    ),
    CHECK ((state = 'running') = (owner IS NOT NULL)),
    CHECK ((owner IS NULL) = (lease_until IS NULL)),
    CHECK ((state = 'waiting') = (due_at IS NOT NULL)),
    CHECK (cancel IS NULL OR state = 'running'),
    CHECK ((state = 'done' OR state = 'failed' OR state = 'cancelled') = (ended_at IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX jobs_open ON jobs (conv, job) WHERE ended_at IS NULL;
CREATE INDEX jobs_running ON jobs (lease_until) WHERE state = 'running';
CREATE INDEX jobs_failed ON jobs (job) WHERE state = 'failed';
CREATE UNIQUE INDEX jobs_replays ON jobs (replay_of) WHERE replay_of IS NOT NULL; -- each is retried once; then its retry is
CREATE INDEX jobs_cancelled ON jobs (job) WHERE state = 'running' AND cancel IS NOT NULL;

CREATE TABLE messages (
    job INTEGER NOT NULL,
    n INTEGER NOT NULL,
    body TEXT NOT NULL,
    reply_address TEXT NOT NULL,
    PRIMARY KEY (job, n)
) STRICT, WITHOUT ROWID;

-- A job's time line. That it was accepted is the job row itself.
CREATE TABLE events (
    job INTEGER NOT NULL,
    n INTEGER NOT NULL,
    at INTEGER NOT NULL,
    what TEXT NOT NULL,
    why TEXT,
    who TEXT, -- who had it done; the router itself, if nobody
    PRIMARY KEY (job, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE deliveries (
    delivery INTEGER PRIMARY KEY,
    conv INTEGER NOT NULL,
    job INTEGER,
    class INTEGER NOT NULL CHECK (class BETWEEN 0 AND 2), -- 0 control, 1 final, 2 progress
    kind TEXT NOT NULL CHECK (kind = 'message' OR kind = 'recall' OR kind = 'card_update'),
    state TEXT NOT NULL,
    attempt INTEGER NOT NULL DEFAULT 0,
    tried_at INTEGER,
    due_at INTEGER,
    body TEXT NOT NULL,
    digest BLOB NOT NULL, -- of the body, to know an identical one again
    checked INTEGER CHECK (checked IN (0, 1)), -- with WeCom's duplicate check; decided at the first try
    media_id TEXT, -- of the file it carries, once WeCom has it
    media_at INTEGER, -- when WeCom got it
    wecom_id TEXT,
    response_code TEXT, -- for changing a card once
    replay_of INTEGER,
    ended_at INTEGER,
    reason TEXT,
    CHECK (state = 'pending' OR state = 'sending' OR state = 'sent' OR state = 'failed' OR state = 'dropped'),
    CHECK ((state = 'sent' OR state = 'failed' OR state = 'dropped') = (ended_at IS NOT NULL)),
    CHECK ((attempt = 0) = (checked IS NULL))
) STRICT;
CREATE INDEX deliveries_open ON deliveries (conv, class, delivery) WHERE ended_at IS NULL;
CREATE INDEX deliveries_job ON deliveries (job) WHERE job IS NOT NULL;
CREATE INDEX deliveries_notices ON deliveries (delivery) WHERE job IS NULL;
CREATE INDEX deliveries_failed ON deliveries (delivery) WHERE state = 'failed';
CREATE UNIQUE INDEX deliveries_replays ON deliveries (replay_of) WHERE replay_of IS NOT NULL;

-- What went out within the window of WeCom's duplicate check: for that check, and for the limits of what one person may
-- be sent. Small, so that neither costs more when much is stored.
CREATE TABLE recent_sends (
    conv INTEGER NOT NULL,
    at INTEGER NOT NULL,
    delivery INTEGER NOT NULL,
    digest BLOB NOT NULL,
    PRIMARY KEY (conv, at, delivery)
) STRICT, WITHOUT ROWID;

-- Requests to send something, by the key that makes a repeat of them known.
CREATE TABLE requests (
    key BLOB PRIMARY KEY, -- 16 bytes
    body BLOB NOT NULL, -- 16 bytes of a digest of what was asked for
    delivery INTEGER NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE leases (
    name TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    number INTEGER NOT NULL,
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
