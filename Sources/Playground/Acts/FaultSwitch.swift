import Pages
import Simulator

/// The switches by which WeCom is made to misbehave, each with one parameter.
enum FaultSwitch: String, CaseIterable, Sendable {
    case slow, down, token, rate, address, lost, twice, skew

    /// A setting of the parameter.
    struct Setting: Sendable {
        let value: String
        let chinese: String
        let english: String
        let effect: Effect

        init(_ value: String, _ chinese: String, _ english: String? = nil, _ effect: Effect) {
            self.value = value
            self.chinese = chinese
            self.english = english ?? chinese
            self.effect = effect
        }
    }

    enum Effect: Sendable {
        case order(Faults.Kind, of: Set<Faults.Call>, times: Int?)
        /// The simulated clock is ahead of the real one by so much.
        case lead(Duration)
    }

    func name(_ words: Language) -> String {
        switch self {
        case .slow: words("变慢", "Slow")
        case .down: words("宕机", "Down")
        case .token: words("令牌作废", "Token revoked")
        case .rate: words("限频 45009", "Rate limit 45009")
        case .address: words("IP 不可信", "IP not trusted")
        case .lost: words("丢失应答", "Lost answer")
        case .twice: words("重复回调", "Repeats")
        case .skew: words("时钟偏差", "Clock skew")
        }
    }

    func effect(_ words: Language) -> String {
        switch self {
        case .slow: words("调用延迟", "calls come late")
        case .down: words("不作应答", "calls fail")
        case .token: words("下次调用 40014", "next call gets 40014")
        case .rate: words("发送被拒", "send is refused")
        case .address: words("60020 · 所有 API", "60020 · whole API")
        case .lost: words("已处理，应答丢失", "done, no reply")
        case .twice: words("每条多发一次", "each callback again")
        case .skew: words("CreateTime 与到期", "CreateTime, expiry")
        }
    }

    private static let tokened = Faults.Call.ofApps.subtracting([.gettoken])

    var settings: [Setting] {
        switch self {
        case .slow:
            [
                Setting("api-2", "API 2 s", nil, .order(.slow(.seconds(2)), of: Faults.Call.ofApps, times: nil)),
                Setting(
                    "callback-2", "回调 2 s", "callback 2 s", .order(.slow(.seconds(2)), of: [.callback], times: nil)),
                Setting("send-10", "send 10 s", nil, .order(.slow(.seconds(10)), of: [.send], times: nil)),
                Setting("media-5", "media 5 s", nil, .order(.slow(.seconds(5)), of: [.upload, .media], times: nil)),
            ]
        case .down:
            [
                Setting("503", "503", nil, .order(.status(503), of: Faults.Call.ofApps, times: nil)),
                Setting("hang", "不应答", "no answer", .order(.hang, of: Faults.Call.ofApps, times: nil)),
                Setting("gettoken", "gettoken", nil, .order(.status(503), of: [.gettoken], times: nil)),
                Setting("send", "send", nil, .order(.status(503), of: [.send], times: nil)),
                Setting("media", "media", nil, .order(.status(503), of: [.upload, .media], times: nil)),
            ]
        case .token: FaultSwitch.counted([1, 3, nil]) { .order(.errorCode(40014), of: FaultSwitch.tokened, times: $0) }
        case .rate: FaultSwitch.counted([3, 1, nil]) { .order(.errorCode(45009), of: [.send], times: $0) }
        case .address: FaultSwitch.counted([nil, 3]) { .order(.errorCode(60020), of: FaultSwitch.tokened, times: $0) }
        case .lost:
            [
                Setting("callback-2", "回调 2 次", "callback ×2", .order(.silence, of: [.callback], times: 2)),
                Setting("callback-4", "回调 4 次", "callback ×4", .order(.silence, of: [.callback], times: 4)),
                Setting("send-1", "send 1 次", "send ×1", .order(.silence, of: [.send], times: 1)),
                Setting("upload-1", "upload 1 次", "upload ×1", .order(.silence, of: [.upload], times: 1)),
            ]
        case .twice: FaultSwitch.counted([1, 3, nil]) { .order(.twice, of: [.callback], times: $0) }
        case .skew:
            [
                Setting("+15m", "+15 min", nil, .lead(.seconds(15 * 60))),
                Setting("-1h", "−1 h", nil, .lead(.seconds(-3600))),
                Setting("+25h", "+25 h", nil, .lead(.seconds(25 * 3600))),
                Setting("+4d", "+4 d", nil, .lead(.seconds(4 * 86400))),
            ]
        }
    }

    private static func counted(_ times: [Int?], _ effect: (Int?) -> Effect) -> [Setting] {
        times.map { times in
            guard let times else { return Setting("always", "持续", "until off", effect(nil)) }
            return Setting("\(times)", "\(times) 次", times == 1 ? "once" : "\(times) times", effect(times))
        }
    }
}

/// Those whose calls meet a fault, as the select above the switches says it.
enum FaultScope: String, CaseIterable, Sendable { case app, corp, all }

/// The switches that are on, by the orders that they gave.
struct FaultPanel: Sendable {
    struct Place: Hashable, Sendable {
        let fault: FaultSwitch
        /// The app or the corp that it is for; "" for all.
        let about: String
    }

    struct On: Sendable {
        let setting: String
        /// nil of the clock, which is no order.
        let order: Int?
    }

    var on: [Place: On] = [:]
}
