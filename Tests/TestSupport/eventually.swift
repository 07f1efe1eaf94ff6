import System

/// Returns as soon as `condition` holds, and throws if it does not within most of a minute: on a loaded machine little takes less.
package func eventually(_ condition: () async throws -> Bool) async throws {
    let limit = MonotonicTime.now.advanced(by: .seconds(50))
    while try await !condition() {
        guard MonotonicTime.now < limit else { throw Unexpected("what was waited for did not come") }
        try Task.checkCancellation()
        await beforeLookingAgain()
    }
}

/// A moment in which others go on: the program's own tasks, and other processes, which two cores full of loops that only yield would starve.
package func beforeLookingAgain() async {
    await Task.yield()
    try? await Task.sleep(for: .milliseconds(2))
}
