import JSON
import Router

/// The filters that the lists of jobs and of deliveries share.
struct ListOptions {
    static let names = ["--app", "--user", "--state", "--since", "--older-than", "--msgid", "--limit"]

    static let help = """
          --app NAME          of this app, by its name or as corp_id/agent_id
          --user [CORP:]ID    of this person
          --since TIME        of the last 90s, 45m, 2h, 7d
          --older-than TIME   older than that
          --msgid NUMBER      WeCom's number of the message; for as long as WeCom's repeats are recognised (48 h)
          --limit COUNT       at most so many (50)
        """

    private let query: [(name: String, value: String)]
    private let limit: Int

    init(_ options: Options, of command: String) throws {
        limit = try ListOptions.limit(options.value("--limit"), command)
        let parameters = [
            ("app", "--app"), ("user", "--user"), ("state", "--state"), ("since", "--since"),
            ("older_than", "--older-than"),
            ("msgid", "--msgid"),
        ]
        query = try parameters.compactMap { name, option in
            guard let value = options.value(option) else { return nil }
            guard !value.isEmpty else { throw UsageError("\(option) needs a value.", command: command) }
            return (name: name, value: value)
        }
    }

    private static func limit(_ text: String?, _ command: String) throws -> Int {
        guard let text else { return 50 }
        guard let limit = Int(text), (1...10_000).contains(limit) else {
            throw UsageError("--limit takes a number from 1 to 10000, not \(shown(text)).", command: command)
        }
        return limit
    }

    /// Turns pages until there are as many rows as are wanted, or no more.
    func rows(_ name: String, from client: ControlClient) async throws -> (rows: [JSONValue], next: JSONValue) {
        var rows: [JSONValue] = []
        var next: String?
        repeat {
            let page = String(min(limit - rows.count, LedgerFilter.maxLimit))
            let cursor = next.map { [(name: "before", value: $0)] } ?? []
            let answer = try await client.get("/v1/\(name)", query + [(name: "limit", value: page)] + cursor)
            rows += answer[name]?.array ?? []
            next = answer["next"]?.string
        } while next != nil && rows.count < limit
        return (rows, next.map(JSONValue.string) ?? .null)
    }
}
