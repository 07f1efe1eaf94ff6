import HTTP
import Router
import Text
import WeCom

/// Asks the public address of a bot that WeCom calls: first whether anything of ours is there, then as WeCom's console does
/// when an administrator saves it.
struct BotURLInquiry: Sendable {
    let bot: Configuration.Bot
    let webhook: Configuration.Bot.Webhook
    let configuration: Configuration
    let transport: any HTTPTransport

    func report() async -> BotReport {
        var report = BotReport(bot: bot.name)
        guard let base = configuration.server.publicURL else {
            report.findings = [
                finding(
                    "is not set, so that the address at which WeCom calls the bot cannot be tried",
                    advice: "set it to where WeCom reaches this server, or have the bot connect instead (mode: socket)",
                    severity: .warning)
            ]
            return report
        }
        let url = "\(base)\(configuration.server.botPath)/\(bot.name)"
        report.findings = [insecurity(of: base), await obstacle(at: url)].compactMap(\.self)
        if report.isWell, report.findings.isEmpty { report.goodNews.append("\(url) answers as WeCom expects it") }
        if bot.policy.isNobody { report.goodNews.append("but nobody may write to it") }
        return report
    }

    /// A rehearsal on this machine needs no TLS.
    private func insecurity(of base: String) -> OnlineFinding? {
        if base.begins(withAnyCaseOf: "https://") || LoopbackURL(base) != nil { return nil }
        return finding(
            "does not begin with https://, as WeCom wants the address of a bot to",
            advice: "have the proxy or tunnel offer TLS, with a certificate that a browser accepts")
    }

    private func obstacle(at url: String) async -> OnlineFinding? {
        let response: HTTPResponse
        do throws(HTTPTransportError) {
            response = try await transport.send(HTTPRequest(.get, url), .init())
        } catch {
            return finding(
                "\(url) cannot be reached from here (\(printable("\(error)", most: 300)))",
                advice: "if this machine cannot see its own public address, try from outside; else check DNS, the "
                    + "certificate, and the proxy or tunnel", severity: .warning)
        }
        if response.isRouteCheck { return await refusalOfKeys(at: url) }
        return explain(response, at: url)
    }

    private func explain(_ response: HTTPResponse, at url: String) -> OnlineFinding {
        switch response.status.code {
        case 403 where response.isOurRefusal:
            finding(
                "a server of this kind answers at \(url), and knows no bot of this name",
                advice: "start it with this configuration, or reload it")
        case 502...504:
            finding(
                "what stands before the server answers \(response.status) at \(url): it did not reach it",
                advice: "start the server, or correct where the proxy or tunnel passes requests on to",
                severity: .warning)
        default:
            finding(
                "something else answers at \(url), with \(response.status)",
                advice:
                    "have the proxy or tunnel pass \(configuration.server.botPath) and what is below it to this server "
                    + "unchanged")
        }
    }

    /// The way is there: what is left are the keys, and the query.
    private func refusalOfKeys(at url: String) async -> OnlineFinding? {
        let inquiry = CallbackInquiry(bot: webhook, url: url, transport: transport)
        guard let obstacle = await inquiry.obstacle() else { return nil }
        var finding = OnlineFinding(
            "\(url) is there, and does not pass the console's check: \(obstacle)",
            advice: "compare token and encoding_aes_key with the bot's page, and see that the query reaches the server")
        finding.key = "\(bot.key).token"
        finding.place = configuration.place(of: "token", in: bot)
        return finding
    }

    private func finding(
        _ message: String, advice: String, severity: OnlineFinding.Severity = .error
    ) -> OnlineFinding {
        var finding = OnlineFinding(message, advice: advice)
        finding.severity = severity
        finding.key = "server.public_url"
        finding.place = configuration.places["server.public_url"] ?? configuration.places[bot.key]
        return finding
    }
}

extension HTTPResponse {
    /// True for the answer of a bot's address to whoever looks whether it is there.
    fileprivate var isRouteCheck: Bool { status == .ok && bytes.elementsEqual("success".utf8) }
}
