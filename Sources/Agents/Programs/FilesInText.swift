import Text

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
    private var known: Set<[UInt8]> = []

    /// No file has a longer path.
    private static let longestPath = 4096

    /// The number of links that are looked at: a text may consist of them.
    static let maxLinks = 1000

    /// `directory` has no slash at its end.
    init(_ text: String, beneath directory: String) {
        self.text = text
        self.directory = directory
        guard text.utf8.contains(UInt8(ascii: "(")) || text.has("MEDIA:") else { return }
        let lines = text.lines
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
        guard let path, known.insert(Array(path.utf8)).inserted else { return }
        paths.append(path)
    }

    /// Cuts them off the text, and says where they begin.
    private mutating func takeMediaLines(
        of lines: [Substring], _ isCode: [Bool]
    ) -> (start: Int, paths: [String]) {
        var (start, paths) = (lines.count, [String]())
        for index in lines.indices.reversed() {
            guard !isCode[index], paths.count < FilesInText.maxLinks else { break }
            if !lines[index].hasWords { continue }
            guard let path = mediaPath(in: lines[index]) else { break }
            start = index
            paths.append(path)
        }
        guard start < lines.count else { return (start, []) }
        var kept = lines[..<start]
        while let last = kept.last, !last.hasWords { kept.removeLast() }
        text = kept.joined(separator: "\n")
        return (start, paths.reversed())
    }

    private func mediaPath(in line: Substring) -> String? {
        guard var path = line.withoutSpaceAround.after("MEDIA:")?.withoutSpaceAround else { return nil }
        for quote in ["`", "\"", "'"] where path.utf8.count > 2 && path.begins(with: quote) && path.ends(with: quote) {
            path = Substring(path.utf8.dropFirst().dropLast())
        }
        return self.path(of: String(path), isEscaped: false)
    }

    /// The path that a target means; nil for what leads elsewhere.
    private func path(of target: String, isEscaped: Bool = true) -> String? {
        guard target.utf8.count <= FilesInText.longestPath else { return nil }
        var path = target
        if let address = path.after("file://") {
            path = String(address.after("localhost") ?? address)
            guard path.begins(with: "/") else { return nil }
        } else if isEscaped, path.utf8.contains(where: { $0 == UInt8(ascii: "#") || $0 == UInt8(ascii: "?") }) {
            // A place in a file that the text is about, as agents name lines of code: not a file for the person.
            return nil
        }
        if isEscaped || !target.isSame(as: path) {
            path = String(validating: percentDecodedBytes(path.utf8), as: UTF8.self) ?? path
        }
        guard !path.isEmpty, !path.utf8.contains(0), !path.begins(with: "~"), !path.hasScheme else { return nil }
        return path.begins(with: "/") && !path.begins(with: directory + "/") ? nil : path
    }
}

extension String {
    /// True if it begins as an address does: `https:`, `mailto:`.
    fileprivate var hasScheme: Bool {
        guard let colon = utf8.firstIndex(of: UInt8(ascii: ":")), let first = utf8.first else { return false }
        return utf8[..<colon].allSatisfy { $0.isWordByte || "+-.".utf8.contains($0) } && first.isWordByte
            && !(0x30...0x39).contains(first)
    }
}
