import Crypto
package import System
import Text
import WeCom

/// The directories in which agents' programs work: one for each conversation, or for each
/// member of a group who has sessions of their own, which outlives turns and sessions.
package struct WorkspaceFolder: Sendable {
    /// From the root on: programs are told it.
    private let path: String
    /// The store that other processes have copies from; nil where there is no other, or all work in the same directories.
    private let shared: SharedWorkspaces?

    package init(at path: String, shared: SharedWorkspaces? = nil) throws {
        try prepareDirectory(path)
        self.shared = shared
        self.path = try (try? realPath(path)) ?? (path.begins(with: "/") ? path : "\(realPath("."))/\(path)")
    }

    /// The directory of a turn's conversation, with what was sent along in it and room for what goes out. It is `user`'s, and holds what
    /// the turn before left, wherever that ran; where that is not to be had, `tell` is called first.
    package func workspace(
        of turn: Turn, ownedBy user: SystemUser? = nil, whenLost tell: @Sendable () async throws -> Void = {}
    ) async throws -> Workspace {
        let place = WorkspacePlace(
            root: path, app: WorkspaceFolder.name(of: turn.conversation.endpoint),
            name: WorkspaceFolder.name(of: turn.sessionKey))
        let isReplaced = try await shared?.bring(place, for: turn.job, ownedBy: user, whenLost: tell) ?? false
        return try await BlockingThreads.disk.run { () throws(FileError) in
            let folder = try place.open(ownedBy: user)
            try folder.touch()
            let attachments = try WorkspaceFolder.lay(turn, into: folder, ownedBy: user)
            let outbox = try folder.folder(Workspace.outboxName, ownedBy: user)
            if !turn.resumes { outbox.removeContents() }
            return Workspace(
                path: folder.path, outbox: outbox.path, attachments: attachments, isReplaced: isReplaced)
        }
    }

    /// Lets other processes have what is in the directory of a job whose turn is over, if it had one and has changed it.
    func keep(after lease: Lease, inHurry isHurried: Bool = false) async throws {
        try await shared?.keep(after: lease, inHurry: isHurried)
    }

    /// Forgets which directory a job had.
    func leave(_ job: JobID) { shared?.leave(job) }

    /// Forgets the store's copies of directories in which nobody has worked since `moment`: of the page behind `mark`.
    func pruneShared(unusedSince moment: Timestamp, behind mark: String?) async throws -> PrunedPage<String> {
        try await shared?.prune(unusedSince: moment, behind: mark) ?? PrunedPage(pruned: 0, next: nil)
    }

    private static func name(of endpoint: Endpoint) -> String {
        switch endpoint {
        case .app(let key): "\(safeName(key.corpID.text))-\(key.agentID)"
        case .bot(let id): "bot-\(safeName(id.text))"
        }
    }

    /// Ids may hold anything: what is readable of them, and a digest that no two share.
    private static func name(of session: SessionKey) -> String {
        let digest = sha256(Array(session.description.utf8)).prefix(6)
        let conversation = session.conversation
        let user = session.member ?? conversation.user
        return "\(safeName(user?.folded ?? conversation.chat?.text ?? "many"))-\(digest.hexText)"
    }

    private static func safeName(_ text: String) -> String {
        let safe = text.utf8.prefix(40).map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                byte
            default: UInt8(ascii: "_")
            }
        }
        return String(decoding: safe, as: UTF8.self)
    }

    /// Copies what was sent along, once, to where the agent may read it and do with it what it likes.
    private static func lay(
        _ turn: Turn, into folder: borrowing Folder, ownedBy user: SystemUser?
    ) throws(FileError) -> [Attachment] {
        guard !turn.attachments.isEmpty else { return [] }
        let inbox = try folder.folder(Workspace.inboxName, ownedBy: user).folder("\(turn.job)", ownedBy: user)
        var names = FileNames()
        var laid: [Attachment] = []
        for attachment in turn.attachments {
            let file = try UploadFile(ReadableFile(attachment.path), named: attachment.name)
            let name = names.take(file.name).text
            try inbox.write(name, try file.bytes(atMost: file.size), ownedBy: user)
            laid.append(
                Attachment(
                    attachment.kind, path: "\(inbox.path)/\(name)", name: name, contentType: attachment.contentType,
                    size: attachment.size))
        }
        return laid
    }

    /// Removes directories in which nobody has worked since `moment`, and what was sent or laid aside before `arrival`; how many there
    /// were. Agents put there what they like, links too: nothing outside is looked at or touched.
    package func prune(unusedSince moment: Timestamp, arrivedBefore arrival: Timestamp) async throws(FileError) -> Int {
        let path = path
        return try await BlockingThreads.disk.run { () throws(FileError) in
            let root = try Folder(path)
            var pruned = 0
            for entry in try root.entries() {
                if let app = root.existingFolder(entry.name) {
                    pruned += try pruneConversations(of: app, unusedSince: moment, arrivedBefore: arrival)
                }
            }
            return pruned
        }
    }
}

private func pruneConversations(
    of app: borrowing Folder, unusedSince moment: Timestamp, arrivedBefore arrival: Timestamp
) throws(FileError) -> Int {
    var pruned = 0
    for conversation in try app.entries() where conversation.isDirectory {
        if conversation.changedAt < moment {
            app.remove(conversation.name)
            app.remove(WorkspacePlace.markName(of: conversation.name))
            app.remove(WorkspacePlace.packName(of: conversation.name))
            pruned += 1
            continue
        }
        for name in [Workspace.inboxName, Workspace.temporaryName] {
            guard let folder = app.existingFolder(conversation.name)?.existingFolder(name) else { continue }
            for old in (try? folder.entries()) ?? [] where old.changedAt < arrival {
                folder.remove(old.name)
                pruned += 1
            }
        }
    }
    return pruned
}

/// A conversation's directory as one turn finds it.
package struct Workspace: Sendable {
    package static let inboxName = "inbox"
    static let outboxName = "outbox"
    /// The place for what is of no use later. It goes when the attachments go.
    package static let temporaryName = ".tmp"

    package let path: String
    /// Files here are sent when the agent has answered.
    package let outbox: String
    /// The attachments, as copies below `path`.
    package let attachments: [Attachment]
    /// What is in it came from elsewhere just now: whoever worked in it before knows other files.
    package var isReplaced = false

    /// The files that the agent has left in the outbox, by name. A directory in it is passed over.
    package func outgoing() async throws(FileError) -> [ReplyFile] {
        let outbox = outbox
        let names = try await BlockingThreads.disk.run { () throws(FileError) in
            try Folder(outbox).entries().filter { !$0.isDirectory && !$0.name.begins(with: ".") }.map(\.name)
        }
        return names.prefix(Workspace.maxOutgoing).map { ReplyFile(.beneath(outbox, path: $0), name: $0) }
    }

    /// The number of files that go out with one reply.
    package static let maxOutgoing = 20
}
