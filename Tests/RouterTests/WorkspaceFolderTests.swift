import Foundation
import Router
import System
import Testing
import WeCom

@Suite("Where programs work", .timeLimit(.minutes(5))) struct WorkspaceFolderTests {
    private let directory: TemporaryDirectory
    private let folder: WorkspaceFolder
    private var outside: String { directory.path + "/outside" }

    init() throws {
        directory = try TemporaryDirectory(prefix: "router-tests-")
        folder = try WorkspaceFolder(at: directory.path + "/work")
        try makeDirectory(directory.path + "/outside")
        try write("precious", to: directory.path + "/outside/file")
    }

    private func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    private func turn(of user: String = "zhangsan", resumes: Bool = false) throws -> Turn {
        let app = try #require(Endpoint("ww1/1000002"))
        var turn = Turn(
            job: JobID(7), attempt: 1, crashes: 0, conversation: ConversationKey(endpoint: app, user: UserID(user)),
            epoch: 0,
            text: "hello",
            attachments: [
                Attachment(.file, path: outside + "/file", name: "../a b.txt", contentType: "text/plain", size: 8)
            ])
        turn.resumes = resumes
        return turn
    }

    @Test("are apart for each person, whatever the name, and the same again for the next turn")
    func apart() async throws {
        let first = try await folder.workspace(of: turn(of: "../../etc"))
        let second = try await folder.workspace(of: turn(of: "..//..//etc"))
        #expect(first.path != second.path)
        #expect(first.path.hasPrefix(try realPath(directory.path) + "/work/ww1-1000002/"))
        #expect(try await folder.workspace(of: turn(of: "../../etc")).path == first.path)
    }

    @Test("are apart for each member of a group who has sessions of their own, and one for all who share them")
    func members() async throws {
        func path(of member: String?, in chat: String = "wrAbC") async throws -> String {
            let conversation = ConversationKey(endpoint: .bot(BotID("aib1")), peer: .chat(ChatID(chat)))
            var turn = Turn(job: JobID(7), attempt: 1, conversation: conversation, epoch: 0, text: "hello")
            turn.member = member.map(UserID.init)
            return try await folder.workspace(of: turn).path
        }
        let paths = [
            try await path(of: nil), try await path(of: "a"), try await path(of: "b"),
            try await path(of: "a", in: "wrX"),
        ]
        #expect(Set(paths).count == 4)
        #expect(try await path(of: "A") == paths[1])
    }

    @Test("hold copies of what was sent along, by names that lead nowhere else")
    func copies() async throws {
        let workspace = try await folder.workspace(of: turn())
        let copy = try #require(workspace.attachments.first)
        #expect(copy.path.hasPrefix(workspace.path + "/inbox/"))
        #expect(!copy.path.contains(".."))
        #expect(try String(contentsOfFile: copy.path, encoding: .utf8) == "precious")
    }

    @Test("give out files by their whole path, whatever letters are in it, and none that lies outside")
    func files() throws {
        let place = directory.path + "/数据/a"
        try makeDirectory(directory.path + "/数据")
        try makeDirectory(place)
        try write("hello", to: place + "/b.txt")
        let folder = try Folder(place)
        #expect(try folder.file(at: place + "/b.txt").size == 5)
        #expect(try folder.file(at: "b.txt").size == 5)
        try FileManager.default.createSymbolicLink(atPath: place + "/link", withDestinationPath: outside + "/file")
        for path in ["link", "../../outside/file", outside + "/file"] {
            #expect(throws: FileError.self) { _ = try folder.file(at: path) }
        }
    }

    @Test("have an empty outbox, but for a turn that goes on")
    func outbox() async throws {
        let workspace = try await folder.workspace(of: turn())
        try write("answer", to: workspace.outbox + "/answer.txt")
        #expect(try await folder.workspace(of: turn(resumes: true)).outgoing().map(\.name) == ["answer.txt"])
        #expect(try await folder.workspace(of: turn()).outgoing().isEmpty)
    }

    @Test("are tidied up without following what a program has put there instead", arguments: ["inbox", "conversation"])
    func links(_ what: String) async throws {
        let workspace = try await folder.workspace(of: turn())
        let files = FileManager.default
        let replaced = what == "inbox" ? workspace.path + "/inbox" : workspace.path
        try files.removeItem(atPath: replaced)
        try files.createSymbolicLink(atPath: replaced, withDestinationPath: outside)
        if what == "conversation" { try makeDirectory(outside + "/inbox") }
        let future = Timestamp.now.advanced(by: .seconds(3600))
        let never = Timestamp(seconds: 0)
        #expect(try await folder.prune(unusedSince: never, arrivedBefore: future) == 0)
        #expect(try String(contentsOfFile: outside + "/file", encoding: .utf8) == "precious")
        _ = try await folder.prune(unusedSince: future, arrivedBefore: future)
        #expect(try String(contentsOfFile: outside + "/file", encoding: .utf8) == "precious")
        if what == "inbox" { #expect(!files.fileExists(atPath: workspace.path)) }
    }

    @Test("lose what was sent before, and go when nobody has used them")
    func prune() async throws {
        let workspace = try await folder.workspace(of: turn())
        let future = Timestamp.now.advanced(by: .seconds(3600))
        let never = Timestamp(seconds: 0)
        #expect(try await folder.prune(unusedSince: never, arrivedBefore: never) == 0)
        #expect(try await folder.prune(unusedSince: never, arrivedBefore: future) == 1)
        #expect(FileManager.default.fileExists(atPath: workspace.path))
        #expect(try await folder.prune(unusedSince: future, arrivedBefore: future) == 1)
        #expect(!FileManager.default.fileExists(atPath: workspace.path))
    }

    @Test("lose what programs laid aside in the place for that, and nothing else")
    func laidAside() async throws {
        let workspace = try await folder.workspace(of: turn(of: "c"))
        let files = FileManager.default
        try files.createDirectory(atPath: workspace.path + "/.tmp/deep", withIntermediateDirectories: true)
        try write("kept", to: workspace.path + "/kept")
        let (future, never) = (Timestamp.now.advanced(by: .seconds(3600)), Timestamp(seconds: 0))
        #expect(try await folder.prune(unusedSince: never, arrivedBefore: never) == 0)
        #expect(files.fileExists(atPath: workspace.path + "/.tmp/deep"))
        // The other is what was sent along.
        #expect(try await folder.prune(unusedSince: never, arrivedBefore: future) == 2)
        #expect(!files.fileExists(atPath: workspace.path + "/.tmp/deep"))
        #expect(files.fileExists(atPath: workspace.path + "/kept"))
    }

    @Test("with an inbox that is no directory do not keep others from being tidied up")
    func brokenInbox() async throws {
        let broken = try await folder.workspace(of: turn(of: "a"))
        try FileManager.default.removeItem(atPath: broken.path + "/inbox")
        try write("no directory", to: broken.path + "/inbox")
        _ = try await folder.workspace(of: turn(of: "b"))
        let future = Timestamp.now.advanced(by: .seconds(3600))
        #expect(try await folder.prune(unusedSince: Timestamp(seconds: 0), arrivedBefore: future) == 1)
    }
}
