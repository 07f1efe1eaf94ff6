internal import CLinux

/// The one who started this process and wants to hear how it is: systemd, or what listens as it does at `NOTIFY_SOCKET`.
package struct Supervisor: Sendable {
    /// A path, or behind an `@` a name that is in no file system.
    private let address: String
    /// The time within which it wants a sign of life each; nil where it waits for none.
    package let watchdog: Duration?

    /// Nil where nobody wants to hear anything.
    package init?(_ environment: [String: String], process: Int32 = Process.id) {
        guard let address = environment["NOTIFY_SOCKET"], let first = address.utf8.first,
            [UInt8(ascii: "/"), UInt8(ascii: "@")].contains(first)
        else { return nil }
        self.address = address
        let isMeant = environment["WATCHDOG_PID"].map { Int32($0) == process } ?? true
        watchdog = isMeant ? environment["WATCHDOG_USEC"].flatMap { Int64($0) }.flatMap(Supervisor.time) : nil
    }

    private static func time(_ microseconds: Int64) -> Duration? {
        (1...Int64.max / 1000).contains(microseconds) ? .microseconds(microseconds) : nil
    }

    package enum News: String, Sendable {
        case ready = "READY=1"
        case stopping = "STOPPING=1"
        case alive = "WATCHDOG=1"
    }

    /// Says it, in one datagram, without waiting. False where nobody hears it.
    @discardableResult
    package func tell(_ news: News) -> Bool {
        let number = socket(AF_UNIX, CLINUX_SOCK_DGRAM | CLINUX_SOCK_FLAGS, 0)
        guard number >= 0 else { return false }
        let descriptor = Descriptor(owning: number)
        let text = Array(news.rawValue.utf8)
        let count = unsafe try? withUnixAddress(of: address) { socketAddress, length in
            unsafe text.withUnsafeBytes { text in
                let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
                return unsafe Int32(
                    sendto(descriptor.number, text.baseAddress, text.count, flags, socketAddress, length))
            }
        }
        return count == Int32(text.count)
    }
}
