/// Runs `body` to its end, whatever becomes of the task that waits for it: for what has to come about although its caller is
/// cancelled, such as a last write, or the wait for something that was told to stop. `body` has to end by itself.
package func throughCancellation<Value: Sendable, Failure: Error>(
    _ body: @escaping @Sendable () async throws(Failure) -> Value
) async throws(Failure) -> Value {
    // No child: a child is cancelled with its parent, which is what must not happen here.
    let task = Task { () async -> Result<Value, Failure> in
        do throws(Failure) { return .success(try await body()) } catch { return .failure(error) }
    }
    return try await task.value.get()
}
