import System

/// The counts of a run of traffic, and the latencies of what counts.
package struct TrafficFigures: Sendable {
    /// Messages that were to be said.
    package var said = 0
    /// Those among them for which a person would have had to say two things at once.
    package var heldBack = 0
    package var acknowledged = 0
    package var answered = 0
    /// Callbacks that were answered with something else than 200, or not at all.
    package var refused = 0
    /// Messages that were acknowledged, and not answered in time.
    package var unanswered = 0
    /// The first reason why a callback was refused.
    package var trouble: String?

    /// From when a message was due until its callback was acknowledged.
    package var toAcknowledgement = LatencyHistogram()
    /// Until somebody saw an answer.
    package var toAnswer = LatencyHistogram()
    /// The time in which what counts was said, until the last of it was acknowledged, and answered.
    package var acknowledgedWithin = Duration.zero
    package var answeredWithin = Duration.zero

    package init() {}

    package var acknowledgedPerSecond: Double { perSecond(toAcknowledgement.count, acknowledgedWithin) }
    package var answeredPerSecond: Double { perSecond(toAnswer.count, answeredWithin) }

    private func perSecond(_ count: UInt64, _ time: Duration) -> Double {
        time > .zero ? Double(count) * 1e9 / Double(time.inNanoseconds) : 0
    }
}
