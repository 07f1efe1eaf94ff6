import JSON
import System
import WeCom

// The commands, as strict as WeCom's.

extension FakeBotSockets {
    /// The answer to a command that came over a socket.
    func answer(_ command: FakeBotCommand, over number: Int) throws(Refusal) -> JSONValue {
        guard let kind = command.kind else { throw Refusal(40063, "unknown cmd") }
        switch kind {
        case .subscribe: return try subscribe(command.body, number)
        case .ping: return try beat(number)
        default: break
        }
        let bot = try owner(number)
        switch kind {
        case .subscribe, .ping: preconditionFailure("these are done before")
        case .respond: return try respond(command, of: bot, number)
        case .welcome: return try welcome(command, of: bot)
        case .updateCard: return try updateCard(command, of: bot)
        case .send: return try push(command.body, of: bot)
        case .beginUpload:
            return try state.withLock { s throws(Refusal) in
                guard s.uploadRates.take(bot, at: clock.now) else { throw .tooOften }
                return try s.uploads.begin(command.body, bot, clock.now, pictureLimit: rules.pictureLimit)
            }
        case .uploadChunk:
            return try state.withLock { s throws(Refusal) in try s.uploads.add(command.body, bot, clock.now) }
        case .finishUpload: return try finishUpload(command.body, of: bot)
        }
    }

    private func subscribe(_ body: JSONValue, _ number: Int) throws(Refusal) -> JSONValue {
        let bot = BotID(body["bot_id"]?.string ?? "")
        let isRight = state.withLock { state in
            guard let secret = state.secrets[bot], secret.reveal() == body["secret"]?.string else { return false }
            state.subscribe(number, to: bot)
            return true
        }
        guard isRight else { throw Refusal(ErrorCode.wrongBotSecret.number, "invalid bot_id or secret") }
        record.add(.subscribed(number, bot))
        return .success()
    }

    /// A socket that has lost its bot looks as healthy as before.
    private func beat(_ number: Int) throws(Refusal) -> JSONValue {
        let isKnown = state.withLock { state in
            guard let socket = state.sockets[number], socket.standing != .new else { return false }
            state.sockets[number]?.lastSign = clock.now
            return true
        }
        guard isKnown else { throw .notSubscribed }
        return .success()
    }

    private func owner(_ number: Int) throws(Refusal) -> BotID {
        guard let socket = state.withLock({ $0.sockets[number] }), socket.standing == .owner, let bot = socket.bot
        else { throw .notSubscribed }
        return bot
    }

    private func finishUpload(_ body: JSONValue, of bot: BotID) throws(Refusal) -> JSONValue {
        let upload = try state.withLock { s throws(Refusal) in try s.uploads.finish(body, bot, clock.now) }
        return .success(
            .init(
                "body",
                [
                    "type": .string(upload.type), "media_id": .string(upload.media),
                    "created_at": .string(String(clock.wall.seconds)),
                ]))
    }
}

extension Refusal {
    static let notSubscribed = Refusal(ErrorCode.notSubscribed.number, "aibot websocket not subscribed")
    static let tooOften = Refusal(45009, "api freq out of limit")
    static let badRequestID = Refusal(846_605, "invalid req_id")
}
