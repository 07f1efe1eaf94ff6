import HTTP
import HTTPClient
import JSON
import Lifecycle
import Simulator
import System
import WeCom

/// A bot that is called while many of its answers are written: how soon a message has its bubble, and what it costs to be asked
/// how far an answer has come.
enum BotPolls {
    private static let openings = 3000
    private static let polls = 60_000
    private static let askers = 64
    /// The messages that are under way at once while openings are measured.
    private static let senders = 8

    static func run(_ turns: Int) async throws {
        try await BotStage.with { try await run(turns, on: $0) }
    }

    private static func run(_ turns: Int, on stage: BotStage) async throws {
        let bot = FakeBot(
            id: BotID("aib-called"),
            keys: try CallbackKeys(
                token: Secret("token-of-the-benchmark"), encodingAESKey: Secret(String(repeating: "A", count: 43))))
        let router = try await stage.router(named: "called", turns: turns, bots: [entry])
        let people = CalledBot(bot: bot, url: "\(router.url)/wecom/bot", stage: stage)
        var streams: [(user: UserID, stream: String)] = []
        for number in 0..<turns {
            let user = UserID("user\(number)")
            streams.append((user, try await people.open(as: user).stream))
        }
        try await router.waitForTurns(turns, stage.transport)
        try await openings(by: people)
        try await asking(of: streams, by: people, router, stage.transport)
        stage.talkers.release.reach()
        await router.stop()
    }

    private static let entry = """
          - name: called
            mode: webhook
            bot_id: aib-called
            token: token-of-the-benchmark
            encoding_aes_key: \(String(repeating: "A", count: 43))
            agent: talker
            allow_all_users: true
            limits: { messages_in_per_minute: 0 }

        """

    /// Each is another person's, and waits behind the turns that run.
    private static func openings(by people: CalledBot) async throws {
        let times = try await withThrowingTaskGroup(of: [Duration].self) { group in
            for sender in 0..<senders {
                group.addTask {
                    var times: [Duration] = []
                    for number in stride(from: sender, to: openings, by: senders) {
                        times.append(try await people.open(as: UserID("waiting\(number)")).took)
                    }
                    return times
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }.sorted()
        }
        StandardOutput.write(
            """
            opening_p50_us \(times[times.count / 2].inNanoseconds / 1000)
            opening_p99_us \(times[times.count * 99 / 100].inNanoseconds / 1000)

            """)
    }

    private static func asking(
        of streams: [(user: UserID, stream: String)], by people: CalledBot, _ router: RouterProcess,
        _ transport: CurlTransport
    ) async throws {
        let requests = streams.map { people.poll(of: $0.stream, as: $0.user) }
        let commits = try await router.metric("store_commits_total", transport) ?? 0
        let (before, began) = (try router.resources(), MonotonicTime.now)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for asker in 0..<askers {
                group.addTask {
                    for number in stride(from: asker, to: polls, by: askers) {
                        let response = try await transport.send(
                            requests[number % requests.count], HTTPRequestOptions())
                        guard response.status == .ok else { throw CalledBot.NoBubble(status: response.status) }
                    }
                }
            }
            try await group.waitForAll()
        }
        let (after, took) = (try router.resources(), MonotonicTime.now.since(began))
        let later = try await router.metric("store_commits_total", transport) ?? 0
        // The turns go on meanwhile.
        let processor = after.processorBesideReading(since: before)
        StandardOutput.write(
            """
            polls \(polls)
            polls_per_second \(perSecond(polls, took))
            polls_per_second_of_processor \(perSecond(polls, processor))
            commits_meanwhile \(later - commits)

            """)
    }

    private static func perSecond(_ count: Int, _ time: Duration) -> Int64 {
        Int64(count) * 1_000_000 / max(1, time.inNanoseconds / 1000)
    }
}

/// A bot as WeCom calls it.
struct CalledBot: Sendable {
    let bot: FakeBot
    let url: String
    let wecom: FakeWeCom
    let transport: CurlTransport

    init(bot: FakeBot, url: String, stage: BotStage) {
        (self.bot, self.url, wecom, transport) = (bot, url, stage.wecom, stage.transport)
        wecom.setCallbackURL(url, of: bot)
    }

    /// Posts a message and has its bubble open.
    func open(as user: UserID) async throws -> (stream: String, took: Duration) {
        let message = wecom.message(.text(Traffic.text), from: user, in: .single, to: bot)
        let (request, _) = wecom.callback(of: message.json, to: bot)
        let began = MonotonicTime.now
        let response = try await transport.send(request, HTTPRequestOptions())
        let took = MonotonicTime.now.since(began)
        guard response.status == .ok, let stream = stream(in: response.bytes) else {
            throw NoBubble(status: response.status)
        }
        return (stream, took)
    }

    func poll(of stream: String, as user: UserID) -> HTTPRequest {
        let document: JSONValue = [
            "msgid": .string(stream), "aibotid": .string(bot.id.text), "chattype": "single",
            "from": ["userid": .string(user.text)], "msgtype": "stream", "stream": ["id": .string(stream)],
        ]
        return wecom.callback(of: document, to: bot).request
    }

    private func stream(in body: [UInt8]) -> String? {
        guard let envelope = try? JSONValue(parsing: body), let encrypted = envelope["encrypt"]?.string,
            let opened = bot.keys.verified(
                Callback(
                    signature: envelope["msgsignature"]?.string ?? "",
                    timestamp: String(envelope["timestamp"]?.integer ?? 0), nonce: envelope["nonce"]?.string ?? "",
                    encrypted: encrypted)),
            let answer = try? JSONValue(parsing: opened.open(with: bot.keys).message)
        else { return nil }
        return answer["stream"]?["id"]?.string
    }

    struct NoBubble: Error, CustomStringConvertible {
        let status: HTTPStatus
        var description: String { "a callback of a bot was answered with \(status), or without a stream" }
    }
}
