-- What is known of AI bots, for whoever asks after a restart.
CREATE TABLE bots (
    bot TEXT PRIMARY KEY, -- WeCom's id of it
    disconnected_at INTEGER, -- an operator has it disconnected since
    last_connected_at INTEGER,
    last_disconnected_at INTEGER,
    last_callback_at INTEGER,
    last_heartbeat_at INTEGER,
    last_error TEXT,
    last_error_at INTEGER,
    reconnects INTEGER NOT NULL DEFAULT 0
) STRICT;
