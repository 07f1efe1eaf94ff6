/// Documents of which each byte becomes as much as it can.
package enum JSONShape: String, CaseIterable, Sendable {
    case zeros, emptyObjects, emptyStrings, smallObjects, nestedArrays, lists, longStrings, names

    /// A JSON array of about so many bytes, or of a few more.
    package func text(ofBytes count: Int) -> [UInt8] { filled("[", "]", ofBytes: count) { $0 + "," } }

    private func filled(
        _ opening: String, _ closing: String, ofBytes count: Int, _ piece: (String) -> String
    ) -> [UInt8] {
        let piece = Array(piece(element).utf8)
        var bytes = Array(opening.utf8)
        bytes.reserveCapacity(count + piece.count + closing.utf8.count)
        while bytes.count < count { bytes += piece }
        bytes.removeLast()
        bytes += Array(closing.utf8)
        return bytes
    }

    private var element: String {
        switch self {
        case .zeros: "0"
        case .emptyObjects: "{}"
        case .emptyStrings: #""""#
        case .smallObjects: #"{"a":1}"#
        case .nestedArrays: String(repeating: "[", count: 58) + String(repeating: "]", count: 58)
        case .lists: "[0]"
        case .longStrings: #""0123456789abcdef""#
        case .names: #"{"0123456789abcdef":0}"#
        }
    }
}
