/// All addresses that begin alike: a network, or one address.
package struct IPNetwork: Hashable, Sendable {
    private let address: IPAddress
    private let bits: Int

    /// Reads `10.0.0.0/8`, `2001:db8::/32`, or an address alone.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = IPAddress(parts[0]) else { return nil }
        let most = address.bytes.count * 8
        let bits = parts.count == 1 ? most : Int(parts[1]) ?? -1
        guard (0...most).contains(bits) else { return nil }
        self.init(address, bits: bits)
    }

    package init(_ address: IPAddress, bits: Int) {
        let bits = min(bits, address.bytes.count * 8)
        var bytes = address.bytes
        for index in bytes.indices {
            let kept = min(max(bits - index * 8, 0), 8)
            bytes[index] &= UInt8(truncatingIfNeeded: 0xFF00 >> kept)
        }
        self.address = IPAddress(bytes: bytes) ?? address
        self.bits = bits
    }

    package func contains(_ other: IPAddress) -> Bool {
        guard other.bytes.count == address.bytes.count else { return false }
        let whole = bits / 8
        guard other.bytes[..<whole] == address.bytes[..<whole] else { return false }
        let rest = bits % 8
        return rest == 0 || (other.bytes[whole] ^ address.bytes[whole]) >> (8 - rest) == 0
    }

    package static let loopback = [IPNetwork(v4: 127, 0, bits: 8)] + v6("::1/128")
    /// What no address in the world at large is routed to, by both versions' rules for private use and for links.
    package static let `private` =
        [
            IPNetwork(v4: 10, 0, bits: 8), IPNetwork(v4: 172, 16, bits: 12), IPNetwork(v4: 192, 168, bits: 16),
            IPNetwork(v4: 169, 254, bits: 16), IPNetwork(v4: 100, 64, bits: 10),
        ] + v6("fc00::/7", "fe80::/10")

    private init(v4 first: UInt8, _ second: UInt8, bits: Int) {
        guard let address = IPAddress(bytes: [first, second, 0, 0]) else {
            preconditionFailure("four bytes are an address")
        }
        self.init(address, bits: bits)
    }

    private static func v6(_ texts: String...) -> [IPNetwork] { texts.compactMap { IPNetwork($0) } }
}

extension IPNetwork: CustomStringConvertible {
    package var description: String { "\(address)/\(bits)" }
}

extension IPAddress: CustomStringConvertible {
    package var description: String {
        if bytes.count == 4 { return bytes.map(String.init).joined(separator: ".") }
        return stride(from: 0, to: 16, by: 2)
            .map { String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16) }.joined(separator: ":")
    }
}
