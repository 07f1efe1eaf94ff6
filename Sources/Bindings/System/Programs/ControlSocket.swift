internal import CLinux

/// The router's end of the line to the spawner: whole messages, watched by a loop, touched on the loop's thread only.
final class ControlSocket: EventSource {
    private struct Outgoing {
        let bytes: [UInt8]
        let streams: PassedStreams?
    }

    private let loop: EventLoop
    private var descriptor: Descriptor?
    private var token: UInt64 = 0
    private var outbox: [Outgoing] = []
    private let onNotice: (SpawnerNotice) -> Void
    private let onEnd: () -> Void

    init(
        _ descriptor: consuming Descriptor, on loop: EventLoop,
        onNotice: @escaping (SpawnerNotice) -> Void, onEnd: @escaping () -> Void
    ) {
        self.loop = loop
        self.descriptor = consume descriptor
        self.onNotice = onNotice
        self.onEnd = onEnd
    }

    func open() throws(SystemError) {
        token = try loop.watch(descriptor!, self)
    }

    func ready(_ events: EventSet) {
        if events.writable { flush() }
        if events.readable { receive() }
    }

    /// Sends a message as soon as there is room; the streams are let go then. What is said to a spawner that has died is
    /// lost, and its end is heard soon.
    func send(_ order: SpawnerOrder, with streams: PassedStreams? = nil) {
        outbox.append(Outgoing(bytes: order.bytes, streams: streams))
        flush()
    }

    private func flush() {
        guard let number = descriptor?.number else { return }
        while let next = outbox.first {
            let count = unsafe clinux_send(number, next.bytes, next.bytes.count, next.streams?.numbers)
            if count < 0, clinux_errno() == EAGAIN { return }
            if count < 0, clinux_errno() == EINTR { continue }
            outbox.removeFirst()
        }
    }

    private func receive() {
        var bytes = [UInt8](repeating: 0, count: SpawnerWire.longestNotice)
        var streams = [Int32](repeating: -1, count: 3)
        while let number = descriptor?.number {
            let count = unsafe clinux_receive(number, &bytes, bytes.count, &streams)
            if count < 0, clinux_errno() == EAGAIN { return }
            if count < 0, clinux_errno() == EINTR { continue }
            guard count > 0, let notice = SpawnerNotice(Array(bytes.prefix(count))) else { return onEnd() }
            onNotice(notice)
        }
    }

    /// Tells the spawner that no more comes, which ends it.
    func hangUp() {
        outbox = []
        if let number = descriptor?.number { shutdown(number, Int32(SHUT_WR)) }
    }

    func close() {
        guard descriptor != nil else { return }
        loop.unwatch(descriptor!, token)
        descriptor = nil
        outbox = []
    }
}
