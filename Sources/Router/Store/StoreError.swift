package import System

/// An error of a store that says whether the same may work a little later.
package protocol StoreError: Error {
    var mayPass: Bool { get }
}

extension DatabaseUnavailable: StoreError {
    package var mayPass: Bool { self == .full }
}
