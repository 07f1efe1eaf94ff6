extension Signpost {
    /// Waits for the point, so long at most; whether it is reached then. A cancelled task waits no longer.
    package func isReached(within limit: Duration, by clock: any WorkClock = .steady) async -> Bool {
        await firstOf(wait) { try? await clock.sleep(for: limit) }
        return isReached
    }
}
