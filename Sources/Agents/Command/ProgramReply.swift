import JSON
import Router

/// What a program has answered, before its files are looked for.
struct ProgramReply: Sendable, Equatable {
    /// A file that it named.
    struct File: Sendable, Equatable {
        let path: String
        let name: String?
    }

    var text: String
    var files: [File] = []
    var session: JSONValue?
    var usage: Usage?

    /// With the files that it named, those that its text names, and those that lie in the outbox, each once.
    func reply(from workspace: Workspace) async -> Reply {
        let named = FilesInText(text, beneath: workspace.path)
        let linked = await workspace.existing(named.paths)
        // The agent may have removed its outbox: then nothing is in it.
        let outgoing = (try? await workspace.outgoing()) ?? []
        let all = (files + linked.map { File(path: $0, name: nil) }).map { file in
            ReplyFile(.beneath(workspace.path, path: file.path), name: file.name ?? lastName(of: file.path))
        }
        var seen: Set<String> = []
        let once = (all + outgoing).filter { seen.insert($0.wholePath).inserted }
        return Reply(named.text, files: Array(once.prefix(Workspace.maxOutgoing)), session: session, usage: usage)
    }
}

/// What stands behind the last slash.
private func lastName(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
}

extension ReplyFile {
    /// Where it lies, in one spelling.
    fileprivate var wholePath: String {
        guard case .beneath(let directory, let path) = place else { return name }
        let whole = path.hasPrefix("/") ? path : "\(directory)/\(path)"
        return whole.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    }
}
