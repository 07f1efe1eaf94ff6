import HTTP
import JSON
import System
import Text
import WeCom

extension FakeAPI {
    /// Takes an answer at the address that came with a message.
    func respond(_ request: HTTPRequest) throws(Refusal) -> JSONValue {
        guard let json = try? JSONValue(parsing: request.body) else { throw Refusal(40058, "no JSON") }
        guard json["msgtype"]?.string == "markdown" else { throw Refusal(40008, "invalid message type") }
        guard let text = json["markdown"]?["content"]?.string, !text.isEmpty else {
            throw Refusal(44004, "empty content")
        }
        guard text.utf8.count <= 20_480 else { throw Refusal(44004, "content size out of limit") }
        let feedback = try feedbackID(in: json["markdown"])
        let code = request.query["response_code"] ?? ""
        let place: (bot: BotID, chat: InboundMessage.Chat, user: UserID)
        do {
            place = try state.withLock { state throws(Refusal) in try state.responses.use(code, at: clock.now) }
        }
        var bubble = Bubble(bot: place.bot, chat: place.chat)
        (bubble.texts, bubble.isFinished, bubble.feedback) = ([text], true, feedback)
        bubble.user = place.chat == .single ? place.user : nil
        transcript.add(bubble)
        return .success()
    }
}

extension FakeAPI {
    static let sealedFilesPath = "/sealed/"

    func sealedFile(_ id: String) -> HTTPResponse {
        guard let file = state.withLock({ $0.sealedFiles.file(id, at: clock.now) }) else {
            return .text(.notFound, "<Error><Code>NoSuchKey</Code></Error>")
        }
        let headers: HTTPHeaders = [
            "Content-Type": "application/octet-stream",
            "Content-Disposition": "attachment; filename*=UTF-8''\(percentEncoded(file.name))",
        ]
        return HTTPResponse(.ok, headers: headers, body: .whole(file.content))
    }
}
