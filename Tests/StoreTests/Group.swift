import Router
import StoreTesting
import System
import WeCom

/// A group chat with a bot, and what its members write there.
struct Group {
    /// Each member has a session of their own.
    var hasOwnSessions = false
    let key = ConversationKey(endpoint: .bot(BotID("aibX")), peer: .chat(ChatID("wrAbC")))

    var address: ReplyAddress { ReplyAddress(.chat(ChatID("wrAbC")), by: [Way(.push)]) }

    func message(
        _ text: String, from user: String, id: Int, _ rules: (inout JobRequest) -> Void = { _ in }
    ) -> Submission {
        let stream = "s-\(id)"
        let message = AcceptedMessage(
            from: UserID(user), text: text, messageID: "M\(id)", sentAt: time(0),
            replyAddress: ReplyAddress(address.target, by: [Way(.stream(stream))] + address.ways))
        var request = JobRequest(message, refusal: Notice(.tooMuch, nil))
        rules(&request)
        var submission = submission(.job(request), from: user, id: id)
        submission.stream = stream
        return submission
    }

    /// A command as a member gives it, whose result is said.
    func command(_ command: ChatCommand, from user: String, id: Int) -> Submission {
        var request = CommandRequest(command, from: address, within: .least) { "\($0)" }
        request.caller = UserID(user)
        return submission(.command(request), from: user, id: id)
    }

    private func submission(_ request: Submission.Request, from user: String, id: Int) -> Submission {
        let key = DedupKey(stamp: Int64(id), digest: [UInt8](repeating: UInt8(id), count: 16))
        var submission = Submission(key: key, conversation: self.key, request)
        if hasOwnSessions { submission.member = UserID(user) }
        return submission
    }
}

extension JobStore where Self: DeliveryStore {
    /// Has a member give a command, and returns what is said of it.
    func result(of submission: Submission, at now: Timestamp = time(5)) async throws -> [String] {
        _ = try await accept(submission, at: now)
        return try await sendAll(at: now)
    }
}
