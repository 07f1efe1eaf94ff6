import JSON
import Pages
import System
import Testing

@testable import Admin

@Suite("The verdict on a message") struct VerdictTests {
    private static let start = "2026-11-20T09:41:02.000Z"

    private static func at(_ seconds: Double) -> JSONValue {
        .string("\(Timestamp(rfc3339: start)!.advanced(by: .milliseconds(Int64(seconds * 1000))))")
    }

    private static func event(_ seconds: Double, _ what: String, _ why: String? = nil) -> JSONValue {
        ["at": at(seconds), "what": .string(what), "why": why.map { .string($0) } ?? .null, "who": .null]
    }

    private static func delivery(
        _ written: Double, _ state: String, ended: Double? = nil, attempts: Int64 = 1, reason: String? = nil
    ) -> JSONValue {
        [
            "id": "d-03et4pg1k0000", "accepted_at": at(written), "state": .string(state),
            "attempts": .integer(attempts),
            "reason": reason.map { .string($0) } ?? .null, "tried_at": at(written), "due_at": .null,
            "ended_at": ended.map(at) ?? .null, "text": "", "wecom_msgid": .null, "retried_as": .null,
            "retry_of": .null,
        ]
    }

    private static func job(
        _ state: String, ended: Double? = nil, due: Double? = nil, reason: String? = nil, refused: Bool = false,
        cancellation: String? = nil, _ events: [JSONValue], _ deliveries: [JSONValue] = []
    ) -> JSONValue {
        [
            "accepted_at": .string(start), "state": .string(state), "refused": .bool(refused),
            "reason": reason.map { .string($0) } ?? .null, "cancellation": cancellation.map { .string($0) } ?? .null,
            "ended_at": ended.map(at) ?? .null, "due_at": due.map(at) ?? .null,
            "events": .array([event(0, "accepted")] + events), "deliveries": .array(deliveries),
        ]
    }

    struct Shape: CustomTestStringConvertible, Sendable {
        let name: String
        let job: JSONValue
        let english: String
        let chinese: String
        var testDescription: String { name }
    }

    static let shapes = [
        Shape(
            name: "answered and delivered",
            job: job(
                "done", ended: 3, [event(0.1, "running"), event(3, "done")], [delivery(3, "sent", ended: 3.2)]),
            english: "Answered after 3.0 s, all delivered after 3.2 s.", chinese: "3.0 秒 后答复，3.2 秒 后全部送达。"),
        Shape(
            name: "slow at every leg",
            job: job(
                "done", ended: 200,
                [
                    event(10, "running"), event(20, "waiting", "529 overloaded"),
                    event(24, "ready", "its next try is due"),
                    event(24, "running"), event(30, "asked", "May I?"), event(50, "question answered", "yes"),
                    event(200, "done"),
                ], [delivery(200, "sent", ended: 270, attempts: 2)]),
            english:
                "Answered after 3 m 20 s, all delivered after 4 m 30 s. Slow: 10.0 s until a worker had it; the agent "
                + "worked for 2 m 56 s; 20.0 s for somebody's answer; 2 attempts (529 overloaded); 1 m 10 s to deliver it.",
            chinese: "3 分 20 秒 后答复，4 分 30 秒 后全部送达。慢在：等执行位 10.0 秒、智能体工作了 2 分 56 秒、等人回答 20.0 秒、"
                + "尝试了 2 次（529 overloaded）、投递用了 1 分 10 秒。"),
        Shape(
            name: "a part that did not arrive",
            job: job(
                "done", ended: 3, [event(0.1, "running"), event(3, "done")],
                [delivery(3, "failed", ended: 3.2, reason: "60111 userid not found")]),
            english:
                "Answered after 3.0 s, but 1 of 1 parts did not arrive: 60111 userid not found. Replay them once that is mended.",
            chinese: "3.0 秒 后答复，1/1 段没有送达：60111 userid not found。原因消除后重放。"),
        Shape(
            name: "an answer that waits",
            job: job(
                "done", ended: 3, [event(0.1, "running"), event(3, "done")],
                [delivery(3, "pending", reason: "45009 too often")]),
            english: "Answered after 3.0 s, but 1 of 1 parts have not gone: 45009 too often.",
            chinese: "3.0 秒 后答复，1/1 段还没送出：45009 too often。"),
        Shape(
            name: "waiting behind others", job: job("ready", []),
            english: "Not begun: it has waited 1 m. It begins once the jobs before it have ended and a worker is free.",
            chinese: "还没有开始：已等待 1 分。前面的任务结束、有空闲执行位时开始。"),
        Shape(
            name: "running, and asking somebody",
            job: job("running", [event(10, "running"), event(30, "asked", "May I?")]),
            english: "Running for 50.0 s. It waits for somebody's answer, for 30.0 s now.",
            chinese: "已运行 50.0 秒。它在等人回答，已等 30.0 秒。"),
        Shape(
            name: "told to stop", job: job("running", cancellation: "stopped by the user", [event(10, "running")]),
            english: "Running for 50.0 s. Told to stop: stopped by the user.",
            chinese: "已运行 50.0 秒。已要求停止：stopped by the user。"),
        Shape(
            name: "waiting for its next try",
            job: job(
                "waiting", due: 64, reason: "529 overloaded",
                [event(1, "running"), event(2, "waiting", "529 overloaded")]),
            english: "Attempt 1 failed: 529 overloaded. The next is due in 4.0 s.",
            chinese: "第 1 次尝试失败：529 overloaded。4.0 秒 后再试。"),
        Shape(
            name: "failed for good, and said so",
            job: job(
                "failed", ended: 2, reason: "no key", [event(1, "running"), event(2, "failed", "no key")],
                [delivery(2, "sent", ended: 2.1)]),
            english: "Failed at the first attempt: no key. It can be retried once that is mended.",
            chinese: "失败，尝试了 1 次：no key。原因消除后可以重试。"),
        Shape(
            name: "poison",
            job: job("failed", ended: 2, reason: "poison", [event(1, "running"), event(2, "failed", "poison")]),
            english:
                "Failed at the first attempt: poison. The process ended three times while it ran: look into the log first.",
            chinese: "失败，尝试了 1 次：poison。运行它时进程崩溃了三次：先查日志。"),
        Shape(
            name: "superseded",
            job: job("cancelled", ended: 2, reason: "superseded", [event(1, "running"), event(2, "cancelled")]),
            english: "Cancelled: superseded.", chinese: "已取消：superseded。"),
        Shape(
            name: "refused", job: job("cancelled", ended: 0, reason: "not allowed", refused: true, []),
            english: "Refused: not allowed. Nothing of what it said is kept.", chinese: "没有受理：not allowed。说了什么没有保留。"),
        Shape(
            name: "nothing to say", job: job("done", ended: 1, [event(0.1, "running"), event(1, "done")]),
            english: "Answered after 1.0 s; there was nothing to send.", chinese: "1.0 秒 后答复，没有要发送的。"),
    ]

    @Test("of every shape is the sentence that is kept for it, in both languages", arguments: shapes)
    func sentences(shape: Shape) throws {
        let story = try #require(Story(shape.job))
        let now = try #require(Timestamp(rfc3339: Self.start)).advanced(by: .seconds(60))
        #expect(Verdict(on: story, in: .english, at: now).text == shape.english)
        #expect(Verdict(on: story, in: .chinese, at: now).text == shape.chinese)
    }

    @Test("what is no job has no story")
    func none() { #expect(Story(["error": "no"]) == nil) }
}
