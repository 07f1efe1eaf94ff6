extension Unicode.Scalar {
    var isPunctuation: Bool {
        if isASCII { return UInt8(value).isASCIIPunctuation }
        return switch properties.generalCategory {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation, .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol:
            true
        default: false
        }
    }
}

/// The scalar that ends before `position`.
func scalar(before position: Int, in bytes: [UInt8]) -> Unicode.Scalar? {
    var start = position - 1
    while start > 0, start > position - 4, bytes[start] & 0xC0 == 0x80 { start -= 1 }
    return start < 0 ? nil : bytes[start..<position].text.unicodeScalars.first
}

/// The scalar that begins at `position`.
func scalar(at position: Int, in bytes: [UInt8]) -> Unicode.Scalar? {
    bytes[min(position, bytes.count)..<min(position + 4, bytes.count)].text.unicodeScalars.first
}
