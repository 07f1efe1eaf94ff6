import HTTP
import Lifecycle
import System
import WeCom

/// Questions to WeCom of one kind: each is asked once for all who wait for its answer, which is remembered.
actor Inquiries<Key: Hashable & Sendable, Value: Sendable> {
    typealias Question = @Sendable (Key) async throws(WeComError) -> Value

    private let ask: Question
    private let now: @Sendable () -> MonotonicTime
    private var remembered: Remembered<Key, Value>
    private let underWay = SingleFlight<Key, Result<Value, WeComError>>()

    init(
        freshFor fresh: Duration, capacity: Int, now: @escaping @Sendable () -> MonotonicTime,
        _ ask: @escaping Question
    ) {
        self.ask = ask
        self.now = now
        remembered = Remembered(freshFor: fresh, capacity: capacity)
    }

    /// Returns WeCom's answer, from memory or by asking.
    ///
    /// A caller that is cancelled ends the inquiry, so that nothing outlasts our stop; the others begin another.
    func answer(to key: Key) async throws(WeComError) -> Value {
        while true {
            switch remembered.recall(key, at: now()) {
            case .use(let value): return value
            case .fail(let error): throw error
            case .ask: break
            }
            let result = await underWay.run(key) { await self.inquire(key) }
            if let result { return try result.get() }
            if Task.isCancelled { throw .transport(.cancelled) }
        }
    }

    private func inquire(_ key: Key) async -> Result<Value, WeComError> {
        let asked = now()
        do throws(WeComError) {
            let value = try await ask(key)
            remembered.note(value, for: key, at: asked)
            return .success(value)
        } catch {
            if Task.isCancelled || error.isCancellation { return .failure(error) }
            return remembered.note(error, for: key, at: now()).map(Result.success) ?? .failure(error)
        }
    }
}
