package import System

/// The port, or the socket at a path, could not be opened; the text says what to do.
package struct CannotListen: Error, CustomStringConvertible {
    package let address: HTTPListener.Address
    package let cause: SystemError

    package init(address: HTTPListener.Address, cause: SystemError) {
        self.address = address
        self.cause = cause
    }

    package var description: String {
        if cause.isAddressInUse {
            return "cannot listen on \(address): another process listens there; \(wayOut)"
        }
        if cause.isNotPermitted, case .host = address {
            return "cannot listen on \(address): not permitted; ports below 1024 need root, choose one above"
        }
        return "cannot listen on \(address): \(cause.message)"
    }

    private var wayOut: String {
        switch address {
        case .host: "end it or choose another port"
        case .path: "end it, or give each store a directory of its own"
        }
    }
}
