import Router

extension Delivery {
    /// True if it ends its stream: an answer, or a notice of our own that answers a message by itself.
    var ends: Bool { kind == .final || job == nil }
}
