/// Decodes `%41` to `A`, once. A `%` that no two hex digits follow is kept as it stands.
@inlinable package func percentDecodedBytes(_ bytes: some Collection<UInt8>) -> [UInt8] {
    guard bytes.contains(0x25) else { return Array(bytes) }
    var decoded: [UInt8] = []
    decoded.reserveCapacity(bytes.count)
    var index = bytes.startIndex
    while index != bytes.endIndex {
        let byte = bytes[index]
        index = bytes.index(after: index)
        guard byte == 0x25, let escaped = bytes[index...].leadingHexByte else {
            decoded.append(byte)
            continue
        }
        decoded.append(escaped)
        index = bytes.index(index, offsetBy: 2)
    }
    return decoded
}

/// The same, as text; what is no UTF-8 then is replaced by U+FFFD.
@inlinable package func percentDecoded(_ bytes: some Collection<UInt8>) -> String {
    String(decoding: percentDecodedBytes(bytes), as: UTF8.self)
}

/// Escapes all but RFC 3986's unreserved characters, so that the result may stand anywhere in a URL.
package func percentEncoded(_ text: some StringProtocol) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var encoded: [UInt8] = []
    for byte in text.utf8 {
        if byte.isWordByte || "-._~".utf8.contains(byte) {
            encoded.append(byte)
        } else {
            encoded += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }
    return String(decoding: encoded, as: UTF8.self)
}
