import Crypto
import HTTP
import JSON
import Router
import Text

/// The files that an agent puts into its messages: links to what lies in its directory, and pictures as they are.
struct ACPFiles {
    private enum Found { case path(String), bytes([UInt8]) }

    private var found: [(name: String, what: Found)] = []
    /// The bytes that pictures take up.
    private var size = 0

    private static let mostFiles = Workspace.maxOutgoing
    private static let mostBytes = 20 << 20

    /// Takes note of the file that a link leads to. A link to elsewhere is text for people.
    mutating func take(link: JSONValue) -> String {
        guard let uri = link["uri"]?.string, !uri.isEmpty else { return "" }
        guard let path = ACPFiles.path(of: uri) else {
            let name = (link["title"]?.string ?? link["name"]?.string ?? uri).onOneLine(atMost: 100)
            return "[\(name)](\(uri.onOneLine(atMost: 2048)))"
        }
        add(link["name"]?.string ?? path, .path(path))
        return ""
    }

    mutating func take(data block: JSONValue) {
        guard let text = block["data"]?.string, let type = block["mimeType"]?.string else { return }
        guard size + text.utf8.count / 4 * 3 <= ACPFiles.mostBytes, let bytes = Base64.decode(text) else { return }
        size += bytes.count
        let ending = lastName(of: type).utf8.filter(\.isLetterOfASCII).prefix(10)
        add("\(block["type"]?.shortString ?? "file").\(String(decoding: ending, as: UTF8.self))", .bytes(bytes))
    }

    private mutating func add(_ name: String, _ what: Found) {
        guard found.count < ACPFiles.mostFiles else { return }
        if case .path(let path) = what,
            found.contains(where: { if case .path(let known) = $0.what { known.isSame(as: path) } else { false } })
        {
            return
        }
        found.append((lastName(of: name), what))
    }

    /// The files, but for those that lie where what goes out is looked for anyway.
    func files(in workspace: Workspace) -> [ReplyFile] {
        found.compactMap { name, what in
            switch what {
            case .bytes(let bytes): return ReplyFile(.bytes(bytes), name: name)
            case .path(let path):
                let whole = path.begins(with: "/") ? path : "\(workspace.path)/\(path)"
                let isGoingOut = whole.begins(with: "\(workspace.outbox)/")
                return isGoingOut ? nil : ReplyFile(.beneath(workspace.path, path: path), name: name)
            }
        }
    }

    /// The path of a `file:` URI, or of a bare path; nil for what is elsewhere.
    static func path(of uri: String) -> String? {
        if uri.begins(with: "/") { return uri }
        guard uri.begins(withAnyCaseOf: "file://") else { return nil }
        let rest = uri.utf8.dropFirst("file://".utf8.count)
        guard let slash = rest.firstIndex(of: UInt8(ascii: "/")) else { return nil }
        let host = Substring(rest[..<slash])
        guard host.isEmpty || host.utf8.count == 9 && host.begins(withAnyCaseOf: "localhost") else { return nil }
        return percentDecoded(rest[slash...])
    }
}
