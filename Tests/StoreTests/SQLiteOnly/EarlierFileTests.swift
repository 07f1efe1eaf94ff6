import JSON
import Lifecycle
import Router
import SQLite
import StoreTesting
import System
import Testing
import WeCom

@testable import SQLiteStore

/// Files of before there were bots, group chats and senders, with rows as they were written then.
@Suite(.timeLimit(.minutes(10))) struct EarlierFileTests {
    private static let rows = """
        INSERT INTO apps (app, key) VALUES (1, 'ww_corp_a/1');
        INSERT INTO conversations (conv, app, peer, epoch) VALUES (7, 1, 'user:zhangsan', 3);
        INSERT INTO conversations (conv, app, peer) VALUES (8, 1, 'many');
        INSERT INTO queue (conv, app, turn, at) VALUES (7, 1, 1, 0);
        INSERT INTO jobs (job, conv, state, lease, epoch) VALUES (5, 7, 'ready', 1, 3);
        INSERT INTO messages (job, n, body, reply_address) VALUES
            (5, 1, '{"text":"clean up","sent_at":1000,"msg_id":"77"}', '{"user":"ZhangSan"}'),
            (5, 2, '{"text":"","sent_at":2000,"media":[{"kind":"image","id":"MEDIA"}]}', '{"user":"ZhangSan"}');
        INSERT INTO sessions (session, conv, agent, epoch, job, turns, started_at, used_at, state)
            VALUES (1, 7, 'coder', 3, 4, 2, 0, 0, '{"run":"r1"}');
        INSERT INTO questions
            (question, conv, job, lease, key, body, reply_address, delivery, style, state, asked_at)
            VALUES (6, 7, 5, 1, 'k1', '{"title":"May I?","detail":null,"many":false,"options":[{"id":"y","label":"Yes",
            "style":"plain"},{"id":"n","label":"No","style":"dangerous"}],"texts":{"answered":"{choice}","over":"over: {state}"}}',
            '{"user":"ZhangSan"}', 9, 'text', 'open', 0);
        INSERT INTO deliveries (delivery, conv, job, class, kind, state, attempt, checked, body, digest, ended_at)
            VALUES (9, 7, 5, 0, 'message', 'sent', 1, 1, '{"to":{"user":"ZhangSan"},"message":{"msgtype":"text","text":
            {"content":"May I?"}}}', x'00', 0);
        INSERT INTO deliveries (delivery, conv, class, kind, state, body, digest) VALUES
            (10, 7, 1, 'message', 'pending', '{"to":{"user":"ZhangSan"},"message":{"msgtype":"text","text":{"content":"old"}}}',
            x'01'),
            (11, 8, 1, 'message', 'pending', '{"to":{"many":{"touser":"a|b"}},"message":{"msgtype":"text","text":{"content":"all"}}}',
            x'02');
        INSERT INTO outbox (conv, app, turn, at) VALUES (7, 1, 1, 0), (8, 1, 1, 0);
        """

    private func withEarlierFile(_ body: (SQLiteStore) async throws -> Void) async throws {
        let directory = try TemporaryDirectory(prefix: "store-tests-")
        let path = "\(directory.path)/router.db"
        let current = SQLiteStore.schema
        let old = try Database(
            at: path,
            schema: Schema(applicationID: current.applicationID, migrations: Array(current.migrations.prefix(2))))
        try await old.write { try $0.execute(EarlierFileTests.rows) }
        await old.close()
        let store = try await SQLiteStore(at: path, serving: [appA], owner: "test")
        try await attempt {
            try await body(store)
        } finally: {
            await store.close()
        }
        withExtendedLifetime(directory) {}
    }

    private let conversation = ConversationKey(endpoint: appA, user: UserID("zhangsan"))

    @Test("a job that waits in an earlier file is taken, and its messages were said by the person of the conversation")
    func job() async throws {
        try await withEarlierFile { store in
            let job = try await store.claimOne()
            #expect(job.lease.job == JobID(5) && job.conversation == conversation && job.epoch == 3)
            #expect(job.messages.map(\.sender.text) == ["ZhangSan", "ZhangSan"])
            #expect(
                job.messages.map(\.text) == ["clean up", ""]
                    && job.messages[1].media == [SentMedia(.image, MediaID("MEDIA"))])
            #expect(job.messages.allSatisfy { $0.replyAddress == .user(UserID("ZhangSan")) })
            #expect(try await store.job(JobID(5))?.messages.count == 2)
            try await store.settle(job, Settlement(.done, parts: [part("answered")]))
            #expect(try await store.job(JobID(5))?.summary.state == .done)
        }
    }

    @Test("what waits to be sent in an earlier file goes, to whom it was meant")
    func deliveries() async throws {
        try await withEarlierFile { store in
            let deliveries = try await store.claimDeliveries(5, for: "test", at: time(0)).sorted { $0.id < $1.id }
            #expect(deliveries.map(\.id) == [DeliveryID(10), DeliveryID(11)])
            #expect(deliveries.first?.part == Part(to: .user(UserID("ZhangSan")), "old"))
            #expect(deliveries.last?.part == Part(to: .many(.these(users: [UserID("a"), UserID("b")])), "all"))
            for delivery in deliveries { try await store.markSent(delivery, SendReceipt(), at: time(1)) }
        }
    }

    @Test("a message of the same person joins the conversation of an earlier file and answers its question")
    func question() async throws {
        try await withEarlierFile { store in
            let answer = submission("1", from: "zhangSAN", id: 80)
            #expect(try await store.accept(answer, at: time(1)).effect == .answer(QuestionID(6)))
            let ending = try await store.endings(of: [QuestionID(6)])[QuestionID(6)]
            #expect(ending == .answered([0], by: "zhangSAN"))
        }
    }

    @Test("what an agent remembers in an earlier file is there")
    func session() async throws {
        try await withEarlierFile { store in
            let session = try await store.session(of: conversation, epoch: 3, agent: "coder")
            #expect(session?.turns == 2 && session?.state["run"] == "r1")
            #expect(try await store.beginEpoch(of: conversation, at: time(1)))
        }
    }

    @Test("an app's part has the text form that it had")
    func form() {
        #expect(
            Part(to: .user(UserID("ZhangSan")), "old").json.text
                == #"{"to":{"user":"ZhangSan"},"message":{"msgtype":"text","text":{"content":"old"}}}"#)
    }
}
