/// A way out to the people behind one app.
package protocol Lane: Sendable {
    /// Tries a delivery once.
    func send(_ delivery: Delivery) async -> SendOutcome
}
