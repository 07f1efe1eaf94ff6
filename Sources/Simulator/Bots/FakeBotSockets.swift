import HTTP
import HTTPServer
import JSON
import Lifecycle
import System
package import WeCom

/// WeCom's side of the bots' long connections: gives a bot to whoever subscribes, takes its commands and shows what it says.
package final class FakeBotSockets: Sendable {
    /// The ways of WeCom that are not the same every day.
    package struct Rules: Sendable {
        /// From a command to its answer, each time another moment of these.
        package var answerDelay = Duration.zero...Duration.zero
        /// From the event that tells a socket of its successor to its end.
        package var closesAfterKick = Duration.seconds(2)
        /// A socket without heartbeats is closed after so long.
        package var heartbeatLimit = Duration.seconds(100)
        /// A stream can be written to for so long.
        package var streamLife = Duration.seconds(360)
        /// A message can be answered over the socket alone that it came over.
        package var bindsRequests = false
        /// Whoever takes a bot over is given again what it has not answered.
        package var redelivers = false

        /// A larger picture is refused.
        package var pictureLimit = UploadKind.image.maxSize

        /// The time that the real one takes for an answer.
        package static let measuredDelay = Duration.milliseconds(235)...Duration.milliseconds(450)
        /// A bot may only answer in groups.
        package var takesNoPushInGroups = false

        package init() {}
    }

    package let record = SocketRecord()
    let transcript: Transcript
    let clock: SimulatedClock
    let state = Lock(State())
    let interactions: Lock<OpenInteractions>
    private let faults: Faults
    private let currentRules = Lock(Rules())

    init(
        transcript: Transcript, faults: Faults, clock: SimulatedClock, interactions: Lock<OpenInteractions>
    ) {
        self.interactions = interactions
        self.transcript = transcript
        self.faults = faults
        self.clock = clock
    }

    package var rules: Rules { currentRules.withLock { $0 } }
    package func change(_ change: (inout Rules) -> Void) { currentRules.withLock { change(&$0) } }

    // MARK: On request

    /// Makes a bot known, or gives it another secret.
    package func add(_ bot: FakeSocketBot) { state.withLock { $0.secrets[bot.id] = bot.secret } }

    /// True if a socket has the bot.
    package func isConnected(_ bot: BotID) -> Bool { connection(of: bot) != nil }

    /// The number of the socket that has the bot, which no other is given; nil while none has it.
    package func connection(of bot: BotID) -> Int? { state.withLock { $0.owner(of: bot) } }

    /// The number of messages that a chat takes from a bot from now on: as many as WeCom's documentation says, unless told
    /// otherwise.
    package func limitChats(to limits: FakeMemberLimits) { state.withLock { $0.rates.limits = limits } }

    /// The number of files that a bot may upload from now on: as many as WeCom's documentation says, unless told otherwise.
    package func limitUploads(to limits: FakeMemberLimits) { state.withLock { $0.uploadRates.limits = limits } }

    /// The content of a file, as long as WeCom has it.
    package func bytes(of file: Bubble.File) -> [UInt8]? { state.withLock { $0.uploads.bytes(of: file) } }

    /// The connection goes on, answers heartbeats, and has the bot no more: nobody is told.
    package func loseSubscription(of bot: BotID) {
        state.withLock { state in
            guard let number = state.owner(of: bot) else { return }
            state.sockets[number]?.standing = .lost
        }
    }

    /// Takes the bot from its connection, as if another had subscribed to it, which nobody sees.
    package func kick(_ bot: BotID) { state.withLock { $0.kick(bot) } }

    /// Returns when these bots are connected, or after a while without.
    package func untilConnected(_ bots: Set<BotID>, within patience: Duration = .seconds(5)) async {
        let record = record
        await firstOf(
            { await record.wait { bots.isSubset(of: Connections.after($0)) } },
            { try? await Task.sleep(for: patience) })
    }

    /// Ends the bot's connection: with a close, as WeCom says it when it restarts, or as a connection ends that breaks.
    package func drop(_ bot: BotID, withoutClose: Bool = false) {
        let over = state.withLock { state -> Signpost? in
            guard let number = state.owner(of: bot) else { return nil }
            state.sockets[number]?.isAbandoned = withoutClose
            return state.sockets[number]?.over
        }
        over?.reach()
    }

    /// Sends something over the bot's connection, whatever it is.
    package func write(_ bytes: [UInt8], to bot: BotID) async {
        try? await socket(of: bot)?.send(.text(bytes))
    }

    func socket(of bot: BotID) -> (any WebSocket)? {
        state.withLock { state in state.owner(of: bot).flatMap { state.sockets[$0]?.socket } }
    }

    // MARK: A connection

    /// `watched` may see what goes over the socket.
    func answer(
        _ request: HTTPRequest, through watched: @escaping @Sendable (any WebSocket) -> any WebSocket
    ) -> HTTPResponse {
        .webSocket(answering: request) { try await self.serve(watched($0)) }
    }

    /// Throws where the connection is to end without a close.
    private func serve(_ socket: any WebSocket) async throws {
        let (number, kicked, over) = state.withLock { $0.open(socket, at: clock.now) }
        record.add(.opened(number))
        await firstOf(
            { await self.read(from: socket, number) }, { await self.untilKicked(socket, number, kicked) },
            { await self.untilSilent(number) }, over.wait)
        let gone = state.withLock { $0.sockets.removeValue(forKey: number) }
        record.add(.closed(number))
        if gone?.isAbandoned == true { throw HTTPConnectionClosed() }
    }

    private func untilKicked(_ socket: any WebSocket, _ number: Int, _ kicked: Signpost) async {
        await kicked.wait()
        if Task.isCancelled { return }
        record.add(.kicked(number))
        try? await socket.send(.text(BotFrame.kick(reason: nil).json.bytes))
        try? await Task.sleep(for: rules.closesAfterKick)
    }

    private func untilSilent(_ number: Int) async {
        while let sign = state.withLock({ $0.sockets[number]?.lastSign }) {
            let left = rules.heartbeatLimit - clock.now.since(sign)
            guard left > .zero, (try? await Task.sleep(for: left)) != nil else { return }
        }
    }

    private func read(from socket: any WebSocket, _ number: Int) async {
        await withDiscardingTaskGroup { group in
            while let message = try? await socket.receive() {
                guard let command = FakeBotCommand(message.bytes) else { continue }
                if let later = await take(command, socket, number) { group.addTask { await later() } }
            }
            group.cancelAll()
        }
    }

    // MARK: A command

    /// Carries a command out and answers it, unless a fault was ordered. Returns what is to be done while others go on.
    private func take(
        _ command: FakeBotCommand, _ socket: any WebSocket, _ number: Int
    ) async -> (@Sendable () async -> Void)? {
        let (fault, release) = faults.take(command.call) { _ in false }
        switch fault {
        case nil, .twice: return await answer(carryOut(command, number), to: command, socket, number)
        case .errorCode(let code, let message):
            return await answer(Refusal(code, message).json, to: command, socket, number)
        case .silence:
            _ = carryOut(command, number)
            record.add(.command(number, command.name, code: nil))
        case .slow(let delay):
            let answer = carryOut(command, number)
            return {
                try? await Task.sleep(for: delay)
                await self.send(answer, to: command, socket, number)
            }
        case .hold(let hold), .slowBody(let hold):
            let answer = carryOut(command, number)
            return {
                await hold.wait()
                await self.send(answer, to: command, socket, number)
            }
        case .hang:
            record.add(.command(number, command.name, code: nil))
            return { await release.wait() }
        case .garbage: try? await socket.send(.text("<html>as ordered</html>"))
        case .words(let words): try? await socket.send(.text(words))
        case .status, .redirect, .gbk, .truncated: state.withLock { $0.sockets[number]?.over }?.reach()
        }
        return nil
    }

    private func answer(
        _ answer: JSONValue, to command: FakeBotCommand, _ socket: any WebSocket, _ number: Int
    ) async -> (@Sendable () async -> Void)? {
        let (least, most) = (rules.answerDelay.lowerBound, rules.answerDelay.upperBound)
        let delay = least + (most - least) * Double.random(in: 0...1)
        guard delay > .zero else {
            await send(answer, to: command, socket, number)
            return nil
        }
        return {
            try? await Task.sleep(for: delay)
            await self.send(answer, to: command, socket, number)
        }
    }

    private func send(
        _ answer: JSONValue, to command: FakeBotCommand, _ socket: any WebSocket, _ number: Int
    ) async {
        guard case .object(let members) = answer else { return }
        record.add(.command(number, command.name, code: answer["errcode"]?.integer))
        let frame = JSONValue.object([.init("headers", ["req_id": .string(command.id)])] + members)
        try? await socket.send(.text(frame.bytes))
        guard command.kind == .subscribe, let bot = state.withLock({ $0.sockets[number]?.bot }) else { return }
        await giveAgain(to: bot, over: number)
    }

    private func carryOut(_ command: FakeBotCommand, _ number: Int) -> JSONValue {
        do throws(Refusal) {
            return try answer(command, over: number)
        } catch {
            transcript.add(RefusedCall(call: command.name, code: error.code, reason: error.message))
            return error.json
        }
    }
}
