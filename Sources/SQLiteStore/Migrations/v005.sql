-- Messages that were refused, without what they said. The newest take the places of the oldest.
CREATE TABLE refusals (
    slot INTEGER PRIMARY KEY,
    refusal INTEGER NOT NULL, -- as jobs are numbered
    conv INTEGER NOT NULL,
    why INTEGER NOT NULL -- as in notices
) STRICT;
CREATE UNIQUE INDEX refusals_newest ON refusals (refusal);
