package import System

/// A value that may stand for a `$1` in a statement.
package protocol Bindable {
    /// PostgreSQL's type of it.
    static var type: ColumnType { get }
    /// Adds its binary form to `bytes`; false for NULL.
    func encode(into bytes: inout [UInt8]) -> Bool
}

/// A type of PostgreSQL's, by its number and by that of its array; both have been what they are since it began.
package struct ColumnType: Sendable, Equatable {
    let number: UInt32
    let array: UInt32

    static let boolean = ColumnType(number: 16, array: 1000)
    static let bytes = ColumnType(number: 17, array: 1001)
    static let integer = ColumnType(number: 20, array: 1016)
    static let text = ColumnType(number: 25, array: 1009)
}

extension [UInt8] {
    /// Adds a number as the protocol has it, its highest byte first.
    mutating func append(_ number: some FixedWidthInteger) {
        unsafe Swift.withUnsafeBytes(of: number.bigEndian) { unsafe append(contentsOf: $0) }
    }

    /// Adds a length and, behind it, what `add` adds; -1 where that says that there is nothing.
    fileprivate mutating func appendCounted(_ add: (inout [UInt8]) -> Bool) {
        let start = count
        append(Int32(-1))
        guard add(&self) else { return }
        let length = Int32(count - start - 4)
        for (place, shift) in stride(from: 24, through: 0, by: -8).enumerated() {
            self[start + place] = UInt8(truncatingIfNeeded: length >> shift)
        }
    }
}

extension Int64: Bindable {
    package static var type: ColumnType { .integer }
    package func encode(into bytes: inout [UInt8]) -> Bool {
        bytes.append(self)
        return true
    }
}

extension Int: Bindable {
    package static var type: ColumnType { .integer }
    package func encode(into bytes: inout [UInt8]) -> Bool { Int64(self).encode(into: &bytes) }
}

extension Bool: Bindable {
    package static var type: ColumnType { .boolean }
    package func encode(into bytes: inout [UInt8]) -> Bool {
        bytes.append(self ? UInt8(1) : 0)
        return true
    }
}

/// PostgreSQL's texts hold no NUL: where one holds any, the character that stands for what cannot be shown takes its place.
extension String: Bindable {
    package static var type: ColumnType { .text }
    package func encode(into bytes: inout [UInt8]) -> Bool {
        guard utf8.contains(0) else {
            bytes += utf8
            return true
        }
        for byte in utf8 { if byte == 0 { bytes += "\u{FFFD}".utf8 } else { bytes.append(byte) } }
        return true
    }
}

extension [UInt8]: Bindable {
    package static var type: ColumnType { .bytes }
    package func encode(into bytes: inout [UInt8]) -> Bool {
        bytes += self
        return true
    }
}

/// Milliseconds since 1970, as an integer.
extension Timestamp: Bindable {
    package static var type: ColumnType { .integer }
    package func encode(into bytes: inout [UInt8]) -> Bool { milliseconds.encode(into: &bytes) }
}

extension Optional: Bindable where Wrapped: Bindable {
    package static var type: ColumnType { Wrapped.type }
    package func encode(into bytes: inout [UInt8]) -> Bool { self?.encode(into: &bytes) ?? false }
}

/// An enum of states or a typed number conforms by saying so.
extension Bindable where Self: RawRepresentable, RawValue: Bindable {
    package static var type: ColumnType { RawValue.type }
    package func encode(into bytes: inout [UInt8]) -> Bool { rawValue.encode(into: &bytes) }
}

/// A column of values, one for each row that a statement is about: an array, which `unnest` makes rows of.
package struct Column<Element: Bindable>: Bindable {
    private let elements: [Element]
    package init(_ elements: [Element]) { self.elements = elements }

    package static var type: ColumnType { ColumnType(number: Element.type.array, array: 0) }

    package func encode(into bytes: inout [UInt8]) -> Bool {
        bytes.append(Int32(elements.isEmpty ? 0 : 1))  // dimensions
        bytes.append(Int32(1))  // may hold NULL
        bytes.append(Element.type.number)
        guard !elements.isEmpty else { return true }
        bytes.append(Int32(elements.count))
        bytes.append(Int32(1))  // counted from 1
        for element in elements { bytes.appendCounted { element.encode(into: &$0) } }
        return true
    }
}
