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
        let found = FilesInText(text, beneath: workspace.path)
        let named = files.map { file in
            ReplyFile(.beneath(workspace.path, path: file.path), name: file.name ?? lastName(of: file.path))
        }
        return Reply(
            found.text, files: await workspace.files(named: named, and: found), session: session, usage: usage)
    }
}
