import Crypto
import System
import Text

/// Codes that open a session once, for links: a token in a link would be kept by whatever sees it.
final class LoginCodes: Sendable {
    static let life = Duration.seconds(60)
    private static let most = 16

    /// Digests, so that what lies here opens nothing.
    private let known = Lock<[(digest: [UInt8], at: MonotonicTime)]>([])

    func make(at now: MonotonicTime) -> String {
        let code = randomBytes(24).hexText
        known.withLock { known in
            known.removeAll { now.since($0.at) >= LoginCodes.life }
            if known.count >= LoginCodes.most { known.removeFirst() }
            known.append((sha256(Array(code.utf8)), now))
        }
        return code
    }

    /// True of a code that is good, which it is then no more.
    func spend(_ code: String, at now: MonotonicTime = .now) -> Bool {
        let digest = sha256(Array(code.utf8))
        return known.withLock { known in
            known.removeAll { now.since($0.at) >= LoginCodes.life }
            guard let place = known.firstIndex(where: { constantTimeEquals($0.digest, digest) }) else { return false }
            known.remove(at: place)
            return true
        }
    }
}
