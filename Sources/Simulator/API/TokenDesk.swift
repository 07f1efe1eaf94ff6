import Crypto
import HTTP
import JSON
import System
import Text
import WeCom

/// Issues tokens, one secret's for one app, and knows whose a token is.
final class TokenDesk: Sendable {
    private struct Token {
        let app: Int
        let expires: MonotonicTime
        /// The same by the clock on the wall.
        let until: Timestamp
    }

    private let apps: Lock<[FakeApp]>
    private let clock: SimulatedClock
    private let lifetime: Int64
    private let tokens = Lock<[String: Token]>([:])
    /// The code of a secret that is no app's of the corp.
    static let wrongSecret: Int64 = 40001
    /// Beyond so many the expired are let go.
    private static let manyTokens = 4096

    init(apps: Lock<[FakeApp]>, clock: SimulatedClock, lifetime: Int64) {
        self.apps = apps
        self.clock = clock
        self.lifetime = lifetime
    }

    /// Issues a token: another one each time, or only when there is none that is good.
    func issue(_ query: Query, anew: Bool) throws(Refusal) -> JSONValue {
        let apps = self.apps.withLock { $0 }
        guard let corp = query["corpid"], !corp.isEmpty else { throw Refusal(41002, "corpid missing") }
        guard let given = query["corpsecret"], !given.isEmpty else { throw Refusal(41004, "corpsecret missing") }
        guard apps.contains(where: { $0.corpID.text == corp }) else { throw Refusal(40013, "invalid corpid") }
        guard let app = apps.firstIndex(of: corp, Secret(given)) else {
            throw Refusal(TokenDesk.wrongSecret, "invalid credential")
        }
        let now = clock.now
        if !anew, let answer = goodToken(ofApp: app, at: now) { return answer }
        let text = "token-" + randomID()
        let token = Token(
            app: app, expires: now.advanced(by: .seconds(lifetime)), until: clock.wall.advanced(by: .seconds(lifetime)))
        tokens.withLock { tokens in
            if tokens.count >= TokenDesk.manyTokens { tokens = tokens.filter { $0.value.expires > now } }
            tokens[text] = token
        }
        return .success(.init("access_token", .string(text)), .init("expires_in", .integer(lifetime)))
    }

    /// The answer with the token that an app has, and for how long it still has it; nil where it has none.
    private func goodToken(ofApp app: Int, at now: MonotonicTime) -> JSONValue? {
        let good = tokens.withLock { tokens in
            tokens.filter { $0.value.app == app && $0.value.expires > now }.max { $0.value.expires < $1.value.expires }
        }
        return good.map { text, token in
            .success(
                .init("access_token", .string(text)),
                .init("expires_in", .integer(token.expires.since(now).components.seconds)))
        }
    }

    /// The app whose token a request carries.
    func app(of query: Query) throws(Refusal) -> FakeApp {
        guard let text = query["access_token"], !text.isEmpty else { throw Refusal(41001, "access_token missing") }
        guard let token = tokens.withLock({ $0[text] }) else { throw Refusal(40014, "invalid access_token") }
        guard token.expires > clock.now else { throw Refusal(42001, "access_token expired") }
        return apps.withLock { $0[token.app] }
    }

    /// The app whose secret a request carries.
    func owner(ofSecretIn query: Query) -> FakeApp? {
        let apps = self.apps.withLock { $0 }
        guard let corp = query["corpid"], let secret = query["corpsecret"] else { return nil }
        return apps.firstIndex(of: corp, Secret(secret)).map { apps[$0] }
    }

    // MARK: Over a restart

    /// The tokens that are good, the longest-lived first if there are more than are kept.
    func kept() -> [KeptWorld.Token] {
        let now = clock.now
        let (apps, tokens) = (self.apps.withLock { $0 }, self.tokens.withLock { $0 })
        return tokens.filter { $0.value.expires > now }
            .sorted { ($0.value.expires, $1.key) > ($1.value.expires, $0.key) }
            .prefix(KeptWorld.mostTokens)
            .map { text, token in
                KeptWorld.Token(text: Secret(text), app: apps[token.app].identity, expires: token.until)
            }
    }

    func take(_ kept: [KeptWorld.Token]) {
        let (now, wall) = (clock.now, clock.wall)
        let apps = self.apps.withLock { $0 }
        let places = Dictionary(apps.enumerated().map { ($1.identity, $0) }) { first, _ in first }
        let good = kept.compactMap { token in
            places[token.app].map { place -> (String, Token) in
                let expires = now.advanced(by: token.expires.since(wall))
                return (token.text.reveal(), Token(app: place, expires: expires, until: token.expires))
            }
        }
        tokens.withLock { $0.merge(good) { first, _ in first } }
    }

    func revokeAll() { tokens.withLock { $0 = [:] } }
}

extension [FakeApp] {
    fileprivate func firstIndex(of corp: String, _ secret: Secret) -> Int? {
        firstIndex { $0.corpID.text == corp && $0.secret == secret }
    }
}

/// Something that names one thing and tells nothing.
func randomID() -> String {
    randomBytes(16).hexText
}
