import HTTP
import WeCom

/// From what went wrong to the key at fault and what to do about it.
extension AppInquiry {
    /// `key` is what the call was made for, where nothing better is at fault.
    func finding(of error: WeComError, asking call: String, at key: String? = nil) -> OnlineFinding {
        switch error {
        case .noToken(.refused(let code, let words)):
            return refusal("WeCom gives no token", code, words, advice: error.obstacle?.advice, at: key)
        case .noToken(let cause):
            return finding(of: cause, asking: "gettoken", at: key)
        case .tokenRefused(let cause):
            return finding(
                "WeCom gives tokens and refuses them when \(call) is asked for (\(printable("\(cause)", most: 300)))",
                advice: error.obstacle?.advice ?? "check corp_secret", at: "corp_secret")
        case .refused(let code, let words):
            return refusal("WeCom refuses \(call)", code, words, advice: error.obstacle?.advice, at: key)
        case .transport(let failure):
            return finding(of: failure)
        case .unreadable(let status, let reason):
            return somebodyElse(status, reason)
        case .holdingBack, .invalidRecipient, .file, .tooLarge:
            return finding(
                "asking for \(call) failed: \(printable("\(error)", most: 300))", advice: "try again", at: key)
        }
    }

    /// At the key of the app that is called so, or at the app. An id in a list may be named, as in `allowed_tags.7`;
    /// its key is the list.
    func finding(_ message: String, advice: String, at key: String?) -> OnlineFinding {
        let name = key.map { String($0.prefix { $0 != "." }) }
        var finding = OnlineFinding(message, advice: advice)
        finding.key = name.map { "\(app.key).\($0)" }
        finding.place =
            key.flatMap { configuration.places["\(app.key).\($0)"] } ?? configuration.place(of: name ?? "name", in: app)
        return finding
    }

    private func refusal(
        _ what: String, _ code: ErrorCode, _ words: String, advice: String?, at key: String?
    ) -> OnlineFinding {
        let said = words.isEmpty ? "" : ", in WeCom's words: \(printable(words, most: 200))"
        var finding = finding(
            "\(what): errcode \(code), \(code.meaning)\(said)", advice: advice ?? code.remedy,
            at: code.keyAtFault ?? (code.isAboutAddress && app.proxy != nil ? "proxy" : key))
        finding.code = code
        return finding
    }

    private func somebodyElse(_ status: HTTPStatus, _ reason: String) -> OnlineFinding {
        if status == .proxyAuthenticationRequired {
            return finding(
                "the proxy lets nobody through without a password (\(status))",
                advice: "put a user and a password that it takes into proxy", at: "proxy")
        }
        return finding(
            "what answers is not WeCom (\(status), \(reason))",
            advice: "check api_base_url, and whether a gateway or a sign-in page answers in WeCom's place",
            at: "api_base_url")
    }

    // MARK: On the way

    private func finding(of failure: HTTPTransportError) -> OnlineFinding {
        let words = printable("\(failure)", most: 300)
        let way = app.proxy == nil ? "api_base_url" : "proxy"
        switch Hindrance(failure, throughProxy: app.proxy != nil) {
        case .name:
            return finding(
                "WeCom's host is not found by name (DNS; \(words))",
                advice: "check the host in api_base_url, and this machine's DNS", at: "api_base_url")
        case .proxy:
            return finding(
                "the proxy does not let us through (\(words))",
                advice: "check proxy: host, port, user and password, and that it is up", at: "proxy")
        case .trust:
            return app.caFile == nil
                ? finding(
                    "there is no trusted connection (TLS; \(words))",
                    advice:
                        "if the host has an authority of its own, name it with ca_file; else find out who answers in "
                        + "WeCom's place", at: "api_base_url")
                : finding(
                    "there is no trusted connection (TLS; \(words))",
                    advice: "put the authority that signed the host's certificate into ca_file", at: "ca_file")
        case .time:
            return finding(
                "no answer in time (\(words))",
                advice: "check the network and firewalls on the way; --timeout allows more", at: way)
        case .connection:
            return finding(
                "cannot connect (\(words))",
                advice: "check api_base_url, that something listens there, and that this machine may go out to it",
                at: "api_base_url")
        }
    }
}

extension ErrorCode {
    /// WeCom does not trust the address that we come from.
    var isAboutAddress: Bool { [60020, 301_042].contains(number) }

    /// This call is not for the app or its corp; others may be.
    var isAboutPermission: Bool { [48001, 48002, 48009].contains(number) }

    /// The key of an app that this code speaks of.
    fileprivate var keyAtFault: String? {
        switch number {
        case 40001, 40091, 41004, 45031: "corp_secret"
        case 40013, 41002, 43009, 301_007: "corp_id"
        case 40056, 301_002: "agent_id"
        default: nil
        }
    }
}

extension HTTPStatus {
    fileprivate static let proxyAuthenticationRequired = HTTPStatus(407)
}
