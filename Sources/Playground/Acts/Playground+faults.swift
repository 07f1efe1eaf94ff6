import Pages
import Simulator
import System
import WeCom

extension Playground {
    /// Those whom a scope means in a chat: what the switches are kept by, and what calls are asked for.
    func meaning(of scope: FaultScope, at viewer: Viewer) -> (about: String, scope: Faults.Scope) {
        switch (scope, viewer.chat) {
        case (.app, .app(let identity, _)):
            guard let app = roster.app(identity)?.app else { return ("", .everybody) }
            return ("\(identity.corpID)/\(identity.agentID)", Faults.Scope(app: app))
        case (.corp, .app(let identity, _)): return (identity.corpID.text, Faults.Scope(corp: identity.corpID))
        default: return ("", .everybody)
        }
    }

    /// The setting of a switch that is on, with its order; nil of one that is off or over.
    func setting(
        of fault: FaultSwitch, _ scope: FaultScope, at viewer: Viewer
    ) -> (value: String, order: Faults.Order?)? {
        let about = fault == .skew ? "" : meaning(of: scope, at: viewer).about
        guard let on = faultPanel.withLock({ $0.on[.init(fault: fault, about: about)] }) else { return nil }
        guard let id = on.order else { return wecom.clock.lead == .zero ? nil : (on.setting, nil) }
        return wecom.faults.orders.first { $0.id == id }.map { (on.setting, $0) }
    }

    func turn(_ fault: FaultSwitch, on isOn: Bool, _ value: String?, _ scope: FaultScope, at viewer: Viewer) {
        let (about, people) = meaning(of: scope, at: viewer)
        let place = FaultPanel.Place(fault: fault, about: fault == .skew ? "" : about)
        if let before = faultPanel.withLock({ $0.on.removeValue(forKey: place) }) {
            if let order = before.order { wecom.faults.end(order) } else { wecom.clock.setLead(.zero) }
        }
        if isOn, let setting = fault.settings.first(where: { $0.value == value }) ?? fault.settings.first {
            let order: Int? =
                switch setting.effect {
                case .order(let kind, let calls, let times):
                    wecom.faults.order(kind, of: calls, for: people, times: times)
                case .lead: nil
                }
            if case .lead(let lead) = setting.effect { wecom.clock.setLead(lead) }
            faultPanel.withLock { $0.on[place] = .init(setting: setting.value, order: order) }
        }
        feed.note(.faults, .clock)
    }

    func clearFaults() {
        faultPanel.withLock { $0.on = [:] }
        wecom.clock.setLead(.zero)
        wecom.faults.clear()
        feed.note(.faults, .clock)
    }

    /// The number of faults that the chat's calls may meet.
    func faultCount(at viewer: Viewer) -> Int {
        let calls = calls(of: viewer.chat)
        let orders = wecom.faults.orders.filter { order in
            guard !order.calls.isDisjoint(with: calls) else { return false }
            guard case .app(let app, _) = viewer.chat else {
                return order.scope.app == nil && order.scope.corp == nil
            }
            let isMine = order.scope.app.map { $0 == app } ?? true
            return isMine && (order.scope.corp.map { $0 == app.corpID } ?? true)
        }
        return orders.count + (wecom.clock.lead == .zero ? 0 : 1)
    }

    /// The calls by which the router answers in a chat, or is told of it.
    private func calls(of chat: ChatKey?) -> Set<Faults.Call> {
        switch chat {
        case .app: Faults.Call.ofApps.union([.callback])
        case .bot(let bot, _): roster.bot(bot)?.lane.calls ?? []
        case .group(let id):
            (roster.group(id)?.bots ?? []).compactMap { roster.bot($0)?.lane.calls }.reduce([]) { $0.union($1) }
        case nil: []
        }
    }
}

extension Roster.Bot.Lane {
    fileprivate var calls: Set<Faults.Call> {
        switch self {
        case .webhook: [.callback, .botResponse, .botFile]
        case .socket:
            [.botSubscription, .botHeartbeat, .botReply, .botMessage, .botUpload, .botFile]
        }
    }
}
