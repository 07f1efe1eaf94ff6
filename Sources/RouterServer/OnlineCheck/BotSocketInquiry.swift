import HTTP
import Lanes
import Lifecycle
import Router
import System
import WeCom

/// Asks the address of a bot's long connection whether a connection can be made: by name, through the proxy, over TLS, to the
/// end of the handshake. Nothing is subscribed, since WeCom gives a bot to whoever subscribes last.
struct BotSocketInquiry: Sendable {
    let bot: Configuration.Bot
    let socket: Configuration.Bot.Socket
    let configuration: Configuration
    let transport: any WebSocketTransport
    /// The time for all of it.
    let timeout: Duration

    func report() async -> BotReport {
        await report { _ in
            nil
        } saying: {
            "\(socket.address) takes long connections; whether bot_id and secret are right shows when it serves, for to "
                + "subscribe takes the bot from whoever has it"
        }
    }

    /// Takes the bot over for a moment, to see whether WeCom gives it to who has this id and secret.
    func reportOfSubscribing() async -> BotReport {
        await report {
            await subscribe(over: $0)
        } saying: {
            "WeCom gives the bot for bot_id and secret"
        }
    }

    private func report(
        _ ask: @escaping @Sendable (any WebSocket) async -> OnlineFinding?, saying goodNews: () -> String
    ) async -> BotReport {
        var report = BotReport(bot: bot.name)
        do throws(WebSocketError) {
            let open = try await connect()
            report.findings += await [ask(open)].compactMap(\.self)
            await open.close(WebSocketClose(.normal))
        } catch {
            report.findings.append(finding(of: error))
        }
        if report.isWell { report.goodNews.append(goodNews()) }
        if bot.policy.isNobody { report.goodNews.append("but nobody may write to it") }
        return report
    }

    private func connect() async throws(WebSocketError) -> any WebSocket {
        var options = WebSocketOptions(socket, bot.outside)
        options.connectTimeout = timeout
        options.limits.closeTime = min(timeout, .seconds(1))
        return try await transport.connect(socket.address, options)
    }

    // MARK: Subscribing

    private func subscribe(over open: any WebSocket) async -> OnlineFinding? {
        guard let id = bot.botID else {
            return finding("has no bot_id", advice: "copy it from the bot's page", at: "bot_id")
        }
        var ids = BotRequestIDs(salt: .random(in: .min ... .max))
        let request = ids.next(for: .subscribe)
        let command = BotCommand.subscribe(id, socket.secret)
        return await firstOf(
            {
                do throws(WebSocketError) {
                    try await open.send(.text(command.frame(request)))
                    return verdict(on: try await answer(to: request, over: open))
                } catch {
                    return finding(of: error)
                }
            },
            {
                try? await Task.sleep(for: timeout)
                return finding(
                    "the address takes the connection, and says nothing of the subscription for \(timeout.short)",
                    advice: "check that it is WeCom which answers at websocket_url", at: "websocket_url")
            })
    }

    private func answer(
        to request: BotRequestID, over open: any WebSocket
    ) async throws(WebSocketError) -> BotAnswer {
        while true {
            let bytes = try await open.receive().bytes
            if case .answer(let answer) = try? BotFrame(parsing: bytes), answer.id == request { return answer }
        }
    }

    private func verdict(on answer: BotAnswer) -> OnlineFinding? {
        if answer.isSuccess { return nil }
        guard let code = answer.code else {
            return finding(
                "WeCom answers the subscription without saying how it went", advice: "try again", at: "websocket_url")
        }
        let words = printable(answer.message, most: 200)
        let said = words.isEmpty ? "" : ", in WeCom's words: \(words)"
        var refusal = finding(
            "WeCom does not give the bot: errcode \(code), \(code.meaning)\(said)",
            advice: code.remedy, at: code.refusesBot ? "secret" : "bot_id")
        refusal.code = code
        return refusal
    }
}
