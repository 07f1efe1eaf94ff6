import System

/// Returns as soon as `condition` holds, and throws if it does not within most of a minute: on a loaded machine little takes less. Other tasks run in
/// between.
package func eventually(_ condition: () async throws -> Bool) async throws {
    let limit = MonotonicTime.now.advanced(by: .seconds(50))
    while try await !condition() {
        guard MonotonicTime.now < limit else { throw Unexpected("what was waited for did not come") }
        try Task.checkCancellation()
        await Task.yield()
    }
}
