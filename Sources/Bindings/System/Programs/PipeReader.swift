internal import CLinux

/// Our end of a pipe that a program writes, watched by a loop; touched on the loop's thread only.
final class PipeReader: EventSource {
    private let loop: EventLoop
    private var descriptor: Descriptor?
    private var token: UInt64 = 0
    private var canRead = true
    private var onReadable: () -> Void = {}

    init(_ descriptor: consuming Descriptor, on loop: EventLoop) {
        self.loop = loop
        self.descriptor = consume descriptor
    }

    /// From now on `onReadable` is called when there may be something to read, the end included.
    func open(_ onReadable: @escaping () -> Void) throws(SystemError) {
        self.onReadable = onReadable
        token = try loop.watch(descriptor!, self)
    }

    func ready(_ events: EventSet) {
        guard events.readable else { return }
        canRead = true
        onReadable()
    }

    enum Read: Equatable {
        case some
        case nothingYet
        case end
    }

    /// Appends what is there, 64 KiB at most.
    func read(into bytes: inout [UInt8]) -> Read {
        guard let number = descriptor?.number else { return .end }
        while canRead {
            let count = unsafe CLinux.read(number, loop.scratch.baseAddress, loop.scratch.count)
            if count > 0 {
                unsafe bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: loop.scratch[..<count]))
                return .some
            }
            switch clinux_errno() {
            case EINTR where count < 0: continue
            case EAGAIN where count < 0: canRead = false
            default:
                close()
                return .end
            }
        }
        return .nothingYet
    }

    /// Appends all that the pipe holds, up to about so many bytes, and lets go of it. The loop may not have told of it yet: the end
    /// of who wrote it can be heard of before.
    func finish(into bytes: inout [UInt8], atMost limit: Int) {
        canRead = true
        while bytes.count < limit, read(into: &bytes) == .some {}
        close()
    }

    func close() {
        guard descriptor != nil else { return }
        loop.unwatch(descriptor!, token)
        descriptor = nil
    }
}
