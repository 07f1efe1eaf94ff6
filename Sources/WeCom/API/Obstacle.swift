/// What stops all that an app sends, rather than one message.
package struct Obstacle: Sendable, Equatable {
    package let code: ErrorCode
    /// What a person can do about it.
    package let advice: String
    /// It passes by itself if the app is quiet for a while.
    package let isLimit: Bool

    fileprivate init(_ code: ErrorCode, saying message: String) {
        self.code = code
        isLimit = code.handling == .slowDown
        advice = code.advice(after: message)
    }
}

extension WeComError {
    package var obstacle: Obstacle? {
        switch self {
        case .refused(let code, let message):
            code.handling == .awaitOperator || code.handling == .slowDown ? Obstacle(code, saying: message) : nil
        // Whatever `gettoken` refuses but for being busy, it refuses until somebody has mended it.
        case .noToken(.refused(let code, let message)):
            code.handling == .retry ? nil : Obstacle(code, saying: message)
        case .transport, .unreadable, .invalidRecipient, .noToken, .holdingBack: nil
        }
    }
}

extension ErrorCode {
    fileprivate func advice(after message: String) -> String {
        switch number {
        case 60020, 301042:
            "add \(address(in: message) ?? "the address this server goes out from") to 企业可信IP in WeCom's console "
                + "(应用管理, the app), or set proxy or api_base_url to something that has a listed address"
        case 40013: "check corp_id"
        case 40056, 301002: "check agent_id and corp_secret: both must be of the same app"
        case 40001, 40091: "check corp_secret, in WeCom's console under 应用管理, the app, Secret"
        case 48002, 60031: "the app may not call this API: check its kind and its visible range in WeCom's console"
        case 50003: "the app is disabled: enable it in WeCom's console under 应用管理"
        case 45009, 45033: "it called too often: it goes on by itself; a wrong corp_secret causes this, too"
        default: "look the code up in WeCom's list of global error codes: \(message)"
        }
    }

    /// WeCom ends such a refusal with `from ip: 203.0.113.7, more info at …`.
    private func address(in message: String) -> String? {
        let words = message.split(separator: " ")
        guard let ip = words.firstIndex(of: "ip:"), ip > 0, words[ip - 1] == "from", ip + 1 < words.count else {
            return nil
        }
        let address = words[ip + 1].prefix { $0 != "," }
        let isAddress = address.allSatisfy { $0.isHexDigit || $0 == "." || $0 == ":" }
        return isAddress && (2...45).contains(address.count) ? String(address) : nil
    }
}
