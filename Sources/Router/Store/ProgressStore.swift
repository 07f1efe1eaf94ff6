package import System

/// The part of a running turn that processes can see in which it does not run. Nothing hangs on it: it may be late, and be lost.
package protocol ProgressStore: Sendable {
    /// Writes down how far turns have come, each in the place of what was there. What was told under a later lease stays.
    func tell(_ progress: [Lease: ToldProgress], at now: Timestamp) async throws

    /// Forgets what was told under these leases.
    func forgetProgress(of leases: [Lease]) async throws
}

/// A running turn as others see it.
package struct ToldProgress: Sendable, Equatable {
    /// The last that its agent told of where it stands.
    package let line: String?
    /// The part of its answer that people see, where that shows while it is written.
    package let shown: String?

    package init(line: String?, shown: String?) { (self.line, self.shown) = (line, shown) }

    var isEmpty: Bool { line == nil && shown?.isEmpty ?? true }
}
