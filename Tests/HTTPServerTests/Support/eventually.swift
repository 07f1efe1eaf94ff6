import System

/// Returns as soon as `condition` holds, and throws if it does not within some seconds. Other tasks run in between.
func eventually(_ condition: () async -> Bool) async throws {
    let limit = MonotonicTime.now.advanced(by: .seconds(30))
    while await !condition() {
        guard MonotonicTime.now < limit else { throw RawFailure("what was waited for did not come") }
        await Task.yield()
    }
}
