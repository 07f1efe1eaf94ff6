import JSON

extension Faults.Order {
    /// An order as programs read of it.
    var json: JSONValue {
        let names = Faults.Call.names.filter { calls.contains($0.call) }.map { JSONValue.string($0.name) }
        var members: [JSONValue.Member] = [
            .init("id", .integer(Int64(id))), .init("fault", .string(kind.name)), .init("calls", .array(names)),
            .init("met", .integer(Int64(met))),
        ]
        if let times { members.append(.init("times", .integer(Int64(times)))) }
        return .object(members)
    }
}

extension Faults.Kind {
    /// The word for what the caller meets.
    fileprivate var name: String {
        switch self {
        case .errorCode(let code, _): "errcode \(code)"
        case .status(let status): "HTTP \(status)"
        case .garbage, .words: "garbage"
        case .gbk: "GBK"
        case .redirect: "redirect"
        case .silence: "lost answer"
        case .truncated: "truncated"
        case .slowBody, .slow, .hold: "slow"
        case .hang: "hang"
        case .twice: "twice"
        }
    }
}
