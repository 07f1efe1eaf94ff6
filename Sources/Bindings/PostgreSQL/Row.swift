internal import CLibPQ
package import System

/// A row of a result, lent to the closure that reads it.
///
/// Columns count from 0. A plain accessor on NULL gives 0 or nothing. Where NULL means something, ask for the optional.
@safe package struct Row: ~Copyable {
    private let result: OpaquePointer
    private let number: Int32

    init(_ number: Int32, of result: OpaquePointer) {
        unsafe self.result = result
        self.number = number
    }

    package func isNull(_ column: Int) -> Bool { unsafe PQgetisnull(result, number, Int32(column)) == 1 }

    /// A number of any width, or a boolean as 0 and 1.
    package func int64(_ column: Int) -> Int64 {
        unsafe withBytes(column) { bytes in
            guard let first = unsafe bytes.first else { return 0 }
            // The highest byte has the sign; a boolean has one byte, and none.
            let start: Int64 = bytes.count > 1 && first & 0x80 != 0 ? -1 : 0
            return unsafe bytes.reduce(start) { $0 << 8 | Int64($1) }
        }
    }

    package func int(_ column: Int) -> Int { Int(int64(column)) }

    package func bool(_ column: Int) -> Bool { int64(column) != 0 }

    package func text(_ column: Int) -> String {
        unsafe withBytes(column) { unsafe String(decoding: $0, as: UTF8.self) }
    }

    package func bytes(_ column: Int) -> [UInt8] { unsafe withBytes(column) { unsafe [UInt8]($0) } }

    package func timestamp(_ column: Int) -> Timestamp { Timestamp(milliseconds: int64(column)) }

    private func withBytes<Value>(_ column: Int, _ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        let start = unsafe PQgetvalue(result, number, Int32(column))
        let count = unsafe PQgetlength(result, number, Int32(column))
        return unsafe body(UnsafeRawBufferPointer(start: start, count: Int(count)))
    }
}

extension Row {
    package func optionalInt64(_ column: Int) -> Int64? { isNull(column) ? nil : int64(column) }

    package func optionalInt(_ column: Int) -> Int? { isNull(column) ? nil : int(column) }

    package func optionalBool(_ column: Int) -> Bool? { isNull(column) ? nil : bool(column) }

    package func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }

    package func optionalBytes(_ column: Int) -> [UInt8]? { isNull(column) ? nil : bytes(column) }

    package func optionalTimestamp(_ column: Int) -> Timestamp? { isNull(column) ? nil : timestamp(column) }
}
