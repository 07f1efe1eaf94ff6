import JSON
import Lifecycle
import Observability

/// Repeats a write until the store takes it: what is known must not be lost to a disk that is full for a while.
///
/// Gives up, with nil, when the store says that it will not take this at all, and when the task is cancelled, which is at
/// the end of our own stop: the next start finds the work undone and does it again. `failures` counts the tries that failed.
func untilStored<Value: Sendable>(
    _ what: String, _ log: Logger, failures: Counter, _ write: () async throws -> Value
) async -> Value? {
    var attempt = 0
    while true {
        do {
            return try await write()
        } catch {
            guard (error as? any StoreError)?.mayPass == true else {
                log.error("\(what) cannot be stored", [.error: .string("\(error)")])
                return nil
            }
            attempt += 1
            failures.increment()
            log.error("\(what) could not be stored yet", [.error: .string("\(error)")])
            guard (try? await Task.sleep(for: patience.delay(afterAttempt: attempt))) != nil else { return nil }
        }
    }
}

private let patience = Backoff(first: .milliseconds(100), longest: .seconds(5))
