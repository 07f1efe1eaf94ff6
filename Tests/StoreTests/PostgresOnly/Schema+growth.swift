import PostgreSQL
import PostgresStore

extension Schema {
    /// The store's schema as a later program has it, which programs from `usableFrom` on can do with: the store's own unless told otherwise.
    /// Each table has two columns more, and there is another table.
    static func grown(usableFrom: Int? = nil) -> Schema {
        let known = PostgresStore.schema
        let next = Migration(
            version: known.version + 1, usableFrom: usableFrom ?? known.usableFrom, sql: Array(growth.utf8))
        return Schema(known.migrations + [next], servedBy: known.programs)
    }

    /// Opens a database as a program does at its start that has this schema. Blocks.
    func open(at url: String) throws -> Database {
        var options = DatabaseOptions()
        options.channel = nil
        options.connections = [:]
        options.owner = "later"
        return try Database(at: Servers(url), schema: self, options: options)
    }
}

private let growth = """
    CREATE TABLE later (later bigint PRIMARY KEY);
    DO $$
        DECLARE name text;
        BEGIN
            FOR name IN SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = current_schema() AND c.relkind = 'r' AND relname NOT IN ('later', 'schema_version') LOOP
                EXECUTE format('ALTER TABLE %I ADD COLUMN later text, ADD COLUMN latest bigint NOT NULL DEFAULT 7', name);
            END LOOP;
        END $$;
    CREATE INDEX jobs_later ON jobs (later) WHERE later IS NOT NULL;
    """
