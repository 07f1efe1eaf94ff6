import PostgresTesting

/// Watches jobs in the database itself: under which lease and by which server each was claimed, and how each claim ended.
enum LeaseWatch {
    /// Has the database write that down from now on. Blocks.
    static func begin(in server: PostgresMember) throws { try server.run(notes, in: PostgresPair.database) }

    /// The number of claims so far, for people; and what nobody may have written, in words. Blocks.
    static func findings(in server: PostgresMember) throws -> (claims: String, breaches: [String]) {
        let count = "SELECT count(*) FROM lease_notes WHERE state = 'running'"
        return (
            try server.run(count, in: PostgresPair.database).joined(),
            try server.run(comparison, in: PostgresPair.database)
        )
    }

    /// The servers bear their names as those of their programs.
    private static let notes = """
        CREATE TABLE lease_notes (
            job bigint, n bigint GENERATED ALWAYS AS IDENTITY, lease bigint NOT NULL, state text NOT NULL, node text NOT NULL,
            PRIMARY KEY (job, n));
        CREATE FUNCTION note_lease() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
            BEGIN
                INSERT INTO lease_notes (job, lease, state, node)
                    VALUES (NEW.job, NEW.lease, NEW.state, current_setting('application_name'));
                RETURN NULL;
            END $$;
        CREATE TRIGGER note_lease AFTER UPDATE ON jobs FOR EACH ROW
            WHEN ((OLD.state, OLD.lease) IS DISTINCT FROM (NEW.state, NEW.lease) AND 'running' IN (OLD.state, NEW.state))
            EXECUTE FUNCTION note_lease();
        """

    /// Holds each note against the claim before it. A later claim has a higher number. An end has the claim's own, and then it is that
    /// server's; or a higher one, by whoever took the job away.
    private static let comparison = """
        SELECT format('job %s: %s by %s under %s, after %s had claimed it under %s', later.job, later.state, later.node, later.lease,
            claim.node, claim.lease)
        FROM lease_notes later CROSS JOIN LATERAL (
            SELECT * FROM lease_notes n WHERE n.job = later.job AND n.n < later.n AND n.state = 'running' ORDER BY n.n DESC LIMIT 1
            ) AS claim
        WHERE later.lease < claim.lease
            OR later.lease = claim.lease AND (later.state = 'running' OR later.node <> claim.node)
        ORDER BY later.n LIMIT 100
        """
}
