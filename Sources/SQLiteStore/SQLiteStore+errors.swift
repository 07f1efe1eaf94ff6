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

/// It may come back: nothing is lost of what waits for it.
extension FileDisplaced: StoreError {
    package var mayPass: Bool { true }
}
