import Crypto
import System
import Text
import WeCom

/// Somebody who has signed in.
struct Session: Sendable {
    /// The digest of what their cookie holds, by which it is known here.
    let id: String
    let role: Role
    /// The token that was in force when they signed in: another ends the session.
    let token: Secret
    /// The address that they signed in from.
    let address: String
    let begunAt: MonotonicTime
    var usedAt: MonotonicTime
    /// Texts of people are shown. A viewer asks for that.
    var showsTexts: Bool
}

/// Those who have signed in, in memory alone. The cookies themselves are kept nowhere.
final class Sessions: Sendable {
    static let most = 64
    static let idle = Duration.seconds(8 * 3600)
    static let life = Duration.seconds(24 * 3600)

    private let known = Lock<[String: Session]>([:])
    /// Makes the tokens of forms.
    private let key = SecretBytes(randomBytes(32))

    /// Begins a session and returns what its cookie holds. The one that was used longest ago gives way to one too many.
    func begin(as role: Role, by token: Secret, from address: String, at now: MonotonicTime = .now) -> String {
        let cookie = randomBytes(32).hexText
        let session = Session(
            id: Sessions.id(of: cookie), role: role, token: token, address: address, begunAt: now, usedAt: now,
            showsTexts: role == .operating)
        known.withLock { known in
            if known.count >= Sessions.most, let oldest = known.values.min(by: { $0.usedAt < $1.usedAt }) {
                known[oldest.id] = nil
            }
            known[session.id] = session
        }
        return cookie
    }

    /// The session that a cookie is of, unless it has ended: by time, or since its token is no longer in force.
    func session(of cookie: String, _ keys: AdminKeys, at now: MonotonicTime = .now) -> Session? {
        let id = Sessions.id(of: cookie)
        return known.withLock { known in
            guard var session = known[id] else { return nil }
            guard now.since(session.usedAt) < Sessions.idle, now.since(session.begunAt) < Sessions.life,
                keys[session.role] == session.token
            else {
                known[id] = nil
                return nil
            }
            session.usedAt = now
            known[id] = session
            return session
        }
    }

    /// True while a session has not ended; to look is no use of it.
    func isOpen(_ session: Session, _ keys: AdminKeys) -> Bool {
        known.withLock { $0[session.id] != nil } && keys[session.role] == session.token
    }

    func end(_ session: Session) { known.withLock { $0[session.id] = nil } }

    func setShowsTexts(_ shows: Bool, in session: Session) {
        known.withLock { $0[session.id]?.showsTexts = shows }
    }

    /// The token that a form of a session carries to a path, which nobody makes who has not been given it.
    func formToken(of session: Session, to path: String) -> String {
        hmacSHA256(Array("\(session.id) \(path)".utf8), key: key).prefix(16).hexText
    }

    private static func id(of cookie: String) -> String { sha256(Array(cookie.utf8)).hexText }
}
