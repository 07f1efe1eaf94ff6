internal import CLinux

/// A descriptor that a C library owns, watched by a loop for as long as this value lives: it has to go before the library
/// closes the descriptor.
///
/// Unlike our own, it is watched level-triggered: its source hears of it again for as long as it is ready, so that it
/// need not go on until it would block. Its source hears of a broken connection whatever it is watched for.
package struct LentDescriptor: ~Copyable {
    private let number: Int32
    private let token: UInt64
    private let loop: EventLoop
    package private(set) var interest: Interest

    /// The readiness that a descriptor is watched for.
    package struct Interest: OptionSet, Sendable {
        package let rawValue: Int
        package init(rawValue: Int) { self.rawValue = rawValue }

        package static let reading = Interest(rawValue: 1)
        package static let writing = Interest(rawValue: 2)

        fileprivate var events: UInt32 {
            (contains(.reading) ? CLINUX_EPOLLIN | CLINUX_EPOLLRDHUP : 0) | (contains(.writing) ? CLINUX_EPOLLOUT : 0)
        }
    }

    /// Call on the loop's thread.
    package init(
        _ number: Int32, for interest: Interest, on loop: EventLoop, _ source: any EventSource
    ) throws(SystemError) {
        token = try loop.watch(number, events: interest.events, source)
        self.number = number
        self.loop = loop
        self.interest = interest
    }

    deinit { loop.unwatch(number, token) }

    package mutating func watch(for interest: Interest) {
        guard interest != self.interest else { return }
        self.interest = interest
        loop.change(number, to: interest.events, token)
    }
}
