internal import CLibPQ

/// The values of one statement in their binary form.
@safe struct Parameters {
    /// Begins with a byte that is nobody's: a value of no bytes needs an address, too, or it would be NULL.
    private var bytes: [UInt8] = [0]
    /// The first byte of each in `bytes`; nil for NULL.
    private var starts: [Int?] = []
    private var lengths: [Int32] = []
    private(set) var types: [UInt32] = []

    init<each Value: Bindable>(_ values: repeat each Value) { for value in repeat each values { add(value) } }

    init(all values: [any Bindable]) { for value in values { add(value) } }

    private mutating func add<Value: Bindable>(_ value: Value) {
        let start = bytes.count
        starts.append(value.encode(into: &bytes) ? start : nil)
        lengths.append(Int32(bytes.count - start))
        types.append(Value.type.number)
    }

    var count: Int32 { Int32(starts.count) }

    /// Lends the values as libpq takes them.
    func withPointers<Result>(
        _ body: (
            _ values: UnsafePointer<UnsafePointer<CChar>?>?, _ lengths: UnsafePointer<Int32>?,
            _ formats: UnsafePointer<Int32>?
        ) -> Result
    ) -> Result {
        let formats = [Int32](repeating: 1, count: starts.count)
        return unsafe bytes.withUnsafeBytes { bytes in
            let base = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            let values = unsafe starts.map { start in
                unsafe start.flatMap { start in unsafe base.map { unsafe $0 + start } }
            }
            return unsafe values.withUnsafeBufferPointer { values in
                unsafe lengths.withUnsafeBufferPointer { lengths in
                    unsafe formats.withUnsafeBufferPointer { formats in
                        unsafe body(values.baseAddress, lengths.baseAddress, formats.baseAddress)
                    }
                }
            }
        }
    }
}
