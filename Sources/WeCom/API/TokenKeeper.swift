import HTTP
import Lifecycle
package import System

/// Keeps one app's access token: fetched when first needed, once for all who wait, and again shortly before it expires.
///
/// Per process. Several over one store have their tokens in common by what they fetch with (`TokenSharing`).
package actor TokenKeeper {
    private let record = StandingRecord()
    private let fetch: @Sendable () async throws(WeComError) -> AccessToken
    private let now: @Sendable () -> MonotonicTime
    private var state = TokenState()
    private let fetches = SingleFlight<Purpose, Result<GivenToken, WeComError>>()

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
    package func token() async throws(WeComError) -> AccessToken { try await use().token }

    /// The same, and whether WeCom has yet to take it.
    func use() async throws(WeComError) -> GivenToken {
        while true {
            switch state.need(at: now()) {
            case .use(let given): return given
            case .holdBack(let error): throw error
            case .fetch: break
            }
            let result = await fetches.run(.token) { await self.fetchAndNote() }
            switch result {
            case .success(let given): return given
            case .failure(let error):
                if case .use(let old) = state.need(at: now()) { return old }
                throw .noToken(error)
            case nil where Task.isCancelled: throw .noToken(.transport(.cancelled))
            case nil: continue
            }
        }
    }

    /// The last verdict of WeCom on the credentials that tokens are fetched with.
    package nonisolated var standing: Standing { record.standing }

    /// Forgets a token that WeCom refused. The next caller fetches another, unless this one was fetched because one had been
    /// refused: then this returns false.
    @discardableResult
    package func reject(_ token: AccessToken, after error: WeComError) -> Bool {
        let mayFetch = state.reject(token, after: error, at: now())
        if !mayFetch { record.note(.tokenRefused(error)) }
        return mayFetch
    }

    /// A call with a token came to this; nil, that it was taken.
    nonisolated func note(_ refusal: WeComError?) {
        if let refusal { record.note(refusal) } else { record.noteTaken() }
    }

    /// WeCom has taken this token.
    func accept(_ token: AccessToken) { if state.accept(token) { record.noteTaken() } }

    private func fetchAndNote() async -> Result<GivenToken, WeComError> {
        do throws(WeComError) {
            let given = state.fetched(try await fetch())
            record.note(given, at: now())
            return .success(given)
        } catch {
            // What a fetch that we cancelled ended with says nothing about WeCom.
            if !Task.isCancelled, error != .transport(.cancelled) {
                state.failed(error, at: now())
                record.note(.noToken(error))
            }
            return .failure(error)
        }
    }
}
