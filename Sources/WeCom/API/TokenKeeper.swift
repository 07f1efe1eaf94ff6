import HTTP
package import System

/// Keeps one app's access token: fetched when first needed, once for all who wait, and again shortly before it expires.
package actor TokenKeeper {
    private let fetch: @Sendable () async throws(WeComError) -> AccessToken
    private let now: @Sendable () -> MonotonicTime
    private var state = TokenState()
    private var fetching: Task<Result<AccessToken, WeComError>, Never>?

    package init(
        now: @escaping @Sendable () -> MonotonicTime = { .now },
        fetch: @escaping @Sendable () async throws(WeComError) -> AccessToken
    ) {
        self.fetch = fetch
        self.now = now
    }

    /// A token that is good for now.
    package func token() async throws(WeComError) -> AccessToken {
        switch state.need(at: now()) {
        case .use(let token): return token
        case .holdBack(let error): throw error
        case .fetch: return try await fetched(mayRepeat: true)
        }
    }

    /// Forgets a token that WeCom refused; the next caller fetches another.
    package func reject(_ token: AccessToken) { state.reject(token) }

    /// The token that the one fetch under way brings, or begins one. A caller that is cancelled ends the fetch for all, so
    /// that nothing outlasts our stop; the others begin another.
    private func fetched(mayRepeat: Bool) async throws(WeComError) -> AccessToken {
        let task = fetching ?? beginFetching()
        let result = await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
        switch result {
        case .success(let token): return token
        case .failure(.transport(.cancelled)) where mayRepeat && !Task.isCancelled:
            return try await fetched(mayRepeat: false)
        case .failure(let error):
            if case .use(let old) = state.need(at: now()) { return old }
            throw .noToken(error)
        }
    }

    private func beginFetching() -> Task<Result<AccessToken, WeComError>, Never> {
        let task = Task { await fetchAndNote() }
        fetching = task
        return task
    }

    private func fetchAndNote() async -> Result<AccessToken, WeComError> {
        defer { fetching = nil }
        do throws(WeComError) {
            let token = try await fetch()
            state.fetched(token)
            return .success(token)
        } catch {
            // What a fetch that we cancelled ended with says nothing about WeCom.
            if Task.isCancelled { return .failure(.transport(.cancelled)) }
            if error != .transport(.cancelled) { state.failed(error, at: now()) }
            return .failure(error)
        }
    }
}
