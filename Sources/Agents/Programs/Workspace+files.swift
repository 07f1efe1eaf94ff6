import Router
import Text

extension Workspace {
    /// The files that go with an answer, each once: those that the agent named, those that its text names, and those that
    /// lie in the outbox.
    func files(named files: [ReplyFile], and text: FilesInText) async -> [ReplyFile] {
        let linked = await existing(text.paths).map { ReplyFile(.beneath(path, path: $0), name: lastName(of: $0)) }
        // The agent may have removed its outbox: then nothing is in it.
        let outgoing = (try? await outgoing()) ?? []
        var seen: Set<[UInt8]> = []
        let once = (files + linked + outgoing).filter { file in file.wholePath.map { seen.insert($0).inserted } ?? true
        }
        return Array(once.prefix(Workspace.maxOutgoing))
    }
}

/// Returns the part behind the last slash.
func lastName(of path: String) -> String {
    path.pieces(keepingEmpty: false) { $0 == UInt8(ascii: "/") }.last.map(String.init) ?? path
}

extension ReplyFile {
    /// The path in one spelling; nil for what lies nowhere.
    fileprivate var wholePath: [UInt8]? {
        guard case .beneath(let directory, let path) = place else { return nil }
        let whole = path.begins(with: "/") ? path : "\(directory)/\(path)"
        return Array(
            whole.pieces(keepingEmpty: false) { $0 == UInt8(ascii: "/") }.filter { !$0.isSame(as: ".") }
                .map { Array($0.utf8) }.joined(separator: "/".utf8))
    }
}
