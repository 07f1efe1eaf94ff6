/// A body that a caller has handed to a thread, and the caller who waits for its result.
protocol Request: Sendable {
    var place: RequestPlace { get }

    /// Runs the body and keeps what came of it; the error it threw.
    func perform(on connection: borrowing Connection) -> (any Error)?

    /// Lets the caller go on: with the body's own error, else with `failure`, else with the body's value.
    func answer(failure: (any Error)?)
}

/// The place where a body may be written.
enum RequestPlace: Sendable {
    /// In the file wherever that has gone: the body ends something that has begun.
    case anywhere
    /// Only in a file to which its path leads.
    case inPlace
}

/// A body has shown that it works, and is taken back.
struct Rehearsed: Error {}

/// Belongs to the caller until it is queued, and to the serving thread from then on.
final class PendingRequest<Value: Sendable>: Request, @unchecked Sendable {
    let place: RequestPlace
    private let body: @Sendable (borrowing Connection) throws -> Value
    private let caller: CheckedContinuation<Value, any Error>
    private var result: Result<Value, any Error>?

    init(
        _ body: @escaping @Sendable (borrowing Connection) throws -> Value, _ place: RequestPlace,
        for caller: CheckedContinuation<Value, any Error>
    ) {
        self.place = place
        self.body = body
        self.caller = caller
    }

    func perform(on connection: borrowing Connection) -> (any Error)? {
        do {
            result = .success(try body(connection))
            return nil
        } catch {
            result = .failure(error)
            return error
        }
    }

    func answer(failure: (any Error)?) {
        switch (result, failure) {
        case (.failure(let own), _): caller.resume(throwing: own)
        case (_, .some(let failure)): caller.resume(throwing: failure)
        case (.success(let value), nil): caller.resume(returning: value)
        case (nil, nil): preconditionFailure("a request is answered after it was performed or has failed")
        }
    }
}
