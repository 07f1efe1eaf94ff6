/// The reason why a text was refused as a document.
package enum XMLError: Error, Sendable, Equatable {
    /// It declares a document type: nothing WeCom sends does, and every known attack on XML readers begins there.
    case doctype
    /// It has what WeCom never sends; lines and columns begin with 1, and columns are bytes.
    case unwanted(XMLMark, line: Int, column: Int)
    /// It is not well-formed, or not UTF-8; lines and columns begin with 1.
    case malformed(line: Int, column: Int, reason: String)
    case tooDeep(limit: Int)
    case tooManyElements(limit: Int)
    case tooLarge(limit: Int)
}

extension XMLError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .doctype: "the XML declares a document type, which is not accepted"
        case .unwanted(let mark, let line, let column):
            "the XML has \(mark.rawValue) at line \(line), column \(column), which is not accepted"
        case .malformed(let line, let column, let reason): "not XML at line \(line), column \(column): \(reason)"
        case .tooDeep(let limit): "the XML is nested deeper than \(limit)"
        case .tooManyElements(let limit): "the XML has more than \(limit) elements"
        case .tooLarge(let limit): "the XML is larger than \(limit) bytes"
        }
    }
}
