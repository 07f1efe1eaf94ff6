import Lifecycle
import RouterTesting
import System
import Testing
import WeCom

@testable import Router

@Suite("The folders of a job's files", .timeLimit(.minutes(5))) struct AttachmentFolderTests {
    @Test("a folder that was another file's is cleared, one of the same is not")
    func devoted() async throws {
        let directory = try TemporaryDirectory(prefix: "router-tests-")
        let folder = try AttachmentFolder(at: "\(directory.path)/attachments")
        let path = try await folder.folder(of: JobID(7), 1)
        let bot = Endpoint.bot(BotID("x"))
        let (a, b) = (ReceivedFileID(1, with: "a", to: bot), ReceivedFileID(1, with: "b", to: bot))
        try await folder.devote(path, to: a)
        try writeFile("\(path)/a.txt", [1])
        try await folder.noteMissing(in: path)
        try await folder.devote(path, to: a)
        #expect(try await folder.attachment(.file, in: path)?.name == "a.txt" && folder.isKnownMissing(in: path))
        try await folder.devote(path, to: b)
        #expect(try await folder.attachment(.file, in: path) == nil && !folder.isKnownMissing(in: path))
    }

    @Test("a job that has lost the message of somebody else finds its own file, not theirs")
    func reduced() async throws {
        let directory = try TemporaryDirectory(prefix: "router-tests-")
        let fetch = AttachmentFetch(
            lane: SealedLane(), folder: try AttachmentFolder(at: "\(directory.path)/attachments"),
            files: SentFileFetch(into: try ReceivedFolder(at: "\(directory.path)/received", minFree: 0)),
            limit: 1 << 20, clock: .steady, log: .silent)
        let messages = (1...2).map { number in
            AcceptedMessage(
                from: UserID("u\(number)"), text: "",
                media: [SentMedia(.file, .sealed(url: "file \(number)", key: nil))],
                messageID: "m\(number)", sentAt: .now, replyAddress: .user(UserID("u\(number)")))
        }
        func texts(of messages: [AcceptedMessage]) async throws -> [String] {
            let job = ClaimedJob(
                lease: Lease(job: JobID(7), number: 1),
                conversation: ConversationKey(endpoint: .bot(BotID("x")), user: UserID("u1")), epoch: 1, attempt: 1,
                crashes: 0, messages: messages)
            return try await fetch.run(job).attachments.map {
                String(decoding: try readFile($0.path, limit: 100), as: UTF8.self)
            }
        }
        #expect(try await texts(of: messages) == ["file 1", "file 2"])
        #expect(try await texts(of: [messages[1]]) == ["file 2"])
    }
}
