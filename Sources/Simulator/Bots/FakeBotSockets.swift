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
        /// From a command to its answer. The real one takes a quarter of a second and more.
        package var answerDelay = Duration.zero
        /// From the event that tells a socket of its successor to its end.
        package var closesAfterKick = Duration.seconds(2)
        /// A socket without heartbeats is closed after so long.
        package var heartbeatLimit = Duration.seconds(100)
        /// A stream can be written to for so long.
        package var streamLife = Duration.seconds(360)
        /// A message can be answered over the socket alone that it came over.
        package var bindsRequests = false

        package init() {}
    }

    package let record = SocketRecord()
    let transcript: Transcript
    let clock: SimulatedClock
    let state = Lock(State())
    private let faults: Faults
    private let currentRules = Lock(Rules())

    init(transcript: Transcript, faults: Faults, clock: SimulatedClock) {
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
    package func isConnected(_ bot: BotID) -> Bool { state.withLock { $0.owner(of: bot) != nil } }

    /// The number of messages that a chat takes from a bot from now on: as many as WeCom's documentation says, unless told
    /// otherwise.
    package func limitChats(to limits: FakeMemberLimits) { state.withLock { $0.rates.limits = limits } }

    /// The content of a file, as long as WeCom has it.
    package func bytes(of file: Bubble.File) -> [UInt8]? { state.withLock { $0.uploads.bytes(of: file) } }

    /// The connection goes on, answers heartbeats, and has the bot no more: nobody is told.
    package func loseSubscription(of bot: BotID) {
        state.withLock { state in
            guard let number = state.owner(of: bot) else { return }
            state.sockets[number]?.standing = .lost
        }
    }

    /// Ends the bot's connection.
    package func drop(_ bot: BotID) {
        state.withLock { state in state.owner(of: bot).flatMap { state.sockets[$0]?.over } }?.reach()
    }

    /// Sends something over the bot's connection, whatever it is.
    package func write(_ bytes: [UInt8], to bot: BotID) async {
        try? await socket(of: bot)?.send(.text(bytes))
    }

    func socket(of bot: BotID) -> (any WebSocket)? {
        state.withLock { state in state.owner(of: bot).flatMap { state.sockets[$0]?.socket } }
    }

    // MARK: A connection

    func answer(_ request: HTTPRequest) -> HTTPResponse {
        .webSocket(answering: request) { await self.serve($0) }
    }

    private func serve(_ socket: any WebSocket) async {
        let (number, kicked, over) = state.withLock { $0.open(socket, at: clock.now) }
        record.add(.opened(number))
        await firstOf(
            { await self.read(from: socket, number) }, { await self.untilKicked(socket, number, kicked) },
            { await self.untilSilent(number) }, over.wait)
        state.withLock { $0.sockets[number] = nil }
        record.add(.closed(number))
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
        case nil: return await answer(carryOut(command, number), to: command, socket, number)
        case .errorCode(let code, let message):
            return await answer(Refusal(code, message).json, to: command, socket, number)
        case .silence:
            _ = carryOut(command, number)
            record.add(.command(number, command.name, code: nil))
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
        let delay = rules.answerDelay
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
