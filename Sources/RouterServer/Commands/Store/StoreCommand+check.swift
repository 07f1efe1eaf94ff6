import JSON
import Router
import SQLite
import SQLiteStore
import System

/// `store check` and `store stats`.
extension StoreCommand {
    static func check(
        _ store: Configuration.Store, _ options: Options, _ context: CommandContext
    ) async throws -> ExitStatus {
        let file = StoreFile(store.path)
        let found = try await BlockingThreads.disk.run { try file.examine() }
        let missing = found.blobs.filter { !fileExists("\(store.blobs)/\($0.text)") }
        let problems = found.problems + missing.map { "a file that is still to be sent is not there: \($0)" }
        let isOld = found.schema < SQLiteStore.schema.version
        if options.has("--json") {
            let report: JSONValue = [
                "ok": .bool(problems.isEmpty), "file": .string(store.path), "schema": .integer(Int64(found.schema)),
                "problems": .array(problems.map { .string($0) }),
            ]
            context.print(report.text + "\n")
        } else {
            let verdict = "\(shown(store.path)), schema \(found.schema): "
            context.print(
                problems.map { $0 + "\n" }.joined() + verdict
                    + (problems.isEmpty ? "all is as it should be" : "\(problems.count) things are wrong")
                    + (isOld ? "; its tables are compared once a start has brought them up to date" : "") + "\n")
        }
        return problems.isEmpty ? .done : .failed
    }

    static func count(
        _ store: Configuration.Store, _ options: Options, _ context: CommandContext
    ) async throws -> ExitStatus {
        let file = StoreFile(store.path)
        let figures = try await BlockingThreads.disk.run { try file.figures() }
        context.print(options.has("--json") ? figures.json.text + "\n" : figures.text)
        return .done
    }
}

extension StoreFigures {
    fileprivate var json: JSONValue {
        [
            "schema": .integer(Int64(schema)), "file_bytes": .integer(Int64(fileBytes)),
            "free_bytes": .integer(Int64(freeBytes)), "log_bytes": .integer(Int64(logBytes)),
            "open_jobs": .integer(Int64(openJobs)), "open_deliveries": .integer(Int64(openDeliveries)),
            "oldest_job_at": oldest.map { .string($0.description) } ?? .null,
            "tables": .array(
                tables.map { table in
                    [
                        "table": .string(table.name), "rows": .integer(Int64(table.rows)),
                        "bytes": table.bytes.map { .integer(Int64($0)) } ?? .null,
                    ]
                }),
        ]
    }

    fileprivate var text: String {
        var table = TextTable("TABLE", "ROWS", "BYTES")
        for one in tables { table.add(one.name, String(one.rows), one.bytes.map(String.init) ?? "") }
        return table.text(width: nil)
            + particulars([
                ("schema", String(schema)), ("file", "\(fileBytes) bytes, \(freeBytes) of them free"),
                ("log", "\(logBytes) bytes"), ("open", "\(openJobs) jobs, \(openDeliveries) deliveries"),
                ("oldest job", oldest?.description ?? "none"),
            ])
    }
}
