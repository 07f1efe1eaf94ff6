/// Runs `body`, then `end`, also where `body` throws or is cancelled. Of two errors that of `body` is thrown: it came first.
package func attempt<Value>(
    _ body: () async throws -> Value, finally end: () async throws -> Void
) async throws -> Value {
    let value: Value
    do {
        value = try await body()
    } catch {
        try? await end()
        throw error
    }
    try await end()
    return value
}
