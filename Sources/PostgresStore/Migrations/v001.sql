-- Scheduling lives in two small tables, `queue` (turns) and `outbox` (deliveries), with one row for each busy
-- conversation and none for idle ones: what accept, claim and settle cost does not grow with what is stored.
--
-- No index says anything of a lease or its owner, which every end of a turn compares: the planner would walk it.

CREATE TABLE apps (
    app bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key text NOT NULL UNIQUE -- corp_id/agent_id, or bot/id
);

CREATE TABLE conversations (
    conv bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    app bigint NOT NULL,
    peer text NOT NULL, -- user:<id>, or many
    epoch bigint NOT NULL DEFAULT 0,
    home text, -- the process on whose disk its agent has worked
    last_job bigint, -- of those that have ended, the one whose message came last; it may have been pruned since
    UNIQUE (app, peer)
);

-- When a conversation last heard a notice of a kind, so that it hears it now and then and no more.
CREATE TABLE notices (
    conv bigint NOT NULL,
    kind bigint NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (conv, kind)
);

-- Rows live for moments, and dead ones pile up in front of the others: they are cleared away early.
CREATE TABLE queue (
    conv bigint PRIMARY KEY,
    app bigint NOT NULL,
    turn bigint NOT NULL CHECK (turn BETWEEN 0 AND 3), -- 0 only locked, 1 ready, 2 due later, 3 running
    at bigint NOT NULL,
    home text, -- left to this process, and until when
    home_until bigint,
    CHECK ((home IS NULL) = (home_until IS NULL))
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
CREATE INDEX queue_ready ON queue (app, at, conv) WHERE turn = 1 AND home IS NULL;
CREATE INDEX queue_home ON queue (home, app, at, conv) WHERE turn = 1 AND home IS NOT NULL;
CREATE INDEX queue_left ON queue (home_until) WHERE turn = 1 AND home IS NOT NULL;
CREATE INDEX queue_due ON queue (at) WHERE turn = 2;
CREATE INDEX queue_running ON queue (conv) WHERE turn = 3;

CREATE TABLE outbox (
    conv bigint PRIMARY KEY,
    app bigint NOT NULL,
    turn bigint NOT NULL CHECK (turn BETWEEN 1 AND 3), -- 1 ready, 2 due later, 3 sending
    at bigint NOT NULL,
    owner text, -- who sends, and until when nobody else may take it back
    lease_until bigint,
    CHECK ((turn = 3) = (owner IS NOT NULL)),
    CHECK ((owner IS NULL) = (lease_until IS NULL))
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
CREATE INDEX outbox_ready ON outbox (app, at, conv) WHERE turn = 1;
CREATE INDEX outbox_due ON outbox (at) WHERE turn = 2;
CREATE INDEX outbox_taken ON outbox (conv) WHERE turn = 3;

-- The stamp (numeric MsgId, else CreateTime) comes first so that inserts arrive nearly in order.
CREATE TABLE dedup (
    stamp bigint NOT NULL,
    digest bytea NOT NULL,
    effect bigint NOT NULL, -- 1 a job of its own, 2 a message added to a job, 10 + kind a notice
    job bigint,
    seen_at bigint NOT NULL,
    PRIMARY KEY (stamp, digest)
);

CREATE TABLE jobs (
    job bigint PRIMARY KEY,
    conv bigint NOT NULL,
    state text NOT NULL,
    attempt bigint NOT NULL DEFAULT 0,
    lease bigint NOT NULL DEFAULT 0,
    owner text,
    lease_until bigint,
    due_at bigint,
    cancel text, -- why a running job is to be stopped
    epoch bigint NOT NULL,
    crashes bigint NOT NULL DEFAULT 0, -- how often it was running when the process ended without a word
    replay_of bigint,
    ended_at bigint,
    reason text,
    held_up_since bigint, -- since when its agent is away or too busy, as its sender was told
    agent text, -- whose answered, or failed to, last
    member text, -- whose own session it is; none where all share the conversation's
    CHECK (state IN ('ready', 'running', 'waiting', 'done', 'failed', 'cancelled')),
    CHECK ((state = 'running') = (owner IS NOT NULL)),
    CHECK ((owner IS NULL) = (lease_until IS NULL)),
    CHECK ((state = 'waiting') = (due_at IS NOT NULL)),
    CHECK (cancel IS NULL OR state = 'running'),
    CHECK ((state IN ('done', 'failed', 'cancelled')) = (ended_at IS NOT NULL))
) WITH (fillfactor = 85);
CREATE UNIQUE INDEX jobs_open ON jobs (conv, job) WHERE ended_at IS NULL;
CREATE INDEX jobs_failed ON jobs (job) WHERE state = 'failed';
CREATE UNIQUE INDEX jobs_replays ON jobs (replay_of) WHERE replay_of IS NOT NULL; -- each is retried once; then its retry is
CREATE INDEX jobs_cancelled ON jobs (job) WHERE cancel IS NOT NULL;

CREATE TABLE messages (
    job bigint NOT NULL,
    n bigint NOT NULL,
    body text NOT NULL,
    reply_address text NOT NULL,
    PRIMARY KEY (job, n)
);

-- A job's time line. That it was accepted is the job row itself.
CREATE TABLE events (
    job bigint NOT NULL,
    n bigint NOT NULL,
    at bigint NOT NULL,
    what text NOT NULL,
    why text,
    who text, -- who had it done; the router itself, if nobody
    PRIMARY KEY (job, n)
);

CREATE TABLE deliveries (
    delivery bigint PRIMARY KEY,
    conv bigint NOT NULL,
    job bigint,
    class bigint NOT NULL CHECK (class BETWEEN 0 AND 2), -- 0 control, 1 final, 2 progress
    kind text NOT NULL CHECK (kind IN ('message', 'recall', 'card_update')),
    state text NOT NULL,
    attempt bigint NOT NULL DEFAULT 0,
    tried_at bigint,
    due_at bigint,
    body text NOT NULL,
    digest bytea NOT NULL, -- of the body, to know an identical one again
    checked boolean, -- with WeCom's duplicate check; decided at the first try
    media_id text, -- of the file it carries, once WeCom has it
    media_at bigint, -- when WeCom got it
    media_kind text, -- the kind it was taken as, where that is not the one the body names
    wecom_id text,
    response_code text, -- for changing a card once
    replay_of bigint,
    ended_at bigint,
    reason text,
    kept boolean NOT NULL DEFAULT false, -- found no way out, and is given with the next answer of its conversation
    CHECK (state IN ('pending', 'sending', 'sent', 'failed', 'dropped')),
    CHECK (NOT kept OR state = 'failed'),
    CHECK ((state IN ('sent', 'failed', 'dropped')) = (ended_at IS NOT NULL)),
    CHECK ((attempt = 0) = (checked IS NULL))
) WITH (fillfactor = 85);
CREATE INDEX deliveries_open ON deliveries (conv, class, delivery) WHERE ended_at IS NULL;
CREATE INDEX deliveries_job ON deliveries (job, delivery) WHERE job IS NOT NULL;
CREATE INDEX deliveries_notices ON deliveries (delivery) WHERE job IS NULL;
CREATE INDEX deliveries_failed ON deliveries (delivery) WHERE state = 'failed';
CREATE INDEX deliveries_kept ON deliveries (conv, delivery) WHERE kept;
CREATE UNIQUE INDEX deliveries_replays ON deliveries (replay_of) WHERE replay_of IS NOT NULL;

-- What went out within the window of WeCom's duplicate check: for that check, and for the limits of what one person may
-- be sent. Small, so that neither costs more when much is stored.
CREATE TABLE recent_sends (
    conv bigint NOT NULL,
    at bigint NOT NULL,
    delivery bigint NOT NULL,
    digest bytea NOT NULL,
    PRIMARY KEY (conv, at, delivery)
);

-- Requests to send something, by the key that makes a repeat of them known.
CREATE TABLE requests (
    key bytea PRIMARY KEY, -- 16 bytes
    body bytea NOT NULL, -- 16 bytes of a digest of what was asked for
    delivery bigint NOT NULL,
    at bigint NOT NULL
);

CREATE TABLE leases (
    name text PRIMARY KEY,
    owner text NOT NULL,
    number bigint NOT NULL,
    until bigint NOT NULL
);

-- Processes that serve this database: each start of one anew, until it ends or has long been silent.
CREATE TABLE nodes (
    incarnation text PRIMARY KEY, -- under which it holds leases
    name text NOT NULL,
    version text NOT NULL, -- of the program
    schema bigint NOT NULL, -- that it knows
    configuration text NOT NULL DEFAULT '', -- a digest of what all should be told alike
    clock_lead bigint NOT NULL DEFAULT 0, -- how many milliseconds its clock is ahead of this server's
    started_at bigint NOT NULL,
    seen_at bigint NOT NULL
) WITH (fillfactor = 50);

-- What agents remember of conversations, what they ask people, and what they tell us by calling.

CREATE TABLE sessions (
    session bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    conv bigint NOT NULL,
    agent text NOT NULL, -- its name in the configuration
    epoch bigint NOT NULL,
    job bigint NOT NULL, -- whose turn named it last
    turns bigint NOT NULL,
    started_at bigint NOT NULL,
    used_at bigint NOT NULL,
    state text NOT NULL, -- the agent's own
    member text, -- as in jobs
    UNIQUE (conv, agent, epoch)
);

-- Members of groups who have sessions of their own. A member's is over once the conversation's epoch is as high as its own: the
-- next session of the conversation ends those of all.
CREATE TABLE members (
    conv bigint NOT NULL,
    member text COLLATE "C" NOT NULL, -- the folded id
    epoch bigint NOT NULL,
    PRIMARY KEY (conv, member)
);
CREATE UNIQUE INDEX members_epochs ON members (conv, epoch);

-- Of each member of a group the job of theirs that came last among those that have ended: the one that their retry means.
CREATE TABLE member_jobs (
    conv bigint NOT NULL,
    member text COLLATE "C" NOT NULL, -- the folded id
    job bigint NOT NULL,
    PRIMARY KEY (conv, member)
);

CREATE TABLE questions (
    question bigint PRIMARY KEY,
    conv bigint NOT NULL,
    job bigint NOT NULL,
    lease bigint NOT NULL, -- of the turn that asked
    key text, -- what the agent calls it; such a question outlives the turn
    body text NOT NULL,
    reply_address text NOT NULL,
    delivery bigint NOT NULL, -- that shows it
    style text NOT NULL CHECK (style IN ('card', 'text')),
    state text NOT NULL,
    answer text, -- the places of the chosen options
    answered_by text,
    asked_at bigint NOT NULL,
    ended_at bigint,
    CHECK (state IN ('open', 'answered', 'expired', 'withdrawn', 'lapsed')),
    CHECK ((state = 'open') = (ended_at IS NULL)),
    CHECK ((state = 'answered') = (answer IS NOT NULL)),
    CHECK ((answer IS NULL) = (answered_by IS NULL))
);
CREATE INDEX questions_open ON questions (conv, question) WHERE ended_at IS NULL;
CREATE INDEX questions_job ON questions (job, question);

-- Who may call about a job: of a token only its SHA-256 is kept.
CREATE TABLE call_tokens (
    job bigint NOT NULL,
    digest bytea NOT NULL,
    scope bigint NOT NULL CHECK (scope IN (0, 1)), -- 0 events, 1 files
    PRIMARY KEY (job, digest)
);

-- The numbers of one job's calls rise as they come, since its row in call_totals is locked first.
CREATE TABLE calls (
    arrival bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, -- in which order they came
    job bigint NOT NULL,
    seq bigint NOT NULL, -- the agent's own count
    body text NOT NULL,
    UNIQUE (job, seq)
);
CREATE INDEX calls_arrived ON calls (job, arrival);

-- What the calls about a job come to, so that none has to count those before it.
CREATE TABLE call_totals (
    job bigint PRIMARY KEY,
    count bigint NOT NULL,
    bytes bigint NOT NULL
);

-- Messages that were refused, without what they said. The newest take the places of the oldest.
CREATE SEQUENCE refusal_slots MINVALUE 0 START 0 MAXVALUE 99999 CYCLE;
CREATE TABLE refusals (
    slot bigint PRIMARY KEY DEFAULT nextval('refusal_slots'),
    refusal bigint NOT NULL, -- as jobs are numbered
    conv bigint NOT NULL,
    why bigint NOT NULL -- as in notices
);
CREATE UNIQUE INDEX refusals_newest ON refusals (refusal);

-- Answers that show while they are written. WeCom asks for each again and again until it ends.
CREATE TABLE streams (
    id text COLLATE "C" PRIMARY KEY,
    conv bigint NOT NULL,
    job bigint, -- answers the message, if one does
    opened_at bigint NOT NULL,
    said text, -- of our own, above the answer
    text text, -- the last words; NULL until then
    response_used bigint NOT NULL DEFAULT 0, -- the delivery by which the one answer besides is used up
    pictures text, -- below it, as JSON; NULL for none
    card text, -- below it: WeCom takes one for each message
    card_shown boolean NOT NULL DEFAULT false -- before WeCom is given it
);
CREATE INDEX streams_opened ON streams (opened_at);

-- How far running turns have come, for processes in which they do not run. Nothing hangs on it: it does not outlive a crash of
-- the server.
CREATE UNLOGGED TABLE progress (
    job bigint PRIMARY KEY,
    lease bigint NOT NULL, -- of the turn
    at bigint NOT NULL,
    line text, -- the last that its agent told of where it stands
    shown text -- of its answer, where that shows while it is written
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- What people think of answers: of each the last that they said.
CREATE TABLE feedback (
    job bigint NOT NULL,
    "user" text COLLATE "C" NOT NULL, -- the folded id; empty where WeCom does not tell
    at bigint NOT NULL,
    verdict bigint NOT NULL CHECK (verdict BETWEEN 1 AND 3), -- as WeCom numbers them, the reasons too
    reasons text NOT NULL, -- with commas between them
    comment text,
    PRIMARY KEY (job, "user")
);

-- What is known of AI bots, for whoever asks after a restart.
CREATE TABLE bots (
    bot text COLLATE "C" PRIMARY KEY, -- WeCom's id of it
    disconnected_at bigint, -- an operator has it disconnected since
    last_connected_at bigint,
    last_disconnected_at bigint,
    last_callback_at bigint,
    last_heartbeat_at bigint,
    last_error text,
    last_error_at bigint,
    reconnects bigint NOT NULL DEFAULT 0,
    orders bigint NOT NULL DEFAULT 0, -- how often an operator has said whether it is to connect
    -- Its connection as the process told that has it, the one with the lease of that name.
    state text,
    why text,
    since bigint,
    failures bigint NOT NULL DEFAULT 0,
    obeyed bigint NOT NULL DEFAULT 0, -- of the orders
    told_by text -- the process that told this last: another's connection may not be there yet
);

-- Access tokens that all processes have in common, encrypted; a row for each app and secret.
CREATE TABLE tokens (
    app text NOT NULL, -- corp_id/agent_id
    credentials bytea NOT NULL, -- a digest of the secret
    number bigint NOT NULL DEFAULT 0, -- grows with each token
    text text,
    expires_at bigint,
    refresher text, -- who asks WeCom for the next, and for how long that counts
    refreshing_until bigint,
    failures bigint NOT NULL DEFAULT 0,
    held_back_until bigint, -- nobody asks before
    failure text,
    PRIMARY KEY (app, credentials)
);

-- Files on their way out, for whichever process sends them: each under the digest of what it holds. Its size is written
-- when all its pieces are.
CREATE TABLE blobs (
    blob text COLLATE "C" PRIMARY KEY,
    size bigint, -- once all pieces are there
    used_at bigint NOT NULL
);
-- Files that people sent along, for agents that fetch them: which blob each is.
CREATE TABLE attachments (
    job bigint NOT NULL,
    n bigint NOT NULL,
    blob text NOT NULL,
    name text NOT NULL,
    PRIMARY KEY (job, n)
);
CREATE TABLE blob_pieces (
    blob text COLLATE "C" NOT NULL,
    n bigint NOT NULL,
    bytes bytea NOT NULL,
    PRIMARY KEY (blob, n)
);
ALTER TABLE blob_pieces ALTER COLUMN bytes SET STORAGE EXTERNAL; -- most are compressed as they are
-- The directories in which agents' programs work, and the copy of each as its last turn left it.
CREATE TABLE workspaces (
    name text COLLATE "C" PRIMARY KEY,
    conv bigint NOT NULL,
    number bigint NOT NULL, -- of the copy
    blob text COLLATE "C", -- that is the copy; NULL where it is on the disk of its home alone
    used_at bigint NOT NULL
);
CREATE INDEX workspaces_conv ON workspaces (conv);
CREATE UNIQUE INDEX workspaces_blob ON workspaces (blob) WHERE blob IS NOT NULL;
