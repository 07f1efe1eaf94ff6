-- Who sends, and until when nobody else may take it back: a row of the outbox that is taken has an owner, as a job has that
-- runs. What was being sent when this version first opened the file belongs to nobody, and is taken back.

CREATE TABLE outbox_with_owner (
    conv INTEGER PRIMARY KEY,
    app INTEGER NOT NULL,
    turn INTEGER NOT NULL CHECK (turn BETWEEN 1 AND 3), -- 1 ready, 2 due later, 3 sending
    at INTEGER NOT NULL,
    owner TEXT,
    lease_until INTEGER,
    CHECK ((turn = 3) = (owner IS NOT NULL)),
    CHECK ((owner IS NULL) = (lease_until IS NULL))
) STRICT;
INSERT INTO outbox_with_owner (conv, app, turn, at, owner, lease_until)
    SELECT conv, app, turn, at, CASE turn WHEN 3 THEN '' END, CASE turn WHEN 3 THEN 0 END FROM outbox;
DROP TABLE outbox;
ALTER TABLE outbox_with_owner RENAME TO outbox;
CREATE INDEX outbox_ready ON outbox (app, at) WHERE turn = 1;
CREATE INDEX outbox_due ON outbox (at) WHERE turn = 2;
CREATE INDEX outbox_taken ON outbox (lease_until) WHERE turn = 3;
