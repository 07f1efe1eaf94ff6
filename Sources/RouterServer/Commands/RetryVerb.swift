import HTTP
import JSON
import System

/// `retry` of jobs or of deliveries: those that are named, or with `--all` those that the filters let through.
struct RetryVerb {
    /// The name of their list, in paths and in answers.
    let list: String
    /// … of one of them.
    let one: String
    /// The state of those that `--all` means, and others that may be asked for.
    let states: [String]
    /// The verb for what happens to one, as in `is tried again as`.
    let words: String

    static func verb() -> ControlCommand.Verb {
        .init(name: "retry", operands: .max / 2, flags: ["--all", "--yes"], hasFilters: true)
    }

    func run(_ call: ControlCommand.Call) async throws -> ControlCommand.Outcome {
        let filters = call.options.given.filter(ListOptions.names.contains)
        guard call.options.has("--all") else {
            if let filter = filters.first ?? (call.options.has("--yes") ? "--yes" : nil) {
                throw call.misuse("\(filter) goes with list and with retry --all.")
            }
            let named = try (0..<max(1, call.operands.count)).map { try call.operand(one.uppercased(), at: $0) }
            return .report(await retry(named, call))
        }
        guard call.operands.isEmpty else { throw call.misuse("--all means those that the filters select: name none.") }
        if let state = call.filters.state, !states.contains(state) {
            throw call.misuse(
                "Only what is \(states.joined(separator: " or ")) can be tried again, not what is \(state).")
        }
        return try await propose(call)
    }

    private func propose(_ call: ControlCommand.Call) async throws -> ControlCommand.Outcome {
        // One that was tried again stays what it was; its retry is what can be tried. Of a refused message nothing is kept.
        let found = try await call.filters.all(list, in: states[0], from: call.client) { row -> (String, String)? in
            guard row["retried_as"]?.string == nil, row["refused"]?.bool != true, let id = row["id"]?.string else {
                return nil
            }
            return (id, row.minutes("accepted_at", in: call.zone))
        }
        guard let newest = found.rows.first, let oldest = found.rows.last else {
            return .report(.init(json: RetryVerb.json([], []), text: "no such \(list)\n"))
        }
        let count = found.rows.count
        let span = count == 1 ? "of \(newest.1)" : "of \(oldest.1) to \(newest.1)"
        let rest = found.next == .null ? "" : "; there are more, for another time"
        let ids = found.rows.map(\.0)
        return .proposal("\(count) \(count == 1 ? one : list) \(span) (\(call.zone.name)) to be tried again\(rest)") {
            await retry(ids.reversed(), $0)
        }
    }

    /// Goes through them in order. A refusal of one is no reason to leave the others; that nothing can be written is.
    private func retry(_ ids: [String], _ call: ControlCommand.Call) async -> ControlCommand.Report {
        var (retried, refused): ([JSONValue], [JSONValue]) = ([], [])
        var (lines, failures): ([String], [String]) = ([], [])
        var done: Set<String> = []
        for (place, id) in ids.enumerated() where !done.contains(id) {
            do {
                let answer = try await call.client.post("/v1/\(list)/\(id)/retry")
                // The later parts of a reply go with the first.
                let new = answer[list]?.array ?? [answer]
                done.formUnion(new.map { $0.shown("retry_of") })
                retried += new
                lines += new.map { "\($0.shown("retry_of")) \(words) \($0.shown("id"))\n" }
            } catch {
                refused.append(["id": .string(id), "error": .string("\(error)")])
                failures.append("\(error)")
                guard let complaint = error as? ControlComplaint, complaint.status != .serviceUnavailable else {
                    let rest = ids.count - place - 1
                    if rest > 0 { failures.append("\(rest) more \(rest == 1 ? "was" : "were") not tried") }
                    break
                }
            }
        }
        return .init(json: RetryVerb.json(retried, refused), text: lines.joined(), failures: failures)
    }

    private static func json(_ retried: [JSONValue], _ refused: [JSONValue]) -> JSONValue {
        ["retried": .array(retried), "refused": .array(refused)]
    }
}
