internal import CSQLite
package import System

/// A value that may stand for a `?1` in a statement.
package protocol Bindable {
    /// Puts the value there, through one of the parameter's methods.
    func bind(to parameter: Parameter) -> Parameter.Bound
}

/// The place of one value in a statement that is about to run.
@safe package struct Parameter {
    /// SQLite's result of one binding.
    package struct Bound { let code: Int32 }

    let statement: OpaquePointer
    let index: Int32

    package func set(_ value: Int64) -> Bound { unsafe Bound(code: sqlite3_bind_int64(statement, index, value)) }

    package func set(_ value: String) -> Bound {
        var value = value
        return value.withUTF8 { text in
            unsafe Bound(code: csqlite_bind_text(statement, index, text.baseAddress, UInt64(text.count)))
        }
    }

    package func set(_ value: [UInt8]) -> Bound {
        unsafe value.withUnsafeBytes { bytes in
            unsafe Bound(code: csqlite_bind_blob(statement, index, bytes.baseAddress, UInt64(bytes.count)))
        }
    }

    package func setNull() -> Bound { unsafe Bound(code: sqlite3_bind_null(statement, index)) }
}

extension Int64: Bindable {
    package func bind(to parameter: Parameter) -> Parameter.Bound { parameter.set(self) }
}

extension Int: Bindable {
    package func bind(to parameter: Parameter) -> Parameter.Bound { parameter.set(Int64(self)) }
}

extension Bool: Bindable {
    package func bind(to parameter: Parameter) -> Parameter.Bound { parameter.set(self ? 1 : 0) }
}

extension String: Bindable {
    package func bind(to parameter: Parameter) -> Parameter.Bound { parameter.set(self) }
}

extension [UInt8]: Bindable {
    package func bind(to parameter: Parameter) -> Parameter.Bound { parameter.set(self) }
}

/// Milliseconds since 1970, as an integer.
extension Timestamp: Bindable {
    package func bind(to parameter: Parameter) -> Parameter.Bound { parameter.set(milliseconds) }
}

extension Optional: Bindable where Wrapped: Bindable {
    package func bind(to parameter: Parameter) -> Parameter.Bound {
        switch self {
        case .some(let value): value.bind(to: parameter)
        case .none: parameter.setNull()
        }
    }
}

/// An enum of states or a typed number conforms by saying so.
extension Bindable where Self: RawRepresentable, RawValue: Bindable {
    package func bind(to parameter: Parameter) -> Parameter.Bound { rawValue.bind(to: parameter) }
}
