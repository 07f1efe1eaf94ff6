/// Runs several things side by side and returns what the first to end returns. The others are cancelled, and waited for: each
/// has to end soon when its task is cancelled. When the caller is cancelled all are.
///
/// For points it reads `await firstOf(ended.wait, stopped.wait)`. Inside `throughCancellation` it waits for one of them to
/// come about, whatever becomes of the caller.
@discardableResult
package func firstOf<Value: Sendable>(
    _ first: @escaping @Sendable () async -> Value, _ others: (@Sendable () async -> Value)...
) async -> Value {
    await withTaskGroup(of: Value.self) { group in
        group.addTask { await first() }
        for other in others { group.addTask { await other() } }
        defer { group.cancelAll() }
        guard let value = await group.next() else { preconditionFailure("a group that has tasks has a next one") }
        return value
    }
}
