/// The state of a delivery. `docs/job-states.md` draws the moves.
package enum DeliveryState: String, Sendable, CaseIterable {
    case pending, sending, sent, failed, dropped
}
