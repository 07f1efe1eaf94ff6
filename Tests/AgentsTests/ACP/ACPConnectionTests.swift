import JSON
import Router
import System
import Testing
import WeCom

@testable import Agents

/// Tests what follows from what happens to an agent's program, without any program.
@Suite struct ACPConnectionTests {
    private static let end = ACPEnded(end: .exited(3), complaint: "", wasStopped: false)

    /// A connection that has come so far with its first turn, whose number is 1.
    private enum Point: CaseIterable { case idle, opening, prompting, answered }

    private func connection(at point: Point) throws -> ACPConnection {
        var connection = ACPConnection()
        if point == .idle { return connection }
        #expect(connection.begin(saying: .english) == 1)
        try initialise(&connection)
        if point == .opening { return connection }
        connection.opened("s")
        let prompt = try connection.prompt()
        if point == .prompting { return connection }
        #expect(hear(["id": .integer(prompt), "result": [:]], &connection) == [.resume(prompt, with: .result([:]))])
        return connection
    }

    private func initialise(_ connection: inout ACPConnection) throws {
        let call = try connection.beginCall()
        let result: JSONValue = ["protocolVersion": 1]
        #expect(hear(["id": .integer(call), "result": result], &connection) == [.resume(call, with: .result(result))])
        connection.initialised(try ACPAgentInfo(result, command: ["agent"]))
    }

    private func hear(
        _ message: JSONValue, _ connection: inout ACPConnection, permitting permissions: PermissionPolicy = .init()
    ) -> [ACPConnection.Action] {
        connection.hear(.value(message), permitting: permissions)
    }

    private func request(_ id: JSONValue, session: JSONValue = "s") -> JSONValue {
        [
            "id": id, "method": "session/request_permission",
            "params": [
                "sessionId": session, "toolCall": ["title": "rm"],
                "options": [
                    ["optionId": "yes", "kind": "allow_once"], ["optionId": "no", "kind": "reject_once"],
                ],
            ],
        ]
    }

    private func answer(_ id: JSONValue, _ outcome: ACPPermissionOutcome) -> ACPConnection.Action {
        .send(RPCMessage.result(outcome.json, to: id))
    }

    private func questions(_ actions: [ACPConnection.Action]) -> [Int] {
        actions.compactMap { if case .ask(_, let number) = $0 { number } else { nil } }
    }

    private func chunk(_ text: String, of session: JSONValue = "s") -> JSONValue {
        [
            "method": "session/update",
            "params": [
                "sessionId": session,
                "update": [
                    "sessionUpdate": "agent_message_chunk", "content": ["type": "text", "text": .string(text)],
                ],
            ],
        ]
    }

    // MARK: Calls and sessions

