import HTTP
import Text

/// An obstacle to all that an app sends, rather than to one message.
package struct Obstacle: Sendable, Equatable {
    /// The answer in short: WeCom's `errcode`, or `HTTP 403`.
    package let code: String
    /// The remedy that a person has.
    package let advice: String
    /// It passes by itself if the app is quiet for a while.
    package let isLimit: Bool
    private let firstPause: Duration
    private let longestPause: Duration

    /// The time for which the app had better be quiet: at first, and at most if it meets the same again and again.
    ///
    /// What a person must mend is tried once a minute. A limit on calls shuts for a minute or an hour, so the waits
    /// grow; one on calls at the same time is over as soon as they are.
    package var pause: (first: Duration, longest: Duration) { (firstPause, longestPause) }

    /// The time between two tries of what waits for a person.
    package static let pauseForOperator = Duration.seconds(60)

    fileprivate init(_ code: ErrorCode, saying message: String) {
        self.code = code.description
        isLimit = code.handling == .slowDown
        advice = code.advice(after: message)
        (firstPause, longestPause) =
            switch code {
            case .tooManyAtOnce: (.seconds(5), .seconds(60))
            case _ where isLimit: (.seconds(60), .seconds(3600))
            default: (Obstacle.pauseForOperator, Obstacle.pauseForOperator)
            }
    }

    fileprivate init(_ code: String, advice: String) {
        self.code = code
        self.advice = advice
        isLimit = false
        firstPause = Obstacle.pauseForOperator
        longestPause = Obstacle.pauseForOperator
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
        case .noToken(let cause): cause.obstacle
        case .tokenRefused(let cause): obstacle(afterFreshToken: cause)
        case .unreadable(let status, _): obstacle(of: status)
        case .transport, .invalidRecipient, .holdingBack, .file, .tooLarge: nil
        }
    }

    private func obstacle(afterFreshToken cause: WeComError) -> Obstacle {
        if let own = cause.obstacle { return own }
        let code = if case .refused(let code, _) = cause { code.description } else { "\(cause)" }
        return Obstacle(
            code,
            advice:
                "check in WeCom's console (应用管理, the app) that the app is enabled and that corp_secret is the Secret "
                + "it has now, and that what stands at api_base_url, if it is not WeCom, hands out this app's newest token"
        )
    }

    /// WeCom answers 200 whatever it refuses: who says 401 or 403 stands in its place, and goes on saying so.
    private func obstacle(of status: HTTPStatus) -> Obstacle? {
        guard status == .unauthorized || status == .forbidden else { return nil }
        return Obstacle(
            "HTTP \(status.code)",
            advice:
                "find out who answers in WeCom's place, since WeCom refuses with an errcode: check api_base_url, what a "
                + "relay there wants to see, and proxy")
    }
}

extension ErrorCode {
    package static let tooManyAtOnce = ErrorCode(45033)

    /// The remedy, with what WeCom's words add to it.
    func advice(after message: String) -> String {
        switch number {
        case 60020, 301042: address(in: message).map(ErrorCode.trusting) ?? remedy
        default: kind == nil ? "\(remedy): \(message)" : remedy
        }
    }

    /// WeCom ends such a refusal with `from ip: 203.0.113.7, more info at …`.
    private func address(in message: String) -> String? {
        let words = message.words
        guard let ip = words.firstIndex(of: "ip:"),  // short: an errmsg is cut
            ip > 0, words[ip - 1] == "from", ip + 1 < words.count
        else {
            return nil
        }
        let address = Substring(words[ip + 1].utf8.prefix { $0 != UInt8(ascii: ",") })
        let isAddress = address.allSatisfy { $0.isHexDigit || ".:".contains($0) }
        return isAddress && (2...45).contains(address.count) ? String(address) : nil
    }
}
