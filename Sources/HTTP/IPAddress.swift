/// An IP address, of either version.
package struct IPAddress: Hashable, Sendable {
    /// Four of them, or sixteen.
    package let bytes: [UInt8]

    /// Takes four bytes or sixteen; an address of version 4 that is mapped into version 6 is the one it stands for.
    package init?(bytes: [UInt8]) {
        switch bytes.count {
        case 4: self.bytes = bytes
        case 16: self.bytes = bytes[..<12] == IPAddress.mapped[...] ? Array(bytes[12...]) : bytes
        default: return nil
        }
    }

    private static let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]

    /// Reads four decimal numbers, or an address of version 6 with or without brackets.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count <= 64 else { return nil }
        let text = text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : String(text)
        if text.utf8.contains(UInt8(ascii: ":")) {
            guard let address = IPAddress(v6: text) else { return nil }
            self.init(bytes: address.bytes)
        } else {
            guard text.utf8.count(where: { $0 == UInt8(ascii: ".") }) == 3 else { return nil }
            self.init(v4: text)
        }
    }

    /// Whether a name is none but a number, and so an address if it is anything.
    package static func looksLikeV4(_ host: String) -> Bool {
        let last = host.split(separator: ".").last ?? ""
        return last.allSatisfy(\.isNumber) || last.hasPrefix("0x") && last.dropFirst(2).allSatisfy(\.isHexDigit)
    }

    /// In all the spellings that resolvers take: `127.0.0.1`, `127.1`, `0x7f000001`, `017700000001`.
    package init?(v4 text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { IPAddress.number(String($0)) }
        guard (1...4).contains(parts.count) else { return nil }
        var value: UInt64 = 0
        for (index, part) in parts.enumerated() {
            // The last one has all bytes that are left.
            let bits = index == parts.count - 1 ? 8 * (5 - UInt64(parts.count)) : 8
            guard let part, part < 1 << bits else { return nil }
            value = value << bits | part
        }
        bytes = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    private static func number(_ text: String) -> UInt64? {
        guard let first = text.first, first.isNumber else { return nil }
        if text.hasPrefix("0x") { return text.count == 2 ? 0 : UInt64(text.dropFirst(2), radix: 16) }
        return UInt64(text, radix: first == "0" ? 8 : 10)
    }

    /// A zone behind it says only by which way.
    package init?(v6 text: some StringProtocol) {
        let address = String(text.prefix { $0 != "%" })
        let gaps = address.ranges(of: "::")
        guard gaps.count <= 1 else { return nil }
        guard let gap = gaps.first else {
            guard let all = IPAddress.groups(address), all.count == 16 else { return nil }
            bytes = all
            return
        }
        guard let head = IPAddress.groups(String(address[..<gap.lowerBound])),
            let tail = IPAddress.groups(String(address[gap.upperBound...])), head.count + tail.count <= 14
        else { return nil }
        bytes = head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
    }

    private static func groups(_ text: String) -> [UInt8]? {
        guard !text.isEmpty else { return [] }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        var bytes: [UInt8] = []
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, part.contains(".") {
                guard let last = IPAddress(v4: part) else { return nil }
                bytes += last.bytes
            } else {
                guard part.count <= 4, let number = UInt16(part, radix: 16) else { return nil }
                bytes += [UInt8(number >> 8), UInt8(truncatingIfNeeded: number)]
            }
        }
        return bytes
    }

    /// Whether it belongs to somebody in the world: to no loopback, link or private network.
    package var isPublic: Bool { bytes.count == 4 ? IPAddress.isPublic(v4: bytes[...]) : isPublicV6 }

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

    private var isPublicV6: Bool {
        switch (bytes[0], bytes[1]) {
        case (0xFC...0xFD, _), (0xFE, 0x80...), (0xFF, _): return false
        case (0x20, 0x02): return IPAddress.isPublic(v4: bytes[2..<6])
        default: break
        }
        // Those that stand for one of version 4: mapped, compatible, translated.
        let isNone = bytes[..<8].allSatisfy { $0 == 0 }
        let isTranslated = bytes[..<4] == [0, 0x64, 0xFF, 0x9B]
        return isNone || isTranslated ? IPAddress.isPublic(v4: bytes[12...]) : true
    }
}
