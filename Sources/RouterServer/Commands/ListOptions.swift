import JSON
import Router
import System

/// The filters of lists.
struct ListOptions {
    /// Those that the lists of jobs and of deliveries share.
    static let names = [
        "--app", "--user", "--state", "--since", "--older-than", "--msgid", "--limit", "--before",
    ]
    /// Those of sessions.
    static let ofSessions = ["--app", "--user", "--since", "--limit", "--before"]

    static let help = """
          --app NAME          of this app, by its name or as corp_id/agent_id
          --user [CORP:]ID    of this person
          --since TIME        since \(TimeWords.help)
          --older-than TIME   older than that
          --msgid NUMBER      WeCom's number of the message; for as long as WeCom's repeats are recognised (48 h)
          --limit COUNT       at most so many (50; with --all 10000)
          --before ID         those behind it: the next page
        """

    private let query: [(name: String, value: String)]
    /// nil where none was given.
    let limit: Int?

    /// Times of a calendar are those of `zone`.
    init(_ options: Options, of command: String, at now: Timestamp = .now, in zone: TimeZone) throws {
        limit = try ListOptions.limit(options.value("--limit"), command)
        let parameters = [
            ("app", "--app"), ("user", "--user"), ("state", "--state"), ("since", "--since"),
            ("older_than", "--older-than"), ("msgid", "--msgid"), ("before", "--before"),
        ]
        query = try parameters.compactMap { name, option in
            guard let value = options.value(option) else { return nil }
            guard !value.isEmpty else { throw UsageError("\(option) needs a value.", command: command) }
            guard option == "--since" || option == "--older-than" else { return (name: name, value: value) }
            guard let time = TimeWords.parameter(value, at: now, in: zone) else {
                throw UsageError(
                    "\(option) takes a time (\(TimeWords.help)), not \(shown(value)).", command: command)
            }
            return (name: name, value: time)
        }
    }

    private static func limit(_ text: String?, _ command: String) throws -> Int? {
        guard let text else { return nil }
        guard let limit = Int(text), (1...most).contains(limit) else {
            throw UsageError("--limit takes a number from 1 to \(most), not \(shown(text)).", command: command)
        }
        return limit
    }

    static let most = 10_000
    private static let usual = 50

    /// Some rows, and where the next page begins.
    struct Rows<Row> {
        var rows: [Row] = []
        /// The `before` of the next page; null at the end.
        var next = JSONValue.null

        /// The line below a list that goes on.
        var continuation: String { next.string.map { "… and more: --before \($0)\n" } ?? "" }
    }

    /// Turns pages until there are as many rows as are wanted, or no more.
    func rows(_ name: String, from client: ControlClient) async throws -> Rows<JSONValue> {
        try await rows(name, from: client, query, most: limit ?? ListOptions.usual) { $0 }
    }

    /// The values that `take` makes of the rows, of all unless fewer are wanted; those in `state` unless another was given.
    func all<Row>(
        _ name: String, in state: String, from client: ControlClient, take: (JSONValue) -> Row?
    ) async throws -> Rows<Row> {
        let query = self.state == nil ? query + [(name: "state", value: state)] : query
        return try await rows(name, from: client, query, most: limit ?? ListOptions.most, take)
    }

    /// The state that was asked for.
    var state: String? { query.first { $0.name == "state" }?.value }

    /// Reads all pages of what is no list of rows.
    func pages(
        _ name: String, from client: ControlClient, and parameters: [(name: String, value: String)],
        read: (JSONValue) -> Void
    ) async throws {
        var before: String?
        repeat {
            let page = try await client.get(
                "/v1/\(name)", query + parameters + (before.map { [(name: "before", value: $0)] } ?? []))
            read(page)
            before = page["next"]?.string
        } while before != nil
    }

    private func rows<Row>(
        _ name: String, from client: ControlClient, _ query: [(name: String, value: String)], most: Int,
        _ take: (JSONValue) -> Row?
    ) async throws -> Rows<Row> {
        var found = Rows<Row>()
        var query = query
        repeat {
            let page = String(min(most - found.rows.count, LedgerFilter.maxLimit))
            let answer = try await client.get("/v1/\(name)", query + [(name: "limit", value: page)])
            found.rows += (answer[name]?.array ?? []).compactMap(take)
            found.next = answer["next"] ?? .null
            query.removeAll { $0.name == "before" }
            query += found.next.string.map { [(name: "before", value: $0)] } ?? []
        } while found.next != .null && found.rows.count < most
        return found
    }
}
