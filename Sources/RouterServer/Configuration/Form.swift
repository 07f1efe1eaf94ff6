/// The form that the text of a value must have, and the value it then is.
///
/// The complaint of a mismatch goes on after the name of the key ("is 99999: …"). Forms of secrets never repeat the
/// text.
struct Form<Value> {
    enum Fit {
        case fits(Value, warning: String? = nil)
        case mismatch(String)
    }

    /// Stands in for a value that has a fault, which keeps it from being used.
    let placeholder: Value
    let fit: (String) -> Fit
}

/// A value for a message: on one line, quoted where that helps, and short.
func shown(_ text: String) -> String {
    let printable = text.unicodeScalars.prefix(60).map { $0.properties.generalCategory == .control ? "?" : String($0) }
    let short = printable.joined() + (text.unicodeScalars.count > 60 ? "…" : "")
    return short.isEmpty || short.contains(" ") ? "\"\(short)\"" : short
}

extension UInt8 {
    var isASCIIDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    var isASCIILowercase: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) }
    var isASCIIUppercase: Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) }
    var isASCIILetterOrDigit: Bool { isASCIIDigit || isASCIILowercase || isASCIIUppercase }
}

extension String {
    /// Has white space or a control character, which no id, key or URL of ours may.
    var hasBlanks: Bool {
        unicodeScalars.contains { $0.properties.isWhitespace || $0.value < 0x20 || $0.value == 0x7F }
    }
}
