extension IPAddress {
    /// It belongs to somebody in the world: to no loopback, link, private or shared network, and to no group.
    package var isPublic: Bool {
        if bytes.count == 4 { return IPAddress.isPublic(v4: bytes[...]) }
        if let inner = embedded { return IPAddress.isPublic(v4: inner) }
        // All that is given out to anybody lies within 2000::/3; and what lies in 2001::/32 stands for another address.
        return bytes[0] & 0xE0 == 0x20 && bytes[..<4] != [0x20, 0x01, 0, 0]
    }

    /// The same address where one of version 6 only stands for one of version 4, as `::ffff:10.0.0.1` does.
    package var canonical: IPAddress {
        let mapped = bytes.count == 16 && bytes[..<10].allSatisfy { $0 == 0 } && bytes[10..<12] == [0xFF, 0xFF]
        return mapped ? IPAddress(bytes: Array(bytes[12...])) ?? self : self
    }

    private static func isPublic(v4 bytes: ArraySlice<UInt8>) -> Bool {
        let (first, second, third) = (bytes[bytes.startIndex], bytes[bytes.startIndex + 1], bytes[bytes.startIndex + 2])
        return switch (first, second) {
        case (0, _), (10, _), (127, _), (169, 254), (172, 16...31), (192, 168), (198, 18...19), (224..., _): false
        // Shared by a provider's customers: clouds have their metadata there, too.
        case (100, 64...127): false
        case (192, 0): third != 0
        default: true
        }
    }

    /// The address of version 4 that one of version 6 is translated or tunnelled to.
    private var embedded: ArraySlice<UInt8>? {
        // 2002::/16.
        if bytes[..<2] == [0x20, 0x02] { return bytes[2..<6] }
        // Compatible, mapped, and mapped for translation: ::/96, ::ffff:0:0/96, ::ffff:0:0:0/96.
        if bytes[..<8].allSatisfy({ $0 == 0 }) { return bytes[12...] }
        // 64:ff9b::/96. What is behind 64:ff9b:1::/48 is a network's own affair.
        if bytes[..<12] == [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0] { return bytes[12...] }
        // Within any network, `…:0:5efe:10.0.0.1` is reached through 10.0.0.1.
        if bytes[8] & 0xFD == 0, bytes[9..<12] == [0, 0x5E, 0xFE] { return bytes[12...] }
        return nil
    }
}
