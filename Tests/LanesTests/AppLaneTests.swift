import HTTP
import JSON
import Lanes
import Router
import TestSupport
import Testing
import WeCom

@Suite(.timeLimit(.minutes(5))) struct AppLaneTests {
    @Test(
        "a code that stops the whole app pauses it",
        arguments: [
            (60020, 60...60, 60), (50003, 60...60, 60), (45009, 60...60, 3600), (45033, 2.5...5, 60),
        ] as [(Int, ClosedRange<Double>, Int)])
    func pauses(code: Int, first: ClosedRange<Double>, longest: Int) async {
        let outcome = await AppLane(client(sends: #"{"errcode":\#(code),"errmsg":"no"}"#)).send(delivery)
        guard case .retry(_, isAmbiguous: false, let pause?) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(pause.code == "\(code)" && pause.longest == .seconds(longest))
        #expect((Duration.seconds(first.lowerBound)...Duration.seconds(first.upperBound)).contains(pause.first))
    }

    @Test("a token that is refused twice pauses the app and names what to mend", arguments: [40014, 42001])
    func revoked(code: Int) async {
        let outcome = await AppLane(client(sends: #"{"errcode":\#(code)}"#)).send(delivery)
        guard case .retry(_, isAmbiguous: false, let pause?) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(pause.code == "\(code)" && pause.first == .seconds(60) && pause.longest == .seconds(60))
        #expect(pause.advice.contains("corp_secret"))
    }

    @Test("a code that is about one message does not")
    func oneMessage() async {
        for code in [60111, 44004, 43012, 99999] {
            let outcome = await AppLane(client(sends: #"{"errcode":\#(code)}"#)).send(delivery)
            guard case .failed = outcome else {
                Issue.record("\(code) is final, not \(outcome)")
                return
            }
        }
        guard case .retry(_, _, nil) = await AppLane(client(sends: #"{"errcode":-1}"#)).send(delivery) else {
            Issue.record("-1 passes")
            return
        }
    }

    @Test("a send that our own stop breaks off has no reason", arguments: ["/gettoken", "/message/send"])
    func interrupted(call: String) async {
        let lane = AppLane(client(sends: "", endlessly: call))
        let send = Task { await lane.send(delivery) }
        send.cancel()
        #expect(await send.value == .interrupted)
    }

    @Test("an app's messages have 2,048 bytes, its own Markdown, cards and files, and can be taken back")
    func speech() {
        let speech = AppLane.speech
        #expect(speech.limit == 2048 && speech.markdown == .basic && speech.signs == .messages)
        #expect(speech.asksWithCards && speech.recalls)
        #expect(speech.files == [.image: 10 << 20, .voice: 2 << 20, .video: 10 << 20, .file: 20 << 20])
    }

    private func client(sends answer: String, endlessly call: String? = nil) -> WeComClient {
        let credentials = AppCredentials(
            corpID: CorpID("ww1"), agentID: AgentID(1), secret: Secret("s"), apiBaseURL: "http://wecom", proxy: nil)
        return WeComClient(credentials, transport: OneWeCom(answer: answer, endless: call))
    }

    private let delivery = Delivery(
        id: DeliveryID(1),
        conversation: ConversationKey(
            endpoint: .app(AppKey(corpID: CorpID("ww1"), agentID: AgentID(1))), user: UserID("u")),
        job: nil, part: Part(to: .user(UserID("u")), "hi"), attempt: 1, checksDuplicates: true)
}

/// Gives out tokens and answers every send alike; `endless` is the call that gets no answer until it is cancelled.
private struct OneWeCom: HTTPTransport {
    let answer: String
    let endless: String?

    func send(_ request: HTTPRequest, _ options: HTTPRequestOptions) async throws(HTTPTransportError) -> HTTPResponse {
        if let endless, request.path.hasSuffix(endless) {
            while !Task.isCancelled { await beforeLookingAgain() }
            throw .cancelled
        }
        let text = request.path.hasSuffix("/gettoken") ? #"{"errcode":0,"access_token":"t","expires_in":7200}"# : answer
        return .json(.ok, Array(text.utf8))
    }

    func stream(
        _ request: HTTPRequest, _ options: HTTPRequestOptions
    ) async throws(HTTPTransportError) -> HTTPStreamedResponse {
        throw .notSent("nobody streams here")
    }
}
