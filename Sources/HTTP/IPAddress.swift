import Text

/// An address of version 4 or 6, as it is written in a URL or stands in a socket's address.
package struct IPAddress: Sendable, Hashable {
    /// Four of them, or sixteen.
    package let bytes: [UInt8]

    /// nil unless there are four bytes or sixteen.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// Reads four decimal numbers, or what is written as version 6.
    package init?(_ text: some StringProtocol) {
        if text.utf8.contains(IPAddress.colon) {
            self.init(v6: text)
        } else {
            guard text.utf8.count(where: { $0 == UInt8(ascii: ".") }) == 3 else { return nil }
            self.init(v4: text)
        }
    }

    /// Tells whether a name is none but a number, and so an address if it is anything.
    package static func looksLikeV4(_ host: String) -> Bool {
        let last = host.utf8.split(separator: UInt8(ascii: ".")).last.map(Array.init) ?? []
        return last.allSatisfy(isDigit)
            || last.starts(with: "0x".utf8) && last.dropFirst(2).allSatisfy { $0.hexDigitValue != nil }
    }

    /// In all the spellings that resolvers take: `127.0.0.1`, `127.1`, `0x7f000001`, `017700000001`.
    package init?(v4 text: some StringProtocol) {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), maxSplits: 4, omittingEmptySubsequences: false)
        guard (1...4).contains(parts.count) else { return nil }
        var value: UInt64 = 0
        for (index, part) in parts.enumerated() {
            // The last one has all bytes that are left.
            let bits = index == parts.count - 1 ? 8 * (5 - UInt64(parts.count)) : 8
            guard let part = IPAddress.number(Array(part)), part < 1 << bits else { return nil }
            value = value << bits | part
        }
        bytes = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    private static func number(_ text: [UInt8]) -> UInt64? {
        guard let first = text.first, isDigit(first) else { return nil }
        let digits = String(decoding: text, as: UTF8.self)
        if digits.hasPrefix("0x") { return text.count == 2 ? 0 : UInt64(digits.dropFirst(2), radix: 16) }
        return UInt64(digits, radix: first == UInt8(ascii: "0") ? 8 : 10)
    }

    /// A zone behind it says only by which way.
    package init?(v6 text: some StringProtocol) {
        let address = Array(text.utf8.prefix { $0 != UInt8(ascii: "%") })
        let gaps = address.indices.dropLast().filter {
            address[$0] == IPAddress.colon && address[$0 + 1] == IPAddress.colon
        }
        guard address.count <= 45, gaps.count <= 1 else { return nil }
        guard let gap = gaps.first else {
            guard let all = IPAddress.groups(address[...]), all.count == 16 else { return nil }
            bytes = all
            return
        }
        guard let head = IPAddress.groups(address[..<gap]), let tail = IPAddress.groups(address[(gap + 2)...]),
            head.count + tail.count <= 14
        else { return nil }
        bytes = head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
    }

    private static func groups(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        guard !text.isEmpty else { return [] }
        let parts = text.split(separator: colon, omittingEmptySubsequences: false)
        var bytes: [UInt8] = []
        for (index, part) in parts.enumerated() {
            let word = String(decoding: part, as: UTF8.self)
            if index == parts.count - 1, part.contains(UInt8(ascii: ".")) {
                guard let last = IPAddress(v4: word) else { return nil }
                bytes += last.bytes
            } else {
                guard (1...4).contains(part.count), part.allSatisfy({ $0.hexDigitValue != nil }),
                    let number = UInt16(word, radix: 16)
                else { return nil }
                bytes += [UInt8(number >> 8), UInt8(truncatingIfNeeded: number)]
            }
        }
        return bytes
    }

    private static let colon = UInt8(ascii: ":")

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}

extension IPAddress: CustomStringConvertible {
    /// Version 6 without the short forms.
    package var description: String {
        if bytes.count == 4 { return bytes.map(String.init).joined(separator: ".") }
        return stride(from: 0, to: 16, by: 2)
            .map { String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16) }.joined(separator: ":")
    }
}
