internal import CLinux

/// A connected socket that somebody else has made and we own from now on. Never blocks.
package struct ConnectedSocket: ~Copyable, Sendable {
    private let descriptor: Descriptor

    /// Another descriptor of the socket `number`, which does not end when its owner closes that.
    package init(copying number: Int32) throws(SystemError) {
        let copy = clinux_copy_descriptor(number)
        guard copy >= 0 else { throw SystemError("fcntl") }
        descriptor = Descriptor(owning: copy)
    }

    package var number: Int32 { descriptor.number }

    package enum Read: Sendable {
        case some(Int)
        case nothingYet
        case end
        case failed(SystemError)
    }

    /// Reads what has arrived into `buffer`.
    package borrowing func read(into buffer: UnsafeMutableRawBufferPointer) -> Read {
        while true {
            let count = unsafe recv(descriptor.number, buffer.baseAddress, buffer.count, 0)
            if count > 0 { return .some(count) }
            if count == 0 { return .end }
            switch clinux_errno() {
            case EAGAIN: return .nothingYet
            case EINTR: continue
            default: return .failed(SystemError("recv"))
            }
        }
    }

    package enum Write: Sendable {
        case some(Int)
        case notYet
        case failed(SystemError)
    }

    /// Writes as much of `bytes` from `offset` on as the system takes.
    package borrowing func write(_ bytes: [UInt8], from offset: Int) -> Write {
        while true {
            let count = unsafe bytes.withUnsafeBytes { bytes in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[offset...])
                return unsafe send(descriptor.number, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            }
            if count >= 0 { return .some(count) }
            switch clinux_errno() {
            case EAGAIN: return .notYet
            case EINTR: continue
            default: return .failed(SystemError("send"))
            }
        }
    }
}
