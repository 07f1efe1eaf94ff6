import System

extension Serving {
    /// The place where the snapshot in force is found. A swap changes nothing that is under way.
    package final class Current: Sendable {
        private let inForce: Lock<Serving>

        package init(_ serving: Serving) { inForce = Lock(serving) }

        /// The snapshot in force: to be taken once, and held to the end of what it is taken for.
        package var serving: Serving { inForce.withLock { $0 } }

        /// Puts another snapshot in force, whole, and returns the one before. Whoever holds that one goes on with it.
        @discardableResult
        package func swap(to next: Serving) -> Serving {
            inForce.withLock { serving in
                defer { serving = next }
                return serving
            }
        }
    }
}
