import Crypto
import HTTP
import JSON
import Observability
import Router
import System
import Text
import WeCom

/// Access tokens that all processes over one store have in common: whoever needs one takes what is there, and one asks WeCom.
struct SharedTokens: Sendable {
    let store: any TokenStore
    let key: StoreKey
    /// This process.
    let owner: String
    let log: Logger

    /// The tokens of one app.
    func tokens(of credentials: AppCredentials) -> AppTokens {
        let app = AppKey(corpID: credentials.corpID, agentID: credentials.agentID)
        let mark = sha256(Array("token of \(credentials.secret.reveal())".utf8)).prefix(16)
        return AppTokens(
            shared: self, holder: TokenHolder(app, credentials: Array(mark)), buffer: credentials.tokenBuffer)
    }

    /// The token of one app, as this process knows it.
    final class AppTokens: TokenSharing {
        private let shared: SharedTokens
        private let holder: TokenHolder
        private let buffer: Duration
        /// The number of the token that was handed out last: whoever comes again had no more use for it.
        private let known = Lock(Int64(0))

        fileprivate init(shared: SharedTokens, holder: TokenHolder, buffer: Duration) {
            (self.shared, self.holder, self.buffer) = (shared, holder, buffer)
        }

        package func token(
            fetching fetch: @Sendable () async throws(WeComError) -> AccessToken
        ) async throws(WeComError) -> AccessToken {
            var number = known.withLock { $0 }
            // A refresher has its time and no more: then the turn is ours, or somebody else's.
            let patience = MonotonicTime.now.advanced(by: SharedToken.refreshing + .seconds(15))
            while true {
                let asked = MonotonicTime.now
                switch try await step(above: number) {
                case .use(let sealed, let found, let left):
                    if let text = shared.key.open(sealed.text, in: place) {
                        known.withLock { $0 = max($0, found) }
                        return AccessToken(text: text, lifetime: left, fetched: asked, buffer: buffer)
                    }
                    shared.log.warning(
                        "a shared access token cannot be read", ["app": .string(holder.app.description)])
                    number = found
                case .fetch(let over): return try await ask(over: over, fetch)
                case .holdBack(let reason): throw .holdingBack(after: reason)
                case .wait:
                    guard asked < patience else {
                        throw .holdingBack(after: "another node has been asking WeCom for half a minute")
                    }
                    do { try await Task.sleep(for: .milliseconds(100)) } catch { throw .transport(.cancelled) }
                }
            }
        }

        private var place: String { "token of \(holder.app)" }

        private func step(above number: Int64) async throws(WeComError) -> SharedToken.Step {
            do {
                return try await shared.store.token(
                    of: holder, above: number, lasting: buffer, for: shared.owner, at: .steady)
            } catch {
                throw Task.isCancelled
                    ? .transport(.cancelled) : .holdingBack(after: "the store does not answer: \(error)")
            }
        }

        private func ask(
            over number: Int64, _ fetch: @Sendable () async throws(WeComError) -> AccessToken
        ) async throws(WeComError) -> AccessToken {
            let token: AccessToken
            do throws(WeComError) {
                token = try await fetch()
            } catch {
                // Our own stop is no word of WeCom's: the turn passes on when its time is over.
                if !error.isCancellation {
                    try? await shared.store.noteNoToken(
                        of: holder, over: number, by: shared.owner,
                        because: error.description.cut(toBytes: SharedToken.longestReason), at: .steady)
                }
                throw error
            }
            await keep(token, over: number)
            return token
        }

        /// A token that cannot be kept is good all the same: it is this process's alone.
        private func keep(_ token: AccessToken, over number: Int64) async {
            let now = Timestamp.steady
            do {
                let sealed = SharedToken.Sealed(
                    try shared.key.seal(token.text, in: place),
                    expires: now.advanced(by: token.expires.since(.now)))
                let isKept = try await shared.store.keep(sealed, of: holder, over: number, by: shared.owner, at: now)
                if isKept { known.withLock { $0 = max($0, number + 1) } }
            } catch {
                shared.log.warning(
                    "an access token is not shared with the other nodes",
                    ["app": .string(holder.app.description), .reason: .string("\(error)")])
            }
        }
    }
}
