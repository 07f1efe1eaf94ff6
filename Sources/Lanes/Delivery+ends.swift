import Router

extension Delivery {
    /// Nothing follows it in the same stream: an answer, or a word of our own that answers a message by itself.
    var ends: Bool { kind == .final || job == nil }
}
