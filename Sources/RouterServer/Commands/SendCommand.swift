import HTTP
import JSON
import System

enum SendCommand: Command {
    static let summary = "have an app or a bot send a message"

    static let help = CommandHelp(
        "send",
        """
        Usage: wecom-router send [--app NAME] --to USER[,USER…] [OPTIONS] [TEXT | -]
               wecom-router send --bot NAME --to USER | --chat ID [OPTIONS] [TEXT | -]

        Has an app send a message, or an AI bot with a long connection. The text comes from standard input if it is - or left
        out. Asks the server that runs; if none does, an app's message is written down and goes out when one starts. A bot
        speaks over the server's connection alone, as Markdown, to those who may write to it and have written to it.

          --app NAME          the app that sends it, by its name or as corp_id/agent_id; may be left out if there is one only
          --bot NAME          the bot that sends it; may be left out if there are no apps, and one bot or a default_bot
          --to USER[,USER…]   to these people, by their user ids; of a bot to one
          --chat ID           to this group chat, through a bot
          --party ID[,ID…]    to these departments
          --tag ID[,ID…]      to those who bear these tags
          --all               to everybody whom the app can see

          --markdown          the text is WeCom's markdown
          --card TITLE        a card with this title, whose description is the text
          --url URL           where the card leads
          --button TEXT       what stands on the card's button, up to 4 characters
          --file PATH         a file; what it is shown as is told by what it holds
          --as KIND           shows the file as image, voice, video or file
          --message FILE      a whole message as WeCom's JSON, of any type; - is standard input

          --safe              cannot be shared, and bears a watermark
          --id-trans          names stand in the place of $userName=id$ and the like
          --key KEY           a repeat of this within 24 hours, under the same key, sends nothing
          --wait              returns when the message is sent or has failed, which is exit status 1; tells what it waits for
          --timeout TIME      the longest that --wait takes (2m), and then exit status 1: the message still goes when it can
          --json              tells of it as JSON
          --config FILE       the server's configuration
          --env-file FILE     variables for it; else the .env beside it, if there is one

        """)

    static func run(_ context: CommandContext) async throws -> ExitStatus {
        let options = try Options(context.arguments, of: help, operands: 1)
        if options.asksForHelp {
            context.print(help.text)
            return .done
        }
        let key = try key(options)
        let patience = try patience(options)
        let message = try await message(options)
        let sent: SentMessage
        do {
            sent = try await ControlClient.use(context, options) { client in
                try await send(message, key, waiting: patience, through: client)
            }
        } catch let complaint as ControlComplaint where complaint.status == .badRequest {
            throw UsageError(complaint.text + ".", command: "send")
        }
        context.print(options.has("--json") ? sent.json.text + "\n" : sent.story)
        let isLate = patience != nil && sent.isOnItsWay
        if isLate {
            complain("it has not gone in the time that --timeout gives; it stays in the outbox and goes when it can")
        }
        return sent.hasFailed || isLate ? .failed : .done
    }

    /// The time for which the command waits, if it does.
    private static func patience(_ options: Options) throws -> Duration? {
        let limit = Duration.seconds(24 * 3600)
        guard let text = options.value("--timeout") else { return options.has("--wait") ? .seconds(120) : nil }
        guard options.has("--wait") else {
            throw UsageError("--timeout says how long --wait may take: give both.", command: "send")
        }
        guard case .fits(let time, _) = Form.duration(atMost: limit).fit(text), time > .zero else {
            throw UsageError(
                "--timeout takes a time up to 24h, as in 500ms or 2m, not \(shown(text)).", command: "send")
        }
        return time
    }

    private static func key(_ options: Options) throws -> String? {
        guard let key = options.value("--key") else { return nil }
        guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw UsageError("--key takes 1 to 255 visible ASCII characters, without spaces.", command: "send")
        }
        return key
    }

    private static func send(
        _ message: JSONValue, _ key: String?, waiting patience: Duration?, through client: ControlClient
    ) async throws -> SentMessage {
        guard client.reachesServer || patience == nil else { throw NobodySends() }
        var sent = SentMessage(
            json: try await client.post(
                "/v1/messages", message, headers: key.map { ["Idempotency-Key": $0] } ?? [:]),
            isServed: client.reachesServer)
        guard let patience else { return sent }
        let began = MonotonicTime.now
        let deadline = began.advanced(by: patience)
        var told: String?
        while sent.isOnItsWay {
            let left = deadline.since(.now)
            guard left > .zero else { break }
            if let hindrance = sent.hindrance(after: MonotonicTime.now.since(began)), hindrance != told {
                complain("\(sent.id) waits: \(hindrance)")
                told = hindrance
            }
            try await Task.sleep(for: min(left, .milliseconds(200)))
            sent.json = try await client.get("/v1/messages/\(sent.id)")
        }
        return sent
    }
}

/// A message as the routes tell of it once it was posted.
private struct SentMessage: Sendable {
    var json: JSONValue
    let isServed: Bool

    var id: String { json.shown("id") }
    private var state: String { json.shown("state") }
    private var reason: String? { json["reason"]?.string.map { printable($0, most: 600) } }

    /// The reason why it has not gone after so long: what its last try came to, and when the next is. Nil while nothing is odd.
    func hindrance(after wait: Duration) -> String? {
        guard let reason else {
            guard state == "pending", wait >= .seconds(3) else { return nil }
            return
                "it was not tried yet: others to the same people go before it, they have had as much as their limit allows, or its app pauses, as the server's log says"
        }
        return reason + (json["due_at"]?.string.map { "; next try at \(printable($0, most: 40))" } ?? "")
    }

    var isOnItsWay: Bool { state == "pending" || state == "sending" }
    var hasFailed: Bool { state == "failed" || state == "dropped" }

    var story: String {
        switch state {
        case "sent": "\(id) is sent" + (reason.map { ", but not to all: \($0)" } ?? "") + "\n"
        case _ where hasFailed: "\(id) has failed: \(reason ?? "no reason is known")\n"
        case _ where !isServed: "\(id) is written down: no server runs, and it goes out when one starts\n"
        default: "\(id) is on its way (\(state)" + (reason.map { "; last try: \($0)" } ?? "") + ")\n"
        }
    }
}

private struct NobodySends: Error, CustomStringConvertible {
    var description: String {
        "no server runs that would send it: without --wait it is written down, and goes out when one starts"
    }
}
