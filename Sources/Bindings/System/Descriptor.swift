internal import CLinux

/// A file descriptor that is closed when its owner lets go of it.
package struct Descriptor: ~Copyable, Sendable {
    let number: Int32

    init(owning number: Int32) { self.number = number }

    deinit { close(number) }
}

/// A refusal of the system's: the call, the error number and its words.
package struct SystemError: Error, Sendable, Equatable, CustomStringConvertible {
    package let call: String
    package let number: Int32

    package init(_ call: String, number: Int32 = clinux_errno()) {
        self.call = call
        self.number = number
    }

    package var description: String { "\(call): \(message)" }

    /// The system's message, as in `Permission denied`.
    package var message: String {
        guard let message = unsafe strerrordesc_np(number) else { return "error \(number)" }
        return unsafe String(cString: message)
    }

    package var isAddressInUse: Bool { number == EADDRINUSE }
    package var isNotPermitted: Bool { number == EACCES || number == EPERM }
    package var isOutOfRoom: Bool { number == ENOSPC || number == EDQUOT }
    package var isNoSuchFile: Bool { number == ENOENT }
    package var isExhausted: Bool { number == EMFILE || number == ENFILE || number == ENOBUFS || number == ENOMEM }
}
