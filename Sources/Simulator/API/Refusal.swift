import JSON

/// A refusal of WeCom's: HTTP 200 and a code.
struct Refusal: Error {
    let code: Int64
    let message: String

    init(_ code: Int64, _ message: String) {
        self.code = code
        self.message = message
    }

    var json: JSONValue {
        ["errcode": .integer(code), "errmsg": .string("\(message), hint: [simulated]")]
    }
}

extension JSONValue {
    /// `errcode` 0 and what else there is to say.
    static func success(_ members: Member...) -> JSONValue { success(members) }

    static func success(_ members: [Member]) -> JSONValue {
        .object([Member("errcode", 0), Member("errmsg", "ok")] + members)
    }
}
