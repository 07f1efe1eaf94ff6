extension Signpost {
    /// Waits for the point, so long at most; whether it is reached then. A cancelled task waits no longer.
    package func isReached(within limit: Duration) async -> Bool {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait() }
            group.addTask { try? await Task.sleep(for: limit) }
            await group.next()
            group.cancelAll()
        }
        return isReached
    }
}
