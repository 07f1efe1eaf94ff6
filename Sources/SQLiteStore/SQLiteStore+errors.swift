import Router
package import SQLite

extension SQLiteError: StoreError {
    package var mayPass: Bool {
        switch kind {
        case .busy, .full, .ioError, .cannotOpen: true
        case .readOnly, .corrupt, .notADatabase, .constraint, .interrupted, .other: false
        }
    }
}

extension DatabaseUnavailable: StoreError {
    package var mayPass: Bool { self == .full }
}
