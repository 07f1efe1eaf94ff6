import Crypto
import HTTP
import JSON
import System
import Text
import WeCom

/// The pages by which an administrator who scans a code comes by a bot. Here whoever is shown a code scans it at once, and
/// confirms it when asked again.
final class BotCreationDesk: Sendable {
    static let path = "/ai/qc/"

    private struct State {
        /// The times that somebody has asked what became of each code.
        var questions: [String: Int] = [:]
        var created = 0
    }

    private let faults: Faults
    private let sockets: FakeBotSockets
    private let state = Lock(State())

    private static let mostCodes = 1000

    init(faults: Faults, sockets: FakeBotSockets) {
        self.faults = faults
        self.sockets = sockets
    }

    func answer(_ request: HTTPRequest) async -> HTTPResponse {
        await faults.meeting(.botCreation) { _ in
            false
        } _: {
            guard request.method == .get, let call = request.path.after(BotCreationDesk.path) else {
                return .text(.notFound, "no such page here\n")
            }
            switch String(call) {  // short: a path
            case "generate": return .json(.ok, invitation(request).bytes)
            case "query_result": return .json(.ok, progress(request).bytes)
            default: return .text(.notFound, "no such page here\n")
            }
        }
    }

    private func invitation(_ request: HTTPRequest) -> JSONValue {
        guard let source = request.query["source"], request.query["plat"] != nil else {
            return Refusal(40035, "invalid parameter").json
        }
        let code = randomBytes(12).hexText
        state.withLock { state in
            if state.questions.count >= Self.mostCodes { state.questions = [:] }
            state.questions[code] = 0
        }
        let url = "https://work.weixin.qq.com/ai/qc/gen?source=\(percentEncoded(source))&scode=\(code)"
        return ["data": ["scode": .string(code), "auth_url": .string(url)]]
    }

    private func progress(_ request: HTTPRequest) -> JSONValue {
        let code = request.query["scode"] ?? ""
        let (question, number) = state.withLock { state -> (Int?, Int) in
            guard let count = state.questions[code] else { return (nil, 0) }
            state.questions[code] = count == 0 ? 1 : nil
            if count > 0 { state.created += 1 }
            return (count, state.created)
        }
        switch question {
        case nil: return ["data": ["status": "expired"]]
        case 0: return ["data": ["status": "scaned"]]
        default:
            let bot = FakeSocketBot(
                id: BotID("aib-created-\(number)"), secret: Secret(randomBytes(16).hexText))
            sockets.add(bot)
            let info: JSONValue = ["botid": .string(bot.id.text), "secret": .string(bot.secret.reveal())]
            return ["data": ["status": "success", "bot_info": info]]
        }
    }
}
