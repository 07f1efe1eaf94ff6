import Text

extension FaultOrder {
    /// Alone, it is a kind.
    init(_ written: Written, _ limits: WrittenFields.Limits) throws(StepFault) {
        var fields = try WrittenFields(written.under("kind"), of: "fault")
        guard let kind: Kind = try fields.word("kind") else { throw fields.fault("kind", "is missing") }
        self.init(kind: kind)
        if kind.isOfConnection {
            guard let bot = try fields.name("bot") else {
                throw fields.fault("bot", "is missing: whose connection it is")
            }
            scope = .party(bot)
        } else {
            try read(&fields, limits)
        }
        try fields.finish()
    }

    private init(kind: Kind) {
        self.init(
            kind: kind, scope: .all, user: nil, calls: [], times: nil, delay: .seconds(2), status: 503, code: -1)
    }

    private mutating func read(_ fields: inout WrittenFields, _ limits: WrittenFields.Limits) throws(StepFault) {
        scope = try fields.faultScope()
        user = try fields.name("user")
        for name in try fields.names("call") {
            guard let call = Faults.Call.names.first(where: { $0.name.isSame(as: name) })?.call else {
                throw fields.fault("call", "must be one of \(Faults.Call.names.map(\.name).joined(separator: ", "))")
            }
            calls.append(call)
        }
        times = try fields.number("times", in: 1...1_000_000).map { Int($0) }
        delay = try fields.duration("delay", atMost: limits.longest) ?? delay
        status = Int(try fields.number("status", in: 400...599) ?? Int64(status))
        code = try fields.number("code", in: -1...9_999_999) ?? code
    }
}

extension WrittenFields {
    fileprivate mutating func faultScope() throws(StepFault) -> FaultOrder.Scope {
        let app = try name("app")
        let corp = try name("corp")
        let all = try flag("all")
        let named = [app, corp].compactMap { $0 }
        guard named.count + (all ? 1 : 0) <= 1 else { throw fault("all", "and others: one of app, corp, all") }
        if let app { return .party(app) }
        return corp.map { .corp($0) } ?? .all
    }
}
