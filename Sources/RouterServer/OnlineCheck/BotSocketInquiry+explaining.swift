import HTTP
import Lanes
import Text

/// From what went wrong on the way to the key at fault and what to do about it.
extension BotSocketInquiry {
    func finding(_ message: String, advice: String, at key: String) -> OnlineFinding {
        var finding = OnlineFinding(message, advice: advice)
        finding.key = "\(bot.key).\(key)"
        finding.place = configuration.place(of: key, in: bot)
        return finding
    }

    func finding(of error: WebSocketError) -> OnlineFinding {
        let words = printable("\(error)", most: 300)
        switch error {
        case .unusable:
            return finding(
                "cannot connect with these settings (\(words))", advice: "correct websocket_url, origin or proxy",
                at: "websocket_url")
        case .unresolved(let reason):
            return finding(ofName: reason, words)
        case .unreachable:
            return bot.outside.proxy == nil
                ? finding(
                    "cannot connect (\(words))",
                    advice: "check websocket_url, and that firewalls let this machine out to it", at: "websocket_url")
                : unpassed(words)
        case .proxyRefused(let status, _):
            return finding(
                "the proxy does not let us through (\(words))",
                advice: status == HTTPStatus(407)
                    ? "put a user and a password that it takes into proxy"
                    : "have the proxy allow CONNECT to the host of websocket_url", at: "proxy")
        case .untrusted:
            return untrusted(words)
        case .refused(let status, _):
            return refused(status, words)
        case .badHandshake, .violated:
            return finding(
                "what answers speaks no WebSocket (\(words))",
                advice: "check websocket_url, and whether a gateway or a sign-in page answers in WeCom's place",
                at: "websocket_url")
        case .timedOut:
            return finding(
                "no answer in time (\(words))",
                advice: "check the network and firewalls on the way; --timeout allows more",
                at: bot.outside.proxy == nil ? "websocket_url" : "proxy")
        case .closed, .lost, .full, .cancelled:
            return finding(
                "the connection is made, and ended at once (\(words))",
                advice: "try again; if it stays so, see what stands between this machine and WeCom", at: "websocket_url"
            )
        }
    }

    private func finding(ofName reason: String, _ words: String) -> OnlineFinding {
        if bot.outside.proxy != nil, reason.has("resolve proxy") { return unpassed(words) }
        return finding(
            "the host is not found by name (DNS; \(words))",
            advice: "check the host in websocket_url, and this machine's DNS", at: "websocket_url")
    }

    private func unpassed(_ words: String) -> OnlineFinding {
        finding(
            "the proxy does not let us through (\(words))",
            advice: "check proxy: host, port, user and password, and that it is up", at: "proxy")
    }

    private func untrusted(_ words: String) -> OnlineFinding {
        let message = "there is no trusted connection (TLS; \(words))"
        return bot.outside.caFile == nil
            ? finding(
                message,
                advice:
                    "if the host, or a gateway on the way, has an authority of its own, name it with ca_file; else find "
                    + "out who answers in WeCom's place", at: "websocket_url")
            : finding(
                message, advice: "put the authority that signed the host's certificate into ca_file", at: "ca_file")
    }

    private func refused(_ status: HTTPStatus, _ words: String) -> OnlineFinding {
        switch status.code {
        case 401, 403:
            return finding(
                "the handshake is refused (\(words))",
                advice: socket.origin == nil
                    ? "if a gateway on the way wants an Origin, name it with origin"
                    : "check origin, which a gateway may judge",
                at: "origin")
        case 404:
            return finding(
                "the host answers, and takes no WebSocket at this path (\(words))",
                advice: "check the path of websocket_url: WeCom's own address, "
                    + "\(Configuration.Bot.Socket.officialAddress), has none", at: "websocket_url")
        default:
            return finding(
                "the host answers, and takes no WebSocket (\(words))",
                advice: "check websocket_url, and whether a gateway on the way lets WebSockets through",
                at: "websocket_url")
        }
    }
}
