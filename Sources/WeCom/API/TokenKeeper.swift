import HTTP
import Lifecycle
package import System

/// Keeps one app's access token: fetched when first needed, once for all who wait, and again shortly before it expires.
///
/// Per process: WeCom gives every process of ours the same token while it is good, so several need share nothing.
package actor TokenKeeper {
    private let fetch: @Sendable () async throws(WeComError) -> AccessToken
    private let now: @Sendable () -> MonotonicTime
    private var state = TokenState()
    private let fetches = SingleFlight<Purpose, Result<AccessToken, WeComError>>()

    private enum Purpose { case token }

    package init(
        now: @escaping @Sendable () -> MonotonicTime = { .now },
        fetch: @escaping @Sendable () async throws(WeComError) -> AccessToken
    ) {
        self.fetch = fetch
        self.now = now
    }

    /// A token that is good for now.
    ///
    /// A caller that is cancelled ends the fetch for all, so that nothing outlasts our stop; the others begin another.
    package func token() async throws(WeComError) -> AccessToken {
        while true {
            switch state.need(at: now()) {
            case .use(let token): return token
            case .holdBack(let error): throw error
            case .fetch: break
            }
            let result = await fetches.run(.token) { await self.fetchAndNote() }
            switch result {
            case .success(let token): return token
            case .failure(let error):
                if case .use(let old) = state.need(at: now()) { return old }
                throw .noToken(error)
            case nil where Task.isCancelled: throw .noToken(.transport(.cancelled))
            case nil: continue
            }
        }
    }

    /// Forgets a token that WeCom refused; the next caller fetches another.
    package func reject(_ token: AccessToken) { state.reject(token) }

    private func fetchAndNote() async -> Result<AccessToken, WeComError> {
        do throws(WeComError) {
            let token = try await fetch()
            state.fetched(token)
            return .success(token)
        } catch {
            // What a fetch that we cancelled ended with says nothing about WeCom.
            if !Task.isCancelled, error != .transport(.cancelled) { state.failed(error, at: now()) }
            return .failure(error)
        }
    }
}
