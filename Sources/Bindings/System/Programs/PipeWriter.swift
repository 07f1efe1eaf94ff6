internal import CLinux

/// Our end of a pipe that a program reads, watched by a loop; touched on the loop's thread only.
///
/// Writes to a pipe. What that has no room for waits with the writer that brought it, so nothing piles up here.
final class PipeWriter: EventSource {
    private struct Waiting {
        let ticket: UInt64
        let bytes: [UInt8]
        var written = 0
        let waiter: CheckedContinuation<Void, any Error>
    }

    private let loop: EventLoop
    private var descriptor: Descriptor?
    private var token: UInt64 = 0
    private var waiting: [Waiting] = []
    private var isEnding = false

    init(_ descriptor: consuming Descriptor, on loop: EventLoop) {
        self.loop = loop
        self.descriptor = consume descriptor
    }

    func open() throws(SystemError) {
        token = try loop.watch(descriptor!, self)
    }

    func ready(_ events: EventSet) {
        if events.writable { flush() }
    }

    /// Resumes the waiter when the pipe has taken all of the bytes.
    func write(_ bytes: [UInt8], ticket: UInt64, _ waiter: CheckedContinuation<Void, any Error>) {
        guard descriptor != nil, !isEnding else { return waiter.resume(throwing: ProgramInputClosed()) }
        guard !bytes.isEmpty else { return waiter.resume() }
        waiting.append(Waiting(ticket: ticket, bytes: bytes, waiter: waiter))
        if waiting.count == 1 { flush() }
    }

    /// Takes back what has not been begun. Where a part of it is out, nothing sensible can follow: the input ends.
    func cancel(_ ticket: UInt64) {
        guard let index = waiting.firstIndex(where: { $0.ticket == ticket }) else { return }
        let cancelled = waiting.remove(at: index)
        cancelled.waiter.resume(throwing: CancellationError())
        if cancelled.written > 0 { close() }
    }

    /// Ends the input behind what waits.
    func end() {
        isEnding = true
        if waiting.isEmpty { close() }
    }

    private func flush() {
        while let next = waiting.first, let number = descriptor?.number {
            let count = unsafe next.bytes.withUnsafeBytes { bytes in
                unsafe CLinux.write(number, bytes.baseAddress! + next.written, bytes.count - next.written)
            }
            if count < 0 {
                switch clinux_errno() {
                case EAGAIN: return
                case EINTR: continue
                default: return close()
                }
            }
            waiting[0].written += count
            if waiting[0].written == next.bytes.count { waiting.removeFirst().waiter.resume() }
        }
        if isEnding { end() }
    }

    /// Ends the input at once. Those who wait are told.
    func close() {
        guard descriptor != nil else { return }
        loop.unwatch(descriptor!, token)
        descriptor = nil
        let unheard = waiting
        waiting = []
        for one in unheard { one.waiter.resume(throwing: ProgramInputClosed()) }
    }
}

/// The program reads no more, or its input has been closed.
package struct ProgramInputClosed: Error, Equatable, CustomStringConvertible {
    package init() {}
    package var description: String { "the program reads no more" }
}
