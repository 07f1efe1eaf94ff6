package import Observability

/// The condition of a store, as it tells it: to `/ready`, which tells whether messages are accepted, and to whoever closes it.
package protocol StoreCondition: Sendable {
    /// The reasons why no message is accepted, each in words for people; empty while they are.
    var complaints: [String] { get }

    /// Remarks on how the store is kept, each with what to do about it: no reason to accept no messages. As `inspect` found them last.
    var warnings: [String] { get }

    /// Looks for such anew.
    func inspect() async

    /// False while what is stored cannot be reached yet, as on a full disk. The store goes on trying by itself.
    var isOpen: Bool { get }

    /// True while something is known to fail of which only another try can tell that it works again.
    var awaitsRehearsal: Bool { get }

    /// Tries whether messages can be accepted, leaves nothing behind, and lets `complaints` tell what came of it.
    func rehearse() async

    /// Problems in what is stored; none in a sound store. Reads all of it, and ends early when the store is closed.
    func findDamage() async throws -> [String]

    /// Makes durable what waits and lets go of everything. Whatever is asked for afterwards is refused.
    func close() async
}

/// A file is kept as it is.
extension StoreCondition {
    package var warnings: [String] { [] }
    package func inspect() async {}
}

/// A store that counts and measures.
package protocol MeasuredStore: Sendable {
    /// Adds its metrics to `metrics`, which reads them for each page. Once.
    func describe(in metrics: Metrics)
}
