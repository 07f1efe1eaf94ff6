import JSON
import Text

/// The dots in the place of secrets that are somebody's own.
enum Masking {
    static let dots = "••••"
    private static let names = ["access_token", "corpsecret", "secret", "msg_signature", "aeskey", "response_url"]
    private static let longestName = 64

    static func isSecret(_ name: String) -> Bool { names.contains { $0.isSame(as: name) } }

    /// Hides the values of parameters and of members of JSON that bear such a name, wherever they stand in a text: JSON may be cut
    /// off, or stand in a string of other JSON.
    static func masked(_ text: String) -> String {
        String(decoding: maskedParameters(maskedMembers(Array(text.utf8))), as: UTF8.self)
    }

    // MARK: Members

    private static func maskedMembers(_ bytes: [UInt8]) -> [UInt8] {
        var (out, scan) = ([UInt8](), JSONScan(bytes))
        while let byte = scan.next {
            if byte == UInt8(ascii: "\""), let value = secretValue(in: bytes, afterNameAt: scan.position) {
                let mark = [UInt8](repeating: UInt8(ascii: "\\"), count: value.depth) + [UInt8(ascii: "\"")]
                out += bytes[scan.position..<value.range.lowerBound] + mark + Array(dots.utf8) + mark
                scan.position = value.range.upperBound
            } else {
                out.append(byte)
                scan.position += 1
            }
        }
        return out
    }

    /// The value of the member whose name begins with the quote at `start`, if that is a secret's; `depth` is the number of
    /// backslashes before each of its quotes. Any quote may be the first of a name: what came before it may be no JSON.
    private static func secretValue(in bytes: [UInt8], afterNameAt start: Int) -> (range: Range<Int>, depth: Int)? {
        let depth = backslashes(in: bytes, before: start)
        let rest = bytes[(start + 1)...].prefix(longestName)
        guard let quote = rest.firstIndex(of: UInt8(ascii: "\"")), backslashes(in: bytes, before: quote) == depth,
            isSecret(unescaped(bytes[(start + 1)..<(quote - depth)]))
        else { return nil }
        var scan = JSONScan(bytes)
        scan.position = quote + 1
        skipSpace(&scan, isEscaped: depth > 0)
        guard scan.take(UInt8(ascii: ":")) else { return nil }
        skipSpace(&scan, isEscaped: depth > 0)
        let first = scan.position
        if depth == 0 {
            scan.passValue()
        } else {
            passEscapedValue(&scan, depth: depth)
        }
        return (first..<scan.position, depth)
    }

    private static func backslashes(in bytes: [UInt8], before index: Int) -> Int {
        bytes[..<index].reversed().prefix(longestName).prefix { $0 == UInt8(ascii: "\\") }.count
    }

    private static func unescaped(_ name: ArraySlice<UInt8>) -> String {
        let quote = UInt8(ascii: "\"")
        guard name.contains(UInt8(ascii: "\\")), let json = try? JSONValue(parsing: [quote] + name + [quote]) else {
            return String(decoding: name, as: UTF8.self)
        }
        return json.string ?? ""
    }

    /// In a string, the ends of lines are escaped, too.
    private static func skipSpace(_ scan: inout JSONScan, isEscaped: Bool) {
        scan.skipSpace()
        let letters = "nrt".utf8
        while isEscaped, scan.next == UInt8(ascii: "\\"), scan.position + 1 < scan.bytes.count,
            letters.contains(scan.bytes[scan.position + 1])
        {
            scan.position += 2
            scan.skipSpace()
        }
    }

    /// Passes a value whose quotes have so many backslashes before them: up to the next quote that has no more of them, or what
    /// is no string up to where it ends.
    private static func passEscapedValue(_ scan: inout JSONScan, depth: Int) {
        let isString = scan.bytes[scan.position...].dropFirst(depth).first == UInt8(ascii: "\"")
        scan.position = min(scan.position + (isString ? depth + 1 : 0), scan.bytes.count)
        while let byte = scan.next {
            if isString {
                scan.position += 1
                if byte == UInt8(ascii: "\""), backslashes(in: scan.bytes, before: scan.position - 1) <= depth {
                    return
                }
            } else if ",}]\"\\".utf8.contains(byte) {
                return
            } else {
                scan.position += 1
            }
        }
    }

    // MARK: Parameters

    private static func maskedParameters(_ bytes: [UInt8]) -> [UInt8] {
        var (out, position) = ([UInt8](), 0)
        while position < bytes.count {
            let byte = bytes[position]
            out.append(byte)
            position += 1
            guard byte == UInt8(ascii: "="), isSecret(parameter(before: position - 1, in: bytes)) else { continue }
            let end = bytes[position...].firstIndex { "& \n\r'\"\\<".utf8.contains($0) } ?? bytes.count
            out += dots.utf8
            position = end
        }
        return out
    }

    /// The name in front of a `=`.
    private static func parameter(before index: Int, in bytes: [UInt8]) -> String {
        let name = bytes[..<index].reversed().prefix(longestName).prefix { !"?&;\"'<> \n\r\t,=".utf8.contains($0) }
        return percentDecoded(Array(name.reversed()))
    }
}
