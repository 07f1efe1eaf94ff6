import Text
import WeCom

extension FaultOrder {
    /// True of what is no order to calls, but done at once.
    var isAtOnce: Bool { order == nil }
}

extension Player {
    /// Gives an order to calls.
    func order(_ fault: FaultOrder) throws(StepFailure) {
        guard let kind = fault.order else { return }
        wecom.faults.order(
            kind, of: fault.calls.isEmpty ? fault.usualCalls : Set(fault.calls), for: try scope(of: fault),
            times: fault.times)
    }

    private func scope(of fault: FaultOrder) throws(StepFailure) -> Faults.Scope {
        let user = fault.user.map { UserID($0) }
        switch fault.scope {
        case .all: return Faults.Scope(user: user)
        case .corp(let corp): return Faults.Scope(user: user, corp: CorpID(corp))
        case .party(let name):
            guard let app = try party(name).app else {
                throw StepFailure(
                    expected: "an app, whose calls can be told from others'", came: "the bot \(name): leave it out")
            }
            return Faults.Scope(app: app, user: user)
        }
    }

    /// Does what is no order to calls.
    func disturb(_ fault: FaultOrder) throws(StepFailure) {
        guard fault.kind.isOfConnection, case .party(let name) = fault.scope else { return wecom.faults.clear() }
        guard case .socket(let bot) = try party(name).end else {
            throw StepFailure(expected: "a bot with a connection", came: name)
        }
        if fault.kind == .kick { wecom.sockets.kick(bot.id) } else { wecom.sockets.drop(bot.id, withoutClose: true) }
    }
}
