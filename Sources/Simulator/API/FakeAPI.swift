import HTTP
import JSON
import Lifecycle
import System
import Text
import WeCom

/// The part of WeCom's API that we play, as strict about requests and as silent about what it drops as the real one.
final class FakeAPI: Sendable {
    /// The state that the calls share and change.
    struct State {
        var rules = CallRules()
        var seen = SeenRequests()
        var sent = 0
        var rates = MessageRates<MemberOfApp>()
        var days = DailySends()
        var calls = CallRates()
        var wrongSecrets = WrongSecrets()
        var codes = ResponseCodes()
        var media = MediaStore()
        /// The task ids that each app has used.
        var tasks = Kept<CardTask>(limit: 100_000)
        var isTaken: Set<CardTask> = []
        var corps: [CorpID: FakeCorp] = [:]
        var responses = ResponseDesk()
        var sealedFiles = SealedFiles()
        var botCards = BotCardDesk()
    }

    /// A card that can be clicked, as its app calls it.
    struct CardTask: Hashable {
        let app: FakeApp.Identity
        let id: String
    }

    let tokens: TokenDesk
    let transcript: Transcript
    let clock: SimulatedClock
    let state = Lock(State())
    private let faults: Faults

    init(tokens: TokenDesk, transcript: Transcript, faults: Faults, clock: SimulatedClock) {
        self.tokens = tokens
        self.transcript = transcript
        self.faults = faults
        self.clock = clock
    }

    /// `noting` is told of the fault that the request meets.
    func answer(_ request: HTTPRequest, noting: (Faults.Kind) -> Void = { _ in }) async -> HTTPResponse {
        if let id = request.path.after(FakeAPI.sealedFilesPath) {
            return await faults.meeting(.botFile, isAbout: { _ in false }, noting: noting) { sealedFile(String(id)) }
        }
        let prefix = "/cgi-bin/"
        guard request.path.hasPrefix(prefix), let route = Route(String(request.path.dropFirst(prefix.count))) else {
            return .text(.notFound, "no such call here\n")
        }
        return await faults.meeting(route.call) { scope in
            isAbout(scope, request)
        } noting: { kind in
            noting(kind)
        } _: {
            carryOut(route, request)
        }
    }

    private func carryOut(_ route: Route, _ request: HTTPRequest) -> HTTPResponse {
        do throws(Refusal) {
            guard request.method == route.method else { throw Refusal(40063, "wrong HTTP method") }
            return try answer(route, request)
        } catch {
            transcript.add(RefusedCall(call: route.rawValue, code: error.code, reason: error.message))
            return refusal(error, of: route)
        }
    }

    private func answer(_ route: Route, _ request: HTTPRequest) throws(Refusal) -> HTTPResponse {
        if route == .getToken {
            let token = try token(for: request)
            transcript.addToken()
            return .json(.ok, token.bytes)
        }
        if route == .botResponse { return .json(.ok, try respond(request).bytes) }
        let call = APICall(
            request: request, app: try admitted(request, to: route), refusesEscapes: rules.refusesEscapes)
        switch route {
        case .getToken, .botResponse: preconditionFailure("these go by no token")
        case .getMedia: return try download(call)
        case .send: return .json(.ok, try send(call).bytes)
        case .recall: return .json(.ok, try recall(call).bytes)
        case .updateCard: return .json(.ok, try updateCard(call).bytes)
        case .upload: return .json(.ok, try upload(call).bytes)
        case .agent: return .json(.ok, try agent(call).bytes)
        case .user: return .json(.ok, try user(call).bytes)
        case .briefMembers: return .json(.ok, try members(call, isBrief: true).bytes)
        case .members: return .json(.ok, try members(call, isBrief: false).bytes)
        case .plainUsers: return .json(.ok, try plainUsers(call).bytes)
        case .departments: return .json(.ok, try departments(call).bytes)
        case .department: return .json(.ok, try department(call).bytes)
        case .departmentList: return .json(.ok, try departmentList(call).bytes)
        case .tags: return .json(.ok, tags(call).bytes)
        case .tag: return .json(.ok, try tag(call).bytes)
        case .callbackAddresses, .apiAddresses: return .json(.ok, addresses.bytes)
        }
    }

    /// Issues a token, unless too many wrong secrets came from where it is asked for.
    private func token(for request: HTTPRequest) throws(Refusal) -> JSONValue {
        let isNew = rules.issuesNewTokens
        guard let peer = request.peer else { return try tokens.issue(request.query, anew: isNew) }
        let now = clock.now
        guard state.withLock({ !$0.wrongSecrets.isBlocked(peer, at: now) }) else {
            throw Refusal(45009, "api freq out of limit, from ip: \(peer)")
        }
        do throws(Refusal) { return try tokens.issue(request.query, anew: isNew) } catch {
            if error.code == TokenDesk.wrongSecret { state.withLock { $0.wrongSecrets.note(peer, at: now) } }
            throw error
        }
    }

    /// The app that makes a call, if its token is good, it calls from where it may, and its corp has not called too often.
    private func admitted(_ request: HTTPRequest, to route: Route) throws(Refusal) -> FakeApp {
        let app = try tokens.app(of: request.query)
        if let trusted = app.trustedAddresses, let peer = request.peer, !trusted.contains(peer) {
            throw Refusal(60020, "not allow to access from your ip, from ip: \(peer)")
        }
        let now = clock.now
        guard state.withLock({ $0.calls.take(route, of: app.corpID, at: now) }) else {
            throw Refusal(45009, "api freq out of limit")
        }
        return app
    }

    /// Lists come empty with an error, and where bytes are due its code stands in the header, too.
    private func refusal(_ error: Refusal, of route: Route) -> HTTPResponse {
        guard case .object(var members) = error.json else { return .json(.ok, error.json.bytes) }
        if route.call == .addresses { members.append(.init("ip_list", [])) }
        var response = HTTPResponse.json(.ok, JSONValue.object(members).bytes)
        if route == .getMedia { response.headers["Error-Code"] = String(error.code) }
        return response
    }

    private var addresses: JSONValue { .success(.init("ip_list", ["127.0.0.1"])) }

    // MARK: Corps

    func corp(of app: FakeApp) -> FakeCorp { state.withLock { $0.corps[app.corpID] } ?? FakeCorp() }

    func changeCorp(_ corp: CorpID, _ change: (inout FakeCorp) -> Void) {
        state.withLock { state in
            var changed = state.corps[corp] ?? FakeCorp()
            change(&changed)
            state.corps[corp] = changed
        }
    }
}

/// A request with a token that is good.
struct APICall {
    let request: HTTPRequest
    let app: FakeApp
    let refusesEscapes: Bool

    /// Far above what any call takes but the upload of files.
    private static let maxJSONBytes = 8 << 20

    func json() throws(Refusal) -> JSONValue {
        guard request.body.count <= APICall.maxJSONBytes else { throw Refusal(40206, "the request is too large") }
        guard !refusesEscapes || !holdsUnicodeEscape(request.body) else { throw Refusal(40033, "illegal \\u escape") }
        guard let json = try? JSONValue(parsing: request.body), case .object = json else {
            throw Refusal(40058, "no JSON")
        }
        return json
    }

    /// The number of a query parameter.
    func number(_ name: String) -> Int64? { request.query[name].flatMap { Int64($0) } }
}
