import Router
import System

extension CommandTalk {
    func inCodex(_ sandbox: CodexSandbox) async throws -> ProgramReply {
        let state = CodexState(turn.session)
        let (pictures, named) = try await picturesForArguments()
        let command = command.forCodex(
            resuming: state?.threadID, sandbox: sandbox, pictures: pictures, in: workspace.path)
        // It knows no word for stopping: signals do.
        return try await run(
            LineTalk(
                command: command, input: Array(turn.prompt(naming: named).utf8), isInputWhole: true,
                reader: CodexReader(state: state)))
    }

    /// Pictures go into the command line, where a name that a person gave must not stand: they get numbers instead.
    /// Everything else is named in the prompt.
    private func picturesForArguments() async throws -> (paths: [String], named: [Attachment]) {
        guard turn.attachments.contains(where: \.isPicture) else { return ([], workspace.attachments) }
        let user = try await agent.host.user(of: command)
        let (turn, workspace) = (turn, workspace)
        return await BlockingThreads.disk.run {
            var (paths, named) = ([String](), [Attachment]())
            for (own, laid) in zip(turn.attachments, workspace.attachments) {
                let path = own.isPicture ? try? workspace.copy(of: own, numbered: paths.count + 1, turn, user) : nil
                if let path { paths.append(path) } else { named.append(laid) }
            }
            return (paths, named)
        }
    }
}

extension Workspace {
    /// A copy beside those that bear their names, which goes when they go.
    fileprivate func copy(
        of picture: Attachment, numbered number: Int, _ turn: Turn, _ user: SystemUser?
    ) throws -> String {
        guard picture.size <= Workspace.maxPicture else { throw FileError(path: picture.path, reason: "too large") }
        let bytes = try ReadableFile(picture.path).bytes(at: 0, atMost: picture.size)
        let inbox = try Folder(path).folder(Workspace.inboxName, ownedBy: user)
        let folder = try inbox.folder("\(turn.job)", ownedBy: user).folder("pictures", ownedBy: user)
        let name = "\(number).\(picture.contentType.dropFirst("image/".count))"
        try folder.write(name, bytes, ownedBy: user)
        return "\(folder.path)/\(name)"
    }

    private static let maxPicture = 20 << 20
}
