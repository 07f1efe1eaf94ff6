/// Addresses with the same beginning: `10.0.0.0/8`, or one of them alone.
package struct IPNetwork: Sendable, Hashable {
    private let address: IPAddress
    private let prefix: Int

    /// Reads an address and perhaps how many of its bits are meant; nil for anything else, and where other bits are set. A
    /// network of addresses of version 4 that are written as version 6 is one of version 4.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = IPAddress(parts[0]) else { return nil }
        let (all, unmapped) = (address.bytes.count * 8, address.canonical)
        guard parts.count == 2 else {
            self.init(unmapped, prefix: unmapped.bytes.count * 8)
            return
        }
        // `Int` would take a sign as well.
        let digits = parts[1].utf8
        guard digits.count <= 3, digits.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }),
            digits.first != UInt8(ascii: "0"), let prefix = Int(parts[1]), prefix <= all
        else { return nil }
        let mapping = all - unmapped.bytes.count * 8
        guard prefix > mapping else { return nil }
        self.init(unmapped, prefix: prefix - mapping)
        guard isBare else { return nil }
    }

    private init(_ address: IPAddress, prefix: Int) {
        self.address = address
        self.prefix = prefix
    }

    package func contains(_ other: IPAddress) -> Bool {
        let other = other.canonical
        return other.bytes.count == address.bytes.count
            && other.bytes.indices.allSatisfy { (other.bytes[$0] ^ address.bytes[$0]) & mask(ofByte: $0) == 0 }
    }

    /// No bit is set behind those that are meant.
    private var isBare: Bool { address.bytes.indices.allSatisfy { address.bytes[$0] & ~mask(ofByte: $0) == 0 } }

    private func mask(ofByte index: Int) -> UInt8 {
        let bits = min(max(prefix - index * 8, 0), 8)
        return bits == 0 ? 0 : 0xFF << UInt8(8 - bits)
    }
}

extension IPNetwork {
    package static let loopback = networks("127.0.0.0/8", "::1")

    /// The addresses that are not routed in the world at large, by both versions' rules for private use and for links.
    package static let `private` = networks(
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "fc00::/7", "fe80::/10")

    private static func networks(_ texts: String...) -> [IPNetwork] {
        texts.map { text in
            guard let network = IPNetwork(text) else { preconditionFailure("\(text) is no network") }
            return network
        }
    }
}
