import Foundation
import HTTP
import Observability
import ProgramTesting
import System
import Testing
import WeCom

@testable import RouterServer

@Suite("The door to the control socket", .timeLimit(.minutes(2))) struct ControlDoorTests {
    private let metrics = Metrics()

    private func door(ancestor: Int32?) -> ControlDoor {
        ControlDoor(
            key: BearerToken(Secret("right")), keptAt: "data/control.key", ancestor: ancestor, metrics: metrics,
            log: Logger(to: LogSink(format: .text) { _ in }))
    }

    private func count(_ why: String) -> Bool {
        metrics.page.contains("wecom_router_control_refusals_total{why=\"\(why)\"} 1\n")
    }

    @Test("our own user and root are let in, another user is not")
    func users() {
        let door = door(ancestor: nil)
        #expect(door.judge(SocketPeer(process: 1, user: Process.user)) == nil)
        #expect(door.judge(SocketPeer(process: 1, user: 0)) == nil)
        #expect(door.judge(SocketPeer(process: 1, user: Process.user + 1))?.status == .forbidden)
        #expect(count("user"))
        #expect(door.judge(nil as SocketPeer?)?.status == .forbidden)
    }

    @Test("what descends from us is kept out, and what has ended, whose line nobody can follow")
    func descent() throws {
        let door = door(ancestor: Process.id)
        let (input, line) = try ChildProcess.pipe()
        // It lives until its input ends.
        let child = try ChildProcess("/bin/sh", ["-c", "cat; true"], input: input.fileDescriptor)
        try input.close()
        #expect(door.judge(SocketPeer(process: child.id, user: Process.user))?.status == .forbidden)
        #expect(count("agent"))
        #expect(door.judge(SocketPeer(process: getppid(), user: Process.user)) == nil, "whoever started us")
        #expect(door.judge(SocketPeer(process: 0, user: Process.user)) == nil, "outside of our container")
        try line.close()
        _ = child.wait()
        #expect(door.judge(SocketPeer(process: child.id, user: Process.user))?.status == .forbidden)
        #expect(count("unknown"))
    }

    @Test(
        "a request needs the key", arguments: ["Bearer right": true, "Bearer wrong": false, "right": false, "": false])
    func key(field: String, isRight: Bool) {
        let refusal = door(ancestor: nil).judge(HTTPRequest(.get, "/v1/jobs", headers: ["Authorization": field]))
        #expect((refusal == nil) == isRight)
        #expect(isRight || refusal?.status == .unauthorized && count("key"))
    }
}
