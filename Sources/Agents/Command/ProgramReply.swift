import JSON
import Router

/// A program's answer, before its files are looked for.
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
        // A long text takes its time: others may have theirs before and behind it.
        await Task.yield()
        let found = FilesInText(text, beneath: workspace.path)
        await Task.yield()
        let named = files.map { file in
            ReplyFile(.beneath(workspace.path, path: file.path), name: file.name ?? lastName(of: file.path))
        }
        return Reply(
            found.text, files: await workspace.files(named: named, and: found), session: session, usage: usage)
    }
}
