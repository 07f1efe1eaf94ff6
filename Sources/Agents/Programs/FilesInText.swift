/// The files that an agent names in what it writes: Markdown's links to something below its directory, and lines
/// `MEDIA:path` at the end.
///
/// A link stays in the text, such a line does not. What is not a path below the directory at first sight is none;
/// whether there is a file is for the disk to say (`Workspace.existing`).
struct FilesInText: Sendable, Equatable {
    private(set) var text: String
    /// In order, each once.
    private(set) var paths: [String] = []
    private let directory: String

    /// So many links are looked at: a text may consist of them.
    static let maxLinks = 1000

    /// `directory` has no slash at its end.
    init(_ text: String, beneath directory: String) {
        self.text = text
        self.directory = directory
        guard text.utf8.contains(UInt8(ascii: "(")) || text.contains("MEDIA:") else { return }
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Substring.init)
        var fence = CodeFenceReader()
        let isCode = lines.map { fence.take($0) }
        let media = takeMediaLines(of: lines, isCode)
        var budget = FilesInText.maxLinks
        for (line, isCode) in zip(lines[..<media.start], isCode) where !isCode {
            for target in LinkTargets(in: line, budget: &budget).targets { note(path(of: target)) }
        }
        for path in media.paths { note(path) }
    }

    private mutating func note(_ path: String?) {
        guard let path, !paths.contains(path) else { return }
        paths.append(path)
    }

    /// Cuts them off the text, and says where they begin.
    private mutating func takeMediaLines(
        of lines: [Substring], _ isCode: [Bool]
    ) -> (start: Int, paths: [String]) {
        var (start, paths) = (lines.count, [String]())
        for index in lines.indices.reversed() {
            guard !isCode[index], paths.count < FilesInText.maxLinks else { break }
            if lines[index].allSatisfy(\.isWhitespace) { continue }
            guard let path = mediaPath(in: lines[index]) else { break }
            start = index
            paths.append(path)
        }
        guard start < lines.count else { return (start, []) }
        var kept = lines[..<start]
        while let last = kept.last, last.allSatisfy(\.isWhitespace) { kept.removeLast() }
        text = kept.joined(separator: "\n")
        return (start, paths.reversed())
    }

    private func mediaPath(in line: Substring) -> String? {
        let line = line.trimmed
        guard line.hasPrefix("MEDIA:") else { return nil }
        var path = line.dropFirst("MEDIA:".count).trimmed
        for quote in ["`", "\"", "'"] where path.count > 2 && path.hasPrefix(quote) && path.hasSuffix(quote) {
            path = path.dropFirst().dropLast()
        }
        return self.path(of: String(path), isEscaped: false)
    }

    /// The path that a target means; nil for what leads elsewhere.
    private func path(of target: String, isEscaped: Bool = true) -> String? {
        var path = target
        if let address = path.withoutPrefix("file://") {
            path = address.withoutPrefix("localhost") ?? address
            guard path.hasPrefix("/") else { return nil }
        } else if isEscaped, path.contains("#") || path.contains("?") {
            // A place in a file that the text is about, as agents name lines of code: not a file for the person.
            return nil
        }
        if isEscaped || target != path { path = path.percentDecoded ?? path }
        guard !path.isEmpty, !path.utf8.contains(0), !path.hasPrefix("~"), !path.hasScheme else { return nil }
        return path.hasPrefix("/") && !path.hasPrefix(directory + "/") ? nil : path
    }
}

extension String {
    fileprivate func withoutPrefix(_ prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }

    /// Whether it begins as an address does: `https:`, `mailto:`.
    fileprivate var hasScheme: Bool {
        guard let colon = firstIndex(of: ":"), colon > startIndex else { return false }
        return self[..<colon].allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
            && first?.isLetter == true
    }

    /// nil where it is not text then.
    fileprivate var percentDecoded: String? {
        guard utf8.contains(UInt8(ascii: "%")) else { return self }
        var bytes: [UInt8] = []
        var rest = Substring(self).utf8
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let code = UInt8(String(rest.prefix(2)) ?? "", radix: 16), rest.count >= 2 {
                bytes.append(code)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        var text = drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
