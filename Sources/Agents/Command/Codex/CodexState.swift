import JSON
import Router

/// The state by which we remember a conversation with Codex.
struct CodexState: Sendable, Equatable {
    let threadID: String
    /// The usage of the thread so far: the program tells totals.
    var total = Usage()

    init(threadID: String, total: Usage = Usage()) {
        self.threadID = threadID
        self.total = total
    }

    init?(_ state: JSONValue?) {
        guard let id = state?["thread_id"]?.string, id.isPlainName else { return nil }
        let total = state?["total"]
        self.init(
            threadID: id,
            total: Usage(
                input: total?["input"]?.count ?? 0, output: total?["output"]?.count ?? 0,
                cached: total?["cached"]?.count ?? 0))
    }

    var json: JSONValue {
        [
            "thread_id": .string(threadID),
            "total": [
                "input": .integer(Int64(total.input)), "output": .integer(Int64(total.output)),
                "cached": .integer(Int64(total.cached)),
            ],
        ]
    }
}
