import Router
import SQLiteStore
import System
import Text

enum StoreCommand: Command {
    static let summary =
        "the store: back it up, restore it, look it through, count it, move it between SQLite and PostgreSQL"

    static let help = CommandHelp(
        "store",
        """
        Usage: wecom-router store backup FILE [--json] [--config FILE]
               wecom-router store restore FILE [--yes] [--config FILE]
               wecom-router store check [--json] [--config FILE]
               wecom-router store stats [--json] [--config FILE]
               wecom-router store copy --from URL --to URL

        Keeps the store. Of PostgreSQL each says what to use instead: its own tools do it better.

        backup   copies the store to FILE as it is now, also while a server runs, which waits for nothing. What is at FILE stays
                 until the copy is whole, looked through and on the disk. Files that are still to be sent are put beside it,
                 into FILE.blobs
        restore  puts such a copy in the place of the store, whose server has to be stopped first. A copy by a newer version is
                 refused. What was there is kept beside it, as router.db.before-restore. What was done after the copy was made
                 is then unknown: messages that waited in it are answered again
        check    reads all of it and compares its tables, also while a server runs. Exit status 1 if something is wrong
        stats    rows and bytes of each table, what is open, the oldest job, the write-ahead log
        copy     carries the whole store from a file to a database or back: conversations, jobs with their messages and time
                 lines, what waits and what is still to be sent, sessions, questions, files on their way out. Both must be at
                 rest: a store that a server has is refused. The one that is filled must be empty; until all is there and
                 every table holds the same, row by row, no server starts with it. A copy that was broken off goes on where
                 it was when it is called again. The source stays as it is: afterwards set store.url to the other one, and
                 never serve both

          --from URL       the store that is there, written as store.url: sqlite:data/router.db, or postgres://…
          --to URL         the store that is filled
          --yes            restore without asking
          --json           as JSON
          --config FILE    the configuration that says where the store is
          --env-file FILE  variables for it; else the .env beside it, if there is one

        Passwords need not stand on the command line: PGPASSWORD, PGPASSFILE and PGSERVICE are as libpq has them. Working
        directories of agents and files that people sent stay on the disk where they are, beside the file or the node's folder.

        """)

    /// The options of each verb, apart from those that say where the configuration is.
    private static let own: [String: [String]] = [
        "backup": ["--json"], "restore": ["--yes"], "check": ["--json"], "stats": ["--json"],
        "copy": ["--from", "--to"],
    ]
    private static let places = ["--config", "--env-file"]

    static func run(_ context: CommandContext) async throws -> ExitStatus {
        let options = try Options(context.arguments, of: help, operands: 2)
        if options.asksForHelp {
            context.print(help.text)
            return .done
        }
        guard let verb = options.operands.first else {
            throw UsageError("say \(help.verbs.joined(separator: ", ")).", command: "store")
        }
        guard let known = own[verb] else {
            throw UsageError("store cannot \(shown(verb)); \(hint(for: verb, among: help.verbs))", command: "store")
        }
        let allowed = known + (verb == "copy" ? [] : places)
        if let stray = options.given.first(where: { !allowed.contains($0) }) {
            throw UsageError("\(stray) does not go with \(verb).", command: "store")
        }
        let takesFile = ["backup", "restore"].contains(verb)
        if options.operands.count > 1, !takesFile {
            throw UsageError("\(options.operands[1]) is not understood here.", command: "store")
        }
        switch verb {
        case "backup":
            return try await backUp(to: try file(options), try place(of: verb, options, context), options, context)
        case "restore":
            return try await restore(try file(options), try place(of: verb, options, context), options, context)
        case "check": return try await check(try place(of: verb, options, context), options, context)
        case "stats": return try await count(try place(of: verb, options, context), options, context)
        default:
            try await copy(options, context)
            return .done
        }
    }

    private static func file(_ options: Options) throws -> String {
        guard let path = options.operands.dropFirst().first, !path.isEmpty else {
            throw UsageError("FILE is missing.", command: "store")
        }
        return path
    }

    /// The store that the configuration names, which has to be a file.
    private static func place(
        of verb: String, _ options: Options, _ context: CommandContext
    ) throws -> Configuration.Store {
        let store = try context.store(options)
        guard case .sqlite = store.location else { throw StoreElsewhere(verb: verb) }
        return store
    }
}

/// The store is in PostgreSQL, whose own tools do what was asked for.
private struct StoreElsewhere: Error, CustomStringConvertible {
    let verb: String

    var description: String {
        let instead =
            switch verb {
            case "backup":
                "pg_dump -Fc --dbname=URL --file=FILE makes a copy of one state while all nodes serve; pg_basebackup with an "
                    + "archive of the log can go back to any moment"
            case "restore":
                "stop every node, then pg_restore --clean --if-exists --single-transaction --dbname=URL FILE"
            case "check": "pg_amcheck --dbname=URL looks through tables and indexes"
            default:
                "wecom-router stats counts jobs; sizes are in pg_total_relation_size, waiting in pg_stat_activity"
            }
        return "the store is in PostgreSQL, and its own tools are to be used: \(instead)"
    }
}
