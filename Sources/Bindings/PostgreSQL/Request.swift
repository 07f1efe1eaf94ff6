internal import System

/// Something that a body is about, so that those which share a transaction take their locks in one order.
package struct Subject: Sendable, Hashable, Comparable {
    package let kind: Int
    package let number: Int64

    package init(kind: Int, number: Int64) {
        self.kind = kind
        self.number = number
    }

    package static func < (a: Subject, b: Subject) -> Bool { (a.kind, a.number) < (b.kind, b.number) }
}

/// A body that a caller has handed to a thread, and the caller who waits for its result.
protocol Request: Sendable {
    /// Its caller waits no longer.
    var deadline: MonotonicTime { get }
    /// nil for one that has its transaction to itself.
    var subject: Subject? { get }
    /// The work that it shares with others like it, if they are done at once.
    var gathering: AnyObject? { get }
    /// It hears nothing before it has sent all, so that the server makes one transaction of it by itself, and does no harm when it is
    /// done twice.
    var isRepeatable: Bool { get }

    /// Runs the body and keeps what came of it.
    func perform(on connection: borrowing Connection) throws

    /// The same with others of its gathering.
    func perform(with others: [any Request], on connection: borrowing Connection) throws

    /// Lets the caller go on: with `failure`, else with the value.
    func answer(failure: (any Error)?)
}

extension Request {
    var isRepeatable: Bool { false }

    func perform(with others: [any Request], on connection: borrowing Connection) throws {
        preconditionFailure("only what is gathered is done together")
    }
}

/// A body has shown that it works, and is taken back.
struct Rehearsed: Error {}

/// Belongs to the caller until it is queued, and to the serving thread from then on.
final class PendingRequest<Value: Sendable>: Request, @unchecked Sendable {
    let deadline: MonotonicTime
    let subject: Subject?
    let isRepeatable: Bool
    var gathering: AnyObject? { nil }
    private let body: @Sendable (borrowing Connection) throws -> Value
    private let caller: CheckedContinuation<Value, any Error>
    private var value: Value?

    init(
        _ body: @escaping @Sendable (borrowing Connection) throws -> Value, about subject: Subject?,
        isRepeatable: Bool = false, until deadline: MonotonicTime, for caller: CheckedContinuation<Value, any Error>
    ) {
        self.body = body
        self.subject = subject
        self.isRepeatable = isRepeatable
        self.deadline = deadline
        self.caller = caller
    }

    func perform(on connection: borrowing Connection) throws { value = try body(connection) }

    func answer(failure: (any Error)?) {
        if let failure { return caller.resume(throwing: failure) }
        guard let value else { preconditionFailure("a request is answered after it was performed or has failed") }
        caller.resume(returning: value)
    }
}

/// Items that are worked on together, as many as have gathered: one transaction, and few round trips.
package final class Gathering<Item: Sendable, Value: Sendable>: Sendable {
    let body: @Sendable ([Item], borrowing Connection) throws -> [Value]

    /// `body` gives a value for each item, in their order, or throws and has done nothing; it is then asked about each alone.
    package init(_ body: @escaping @Sendable ([Item], borrowing Connection) throws -> [Value]) { self.body = body }
}

/// The same of an item.
final class GatheredRequest<Item: Sendable, Value: Sendable>: Request, @unchecked Sendable {
    let deadline: MonotonicTime
    var subject: Subject? { nil }
    var gathering: AnyObject? { all }
    private let all: Gathering<Item, Value>
    private let item: Item
    private let caller: CheckedContinuation<Value, any Error>
    private var value: Value?

    init(
        _ item: Item, of all: Gathering<Item, Value>, until deadline: MonotonicTime,
        for caller: CheckedContinuation<Value, any Error>
    ) {
        self.item = item
        self.all = all
        self.deadline = deadline
        self.caller = caller
    }

    func perform(on connection: borrowing Connection) throws { try perform(with: [self], on: connection) }

    func perform(with others: [any Request], on connection: borrowing Connection) throws {
        let mine = others.compactMap { $0 as? GatheredRequest<Item, Value> }
        let values = try all.body(mine.map(\.item), connection)
        for (request, value) in zip(mine, values) { request.value = value }
    }

    func answer(failure: (any Error)?) {
        if let failure { return caller.resume(throwing: failure) }
        guard let value else { preconditionFailure("a request is answered after it was performed or has failed") }
        caller.resume(returning: value)
    }
}
