import HTTP
import Router
import WeCom

/// From what went wrong to the key at fault and what to do about it.
extension AppInquiry {
    /// `key` is what the call was made for, where nothing better is at fault.
    func finding(of error: WeComError, asking call: String, at key: String? = nil) -> OnlineFinding {
        switch error {
        case .noToken(.refused(let code, let words)):
            return refusal(
                say("企业微信不给 access_token", "WeCom gives no token"), code, words, advice: error.obstacle?.advice, at: key
            )
        case .noToken(let cause):
            return finding(of: cause, asking: "gettoken", at: key)
        case .tokenRefused(let cause):
            let why = printable("\(cause)", most: 300)
            return finding(
                say(
                    "企业微信给了 access_token，却在 \(call) 时不认（\(why)）",
                    "WeCom gives tokens and refuses them when \(call) is asked for (\(why))"),
                advice: error.obstacle?.advice ?? say("核对 corp_secret", "check corp_secret"), at: "corp_secret")
        case .refused(let code, let words):
            return refusal(
                say("企业微信拒绝 \(call)", "WeCom refuses \(call)"), code, words, advice: error.obstacle?.advice, at: key)
        case .transport(let failure):
            return finding(of: failure)
        case .unreadable(let status, let reason):
            return somebodyElse(status, reason)
        case .holdingBack, .invalidRecipient, .file, .tooLarge:
            return finding(
                say("\(call) 没成功：", "asking for \(call) failed: ") + printable("\(error)", most: 300),
                advice: say("再试一次", "try again"), at: key)
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
        let said =
            words.isEmpty ? "" : say("，企业微信原话：", ", in WeCom's words: ") + printable(words, most: 200)
        var finding = finding(
            "\(what): errcode \(code), \(code.meaning)\(said)", advice: remedy(of: code, advice),
            at: code.keyAtFault ?? (code.isAboutAddress && app.proxy != nil ? "proxy" : key))
        finding.code = code
        return finding
    }

    /// The remedy; in Chinese of those codes that people meet when they set an app up.
    private func remedy(of code: ErrorCode, _ advice: String?) -> String {
        let english = advice ?? code.remedy
        switch code.number {
        case 60020, 301_042: return say("把下面的地址加入后台的“企业可信IP”，或设 proxy：\(english)", english)
        case 40001, 40091, 41004, 45031: return say("核对 corp_secret：后台 → 应用管理 → 该应用 → Secret", english)
        case 40013, 41002: return say("核对 corp_id：后台 → 我的企业 → 企业信息 → 企业ID", english)
        case 40056, 301_002: return say("核对 agent_id 与 corp_secret：两者必须属于同一个应用", english)
        case 48001, 48002, 48009: return say("应用没有这个接口的权限：在后台授权，或去掉用到它的键", english)
        default: return english
        }
    }

    private func somebodyElse(_ status: HTTPStatus, _ reason: String) -> OnlineFinding {
        if status == .proxyAuthenticationRequired {
            return finding(
                say("代理要求密码（\(status)）", "the proxy lets nobody through without a password (\(status))"),
                advice: say("在 proxy 里写上它认的用户名和密码", "put a user and a password that it takes into proxy"), at: "proxy")
        }
        return finding(
            say("回答的不是企业微信（\(status)，\(reason)）", "what answers is not WeCom (\(status), \(reason))"),
            advice: say(
                "核对 api_base_url，看是不是网关或登录页在代答",
                "check api_base_url, and whether a gateway or a sign-in page answers in WeCom's place"),
            at: "api_base_url")
    }

    // MARK: On the way

    private func finding(of failure: HTTPTransportError) -> OnlineFinding {
        let words = printable("\(failure)", most: 300)
        let way = app.proxy == nil ? "api_base_url" : "proxy"
        switch Hindrance(failure, throughProxy: app.proxy != nil) {
        case .name:
            return finding(
                say("企业微信的域名解析不了（DNS；\(words)）", "WeCom's host is not found by name (DNS; \(words))"),
                advice: say(
                    "核对 api_base_url 的域名和本机 DNS", "check the host in api_base_url, and this machine's DNS"),
                at: "api_base_url")
        case .proxy:
            return finding(
                say("代理不放行（\(words)）", "the proxy does not let us through (\(words))"),
                advice: say(
                    "核对 proxy：主机、端口、用户名、密码，以及它是否在运行",
                    "check proxy: host, port, user and password, and that it is up"), at: "proxy")
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
                say("没有及时回答（\(words)）", "no answer in time (\(words))"),
                advice: say(
                    "检查网络和路上的防火墙；--timeout 可以放宽",
                    "check the network and firewalls on the way; --timeout allows more"), at: way)
        case .connection:
            return finding(
                say("连不上（\(words)）", "cannot connect (\(words))"),
                advice: say(
                    "核对 api_base_url，看那里是否有服务在听，本机是否允许外连",
                    "check api_base_url, that something listens there, and that this machine may go out to it"),
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
