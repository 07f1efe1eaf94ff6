package import System

/// The port could not be opened; the text says what to do.
package struct CannotListen: Error, CustomStringConvertible {
    package let host: String
    package let port: Int
    package let cause: SystemError

    package var description: String {
        if cause.isAddressInUse {
            return "cannot listen on \(host):\(port): another process listens there; end it or choose another port"
        }
        if cause.isNotPermitted {
            return "cannot listen on \(host):\(port): not permitted; ports below 1024 need root, choose one above"
        }
        return "cannot listen on \(host):\(port): \(cause.words)"
    }
}
