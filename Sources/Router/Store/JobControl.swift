package import System

/// An operator's changes to jobs and deliveries. Each is one transaction, with its line in the job's time line.
package protocol JobControl: Sendable {
    /// Cancels a job that waits; has one that runs stopped by its worker. The user is told so by `notice`. Throws
    /// `ControlRefusal` where there is nothing to cancel.
    func cancel(_ job: JobID, why: String, notice: String, at now: Timestamp) async throws -> CancelResult

    /// Makes a new job of the messages of one that failed or was cancelled, behind whatever waits in its conversation. A job
    /// is retried once; after that, its retry is.
    func retry(_ job: JobID, at now: Timestamp) async throws -> JobID

    /// Sends anew a delivery that failed, and the later parts of the same reply that failed with it, in order. Each is
    /// replayed once; after that, its replay is.
    func replay(_ delivery: DeliveryID, at now: Timestamp) async throws -> [DeliveryID]
}

package enum CancelResult: String, Sendable, Equatable {
    case cancelled
    /// It runs, and its worker has been told.
    case stopping
}

/// The reason why an operator's request is refused; nothing was changed.
package enum ControlRefusal: Error, Sendable, Equatable, CustomStringConvertible {
    case unknown(String)
    case notNow(String)

    package var description: String {
        switch self {
        case .unknown(let id): "there is no \(id)"
        case .notNow(let reason): reason
        }
    }
}