    @Test("an answer is for the call of its number, once, and for nobody where there is none")
    func calls() throws {
        var connection = ACPConnection()
        let (first, second) = (try connection.beginCall(), try connection.beginCall())
        #expect(first != second)
        #expect(!connection.isFit)
        #expect(hear(["id": .integer(second), "result": 2], &connection) == [.resume(second, with: .result(2))])
        #expect(hear(["id": .integer(second), "result": 2], &connection).isEmpty)
        #expect(hear(["id": 99, "result": 2], &connection).isEmpty)
        let error: JSONValue = ["code": -32603, "message": "no"]
        #expect(
            hear(["id": .integer(first), "error": error], &connection)
                == [.resume(first, with: .failure(RPCError(error)))])
        #expect(connection.isFit)
    }

    @Test("a method that nobody knows is refused, and what is no message changes nothing")
    func noise() {
        var connection = ACPConnection()
        #expect(hear(["id": "x", "method": "fs/read"], &connection) == [.send(RPCMessage.unknownMethod("x"))])
        #expect(hear(["method": "hello"], &connection).isEmpty)
        #expect(hear([1, 2], &connection).isEmpty)
        #expect(connection.hear(.tooLong(99), permitting: .init()) == [])
    }

    @Test("a process suits a conversation whose session it has open, or any while it has none")
    func suits() throws {
        var connection = ACPConnection()
        #expect(connection.suits(nil) && connection.suits(ACPState("s")))
        connection.opened("s")
        #expect(connection.suits(ACPState("s")))
        #expect(!connection.suits(nil) && !connection.suits(ACPState("other")))
    }

    @Test("what a session has cost counts from before its name was known, and that of others does not")
    func early() throws {
        var connection = ACPConnection()
        for (session, dollars) in [("s", 2), ("other", 5)] as [(JSONValue, JSONValue)] {
            let update: JSONValue = ["sessionUpdate": "usage_update", "cost": ["amount": dollars, "currency": "USD"]]
            let params: JSONValue = ["sessionId": session, "update": update]
            #expect(hear(["method": "session/update", "params": params], &connection).isEmpty)
        }
        connection.opened("s")
        #expect(connection.totals.microdollars == 2_000_000)
    }

    @Test("costs are kept of so many unknown sessions and no more")
    func manyEarly() {
        var connection = ACPConnection()
        for number in 0..<1000 { _ = hear(chunk("x", of: .string("s\(number)")), &connection) }
        #expect(connection.early.count == 64)
    }

    // MARK: Turns

    @Test("a turn is told what its own session says from the prompt on, and not behind the answer")
    func told() throws {
        var connection = try connection(at: .opening)
        connection.opened("s")
        #expect(hear(chunk("before"), &connection).isEmpty)
        let prompt = try connection.prompt()
        #expect(hear(chunk("now"), &connection) == [.tell(.text("now"))])
        #expect(hear(chunk("elsewhere", of: "t"), &connection).isEmpty)
        _ = hear(["id": .integer(prompt), "result": [:]], &connection)
        #expect(hear(chunk("late"), &connection).isEmpty)
        #expect(connection.finishTurn() == [])
        connection.endTurn()
        #expect(connection.isFit)
        #expect(connection.begin(saying: .english) == 2)
    }

    @Test("cancelling stops a program that is being made ready, and asks one that is at work")
    func cancel() throws {
        let expected: [(Point, [ACPConnection.Action])] = [
            (.idle, []), (.opening, [.stop]),
            (
                .prompting,
                [.send(RPCMessage.notification("session/cancel", ["sessionId": "s"])), .allowTime(ticket: 1)]
            ), (.answered, []),
        ]
        for (point, actions) in expected {
            var connection = try connection(at: point)
            #expect(connection.cancel(1) == actions, "\(point)")
            // Once is enough.
            #expect(connection.cancel(1) == [], "\(point)")
            #expect(connection.life == (point == .opening ? .stopping : .running))
        }
    }

    @Test("a turn that was cancelled while it was made ready prompts nobody")
    func cancelledBeforePrompt() throws {
        var connection = try connection(at: .opening)
        connection.opened("s")
        _ = connection.cancel(1)
        #expect(throws: CancellationError.self) { try connection.prompt() }
    }

    @Test("a cancel of an earlier turn is none of this one")
    func staleCancel() throws {
        var connection = try connection(at: .answered)
        _ = connection.finishTurn()
        connection.endTurn()
        #expect(connection.begin(saying: .english) == 2)
        #expect(connection.cancel(1) == [])
        #expect(connection.timeIsUp(for: 1) == [])
        #expect(connection.attendantLeft(1) == [])
        #expect(connection.turn?.isCancelled == false && connection.life == .running)
    }

    @Test("an agent that has not answered when its time is up is ended by signals, and one that has is not")
    func timeIsUp() throws {
        var hanging = try connection(at: .prompting)
        _ = hanging.cancel(1)
        #expect(hanging.timeIsUp(for: 1) == [.signal])
        #expect(!hanging.isFit && hanging.life == .stopping)

        var heeding = try connection(at: .prompting)
        let prompt = try #require(heeding.turn?.prompt)
        _ = heeding.cancel(1)
        _ = hear(["id": .integer(prompt), "result": ["stopReason": "cancelled"]], &heeding)
        #expect(heeding.timeIsUp(for: 1) == [])
        _ = heeding.finishTurn()
        heeding.endTurn()
        #expect(heeding.isFit)
    }

    @Test("an attendant that leaves ends the turn's calls, and the process serves no further turn")
    func attendantLeft() throws {
        var connection = try connection(at: .prompting)
        let prompt = try #require(connection.turn?.prompt)
        #expect(connection.attendantLeft(1) == [.resume(prompt, with: .unheard)])
        #expect(hear(["id": .integer(prompt), "result": [:]], &connection).isEmpty)
        #expect(hear(chunk("late"), &connection).isEmpty)
        _ = connection.finishTurn()
        connection.endTurn()
        #expect(!connection.isFit)
    }

    // MARK: Permissions

    @Test("people are asked for a permission, and the agent is told their choice once")
    func permission() throws {
        var connection = try connection(at: .prompting)
        #expect(questions(hear(request("p"), &connection)) == [0])
        #expect(connection.settle(0, .chosen(["yes"], by: UserID("zhangsan"))) == [answer("p", .selected("yes"))])
        #expect(connection.settle(0, .chosen(["no"], by: UserID("zhangsan"))) == [])
        #expect(connection.finishTurn() == [])
    }

    @Test("nobody's answer is a no, and where nobody can be asked the request is cancelled")
    func noAnswer() throws {
        var connection = try connection(at: .prompting)
        _ = hear(request("p"), &connection)
        _ = hear(request("q"), &connection)
        #expect(connection.settle(0, .expired) == [answer("p", .selected("no"))])
        #expect(connection.settle(1, nil) == [answer("q", .cancelled)])
    }

    @Test("a policy answers without a question")
    func policy() throws {
        var connection = try connection(at: .prompting)
        #expect(hear(request("p"), &connection, permitting: PermissionPolicy(.deny)) == [answer("p", .selected("no"))])
        #expect(connection.finishTurn() == [])
    }

    @Test("a request under an id that is open replaces the one before, whose answer comes too late")
    func sameID() throws {
        var connection = try connection(at: .prompting)
        _ = hear(request("p"), &connection)
        let actions = hear(request("p"), &connection)
        #expect(actions.prefix(2) == [.withdraw(0), answer("p", .cancelled)])
        #expect(questions(actions) == [1])
        #expect(connection.settle(0, .chosen(["yes"], by: UserID("zhangsan"))) == [])
        #expect(connection.settle(1, .chosen(["yes"], by: UserID("zhangsan"))) == [answer("p", .selected("yes"))])
    }

    @Test("a request that is taken back, by the agent or by the end of the turn, is answered as cancelled")
    func takenBack() throws {
        var connection = try connection(at: .prompting)
        for id in ["p", "q"] as [JSONValue] { _ = hear(request(id), &connection) }
        let cancel: JSONValue = ["method": "$/cancel_request", "params": ["requestId": "p"]]
        #expect(hear(cancel, &connection) == [.withdraw(0), answer("p", .cancelled)])
        #expect(connection.finishTurn() == [.withdraw(1), answer("q", .cancelled)])
        #expect(connection.settle(1, .chosen(["yes"], by: UserID("zhangsan"))) == [])
    }

    @Test("a cancel answers all that is open behind the cancel itself, and nothing is asked after it")
    func cancelWhileAsking() throws {
        var connection = try connection(at: .prompting)
        for id in ["p", "q"] as [JSONValue] { _ = hear(request(id), &connection) }
        #expect(
            connection.cancel(1).dropFirst()
                == [
                    .withdraw(0), answer("p", .cancelled), .withdraw(1), answer("q", .cancelled), .allowTime(ticket: 1),
                ])
        #expect(hear(request("r"), &connection) == [answer("r", .cancelled)])
    }

    @Test("a permission is asked for by a turn that is at work in that session, and so many at once")
    func refused() throws {
        for point in Point.allCases where point != .prompting {
            var connection = try connection(at: point)
            #expect(hear(request("p"), &connection) == [answer("p", .cancelled)], "\(point)")
        }
        var connection = try connection(at: .prompting)
        #expect(hear(request("p", session: "t"), &connection) == [answer("p", .cancelled)])
        for id in 0..<Int64(ACPTurn.mostAsked) {
            #expect(questions(hear(request(.integer(id)), &connection)).count == 1)
        }
        #expect(hear(request("p"), &connection) == [answer("p", .cancelled)])
    }

    // MARK: The end

    @Test("a program that ends ends every call and every question, in whichever state, and serves no further turn")
    func ended() throws {
        for point in Point.allCases {
            for isCancelled in [false, true] {
                for isStopping in [false, true] {
                    var connection = try connection(at: point)
                    let call = try connection.beginCall()
                    if point == .prompting { _ = hear(request("p"), &connection) }
                    if isCancelled { _ = connection.cancel(1) }
                    if isStopping { connection.beginStop() }
                    let actions = connection.ended(ACPConnectionTests.end)
                    let asked: [ACPConnection.Action] =
                        point == .prompting && !isCancelled ? [.withdraw(0), answer("p", .cancelled)] : []
                    let open = (connection.turn?.phase == .prompting ? connection.turn?.prompt : nil).map { [$0] } ?? []
                    #expect(
                        actions == asked + (open + [call]).map { .resume($0, with: .end(ACPConnectionTests.end)) },
                        "\(point)")
                    #expect(throws: ACPConnectionTests.end) { try connection.beginCall() }
                    #expect(connection.finishTurn() == [])
                    connection.endTurn()
                    #expect(!connection.isFit && !connection.suits(nil))
                }
            }
        }
    }

    @Test("what a program's end is to its turn: its own fault before it said what it is, a loss once it was prompted")
    func failures() throws {
        let secrets = Redaction([] as [Secret])
        for (point, kind) in [(Point.opening, AgentFailure.Class.transient), (.prompting, .interrupted)] {
            let failure = try connection(at: point).failure(
                for: ACPConnectionTests.end, isNew: true, hiding: secrets)
            #expect((failure as? AgentFailure)?.kind == kind)
        }
        var connection = ACPConnection()
        _ = connection.begin(saying: .english)
        let failure = connection.failure(for: ACPConnectionTests.end, isNew: true, hiding: secrets)
        #expect((failure as? AgentFailure)?.kind == .config)
        _ = connection.cancel(1)
        #expect(connection.failure(for: ACPConnectionTests.end, isNew: true, hiding: secrets) is CancellationError)
    }
}
