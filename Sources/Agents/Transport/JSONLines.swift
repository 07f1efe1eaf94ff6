package import JSON

/// Reads JSON values, one a line, out of bytes that come in pieces: what agents write to their standard output.
///
/// A line that is no JSON is noise to be reported and passed over: programs do print notices there.
package struct JSONLines {
    package enum Line: Sendable, Equatable {
        case value(JSONValue)
        /// Not JSON: its first bytes, as text, and why it is not.
        case noise(String, JSONError)
        /// Left out unread, at this length.
        case tooLong(Int)
    }

    private var splitter: LineSplitter

    /// The longest line that is read, and how much of noise is told.
    package static let longestLine = 8 << 20
    private static let toldOfNoise = 200

    package init(longestLine: Int = JSONLines.longestLine) {
        splitter = LineSplitter(ends: .lineFeed, limit: longestLine)
    }

    /// Adds bytes and returns the lines that they complete. Empty ones are left out.
    package mutating func receive(_ bytes: [UInt8]) -> [Line] {
        var lines: [Line] = []
        splitter.receive(bytes) { line in
            if let line = JSONLines.read(line) { lines.append(line) }
        }
        return lines
    }

    /// The last line, where the stream ended without ending it.
    package mutating func finish() -> Line? { splitter.finish().flatMap(JSONLines.read) }

    private static func read(_ line: LineSplitter.Line) -> Line? {
        switch line {
        case .tooLong(let length): return .tooLong(length)
        case .whole(let bytes):
            if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { return nil }
            do throws(JSONError) {
                return .value(try JSONValue(parsing: bytes))
            } catch {
                return .noise(String(decoding: bytes.prefix(toldOfNoise), as: UTF8.self), error)
            }
        }
    }
}

extension JSONValue {
    /// The value as one line, its end included, to be written in one go.
    package var line: [UInt8] { bytes + [UInt8(ascii: "\n")] }
}
