import HTTP
import HTTPClient
import HTTPServer
import Lanes
import Lifecycle
import Observability
import Router
import Simulator
import System
import TestSupport
import Testing
import WeCom

@Suite("Contacts", .timeLimit(.minutes(2)))
struct ContactsTests {
    @Test("a person is asked for once a day")
    func person() async throws {
        try await withContacts { (world) async throws in
            let li = try await world.contacts.person(UserID("LiSi"), in: world.a)
            #expect(li.name == "李四" && li.departments == [5])
            world.advance(by: .seconds(24 * 3600 - 1))
            _ = try await world.contacts.person(UserID("lisi"), in: world.a)
            #expect(world.calls("user/get") == 1)
            world.advance(by: .seconds(1))
            _ = try await world.contacts.person(UserID("lisi"), in: world.a)
            #expect(world.calls("user/get") == 2)
        }
    }

    @Test("somebody is in the departments they are in and in all above those")
    func departments() async throws {
        try await withContacts { (world) async throws in
            for (department, isIn) in [(5, true), (2, true), (1, true), (3, false), (9, false), (77, false)]
                as [(Int64, Bool)]
            {
                let groups = AllowedGroups(departments: [department])
                #expect(try await world.belongs("lisi", groups) == isIn, "department \(department)")
            }
            #expect(try await world.belongs("lisi", AllowedGroups(departments: [3, 2])))
            #expect(world.calls("user/get") == 1 && world.calls("department/simplelist") == 1)
        }
    }

    @Test("what needs no question is not asked")
    func noQuestion() async throws {
        try await withContacts { (world) async throws in
            #expect(try await world.belongs("lisi", AllowedGroups()) == false)
            #expect(world.calls("") == 0)
            #expect(try await world.belongs("lisi", AllowedGroups(departments: [5])))
            #expect(world.calls("department/simplelist") == 0)
            #expect(try await world.belongs("wangwu", AllowedGroups(departments: [2], tags: [7])))
            #expect(world.calls("department/simplelist") == 0 && world.calls("user/get") == 1)
        }
    }

    @Test("a tag is borne by members, and by departments with all below them")
    func tags() async throws {
        try await withContacts { (world) async throws in
            for (user, tag, bears) in [
                ("wangwu", 7, true), ("WangWu", 7, true), ("lisi", 7, false), ("lisi", 8, true), ("wangwu", 8, false),
            ] as [(String, Int64, Bool)] {
                #expect(try await world.belongs(user, AllowedGroups(tags: [tag])) == bears, "\(user), tag \(tag)")
            }
        }
    }

    @Test("a stranger is in no group")
    func stranger() async throws {
        try await withContacts { (world) async throws in
            #expect(try await world.belongs("nobody", AllowedGroups(departments: [1], tags: [7, 8])) == false)
            await #expect(throws: PeopleUnavailable.self) {
                try await world.contacts.person(UserID("nobody"), in: world.a)
            }
        }
    }

    @Test("a tag that does not exist matters only if nothing else lets somebody in")
    func missingTag() async throws {
        try await withContacts { (world) async throws in
            #expect(try await world.belongs("wangwu", AllowedGroups(tags: [6, 7])))
            #expect(try await world.belongs("lisi", AllowedGroups(departments: [2], tags: [6])))
            let error = await #expect(throws: PeopleUnavailable.self) {
                try await world.belongs("wangwu", AllowedGroups(departments: [2], tags: [6]))
            }
            #expect(error?.isTransient == false && error?.description.contains("40068") == true)
        }
    }

    @Test("many who ask the same at once wait for one answer")
    func together() async throws {
        try await withContacts { (world) async throws in
            let goOn = Signpost()
            world.wecom.faults.next(.contacts, .hold(goOn))
            let answers = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<100 {
                    group.addTask { try await world.belongs("lisi", AllowedGroups(departments: [2])) }
                }
                await world.hasAsked("user/get")
                goOn.reach()
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers == Array(repeating: true, count: 100))
            #expect(world.calls("user/get") == 1 && world.calls("department/simplelist") == 1)
        }
    }

    @Test("what is known serves for a day while WeCom cannot be asked")
    func stale() async throws {
        try await withContacts { (world) async throws in
            let groups = AllowedGroups(tags: [7])
            #expect(try await world.belongs("wangwu", groups))
            world.wecom.faults.always(.contacts, .status(503))
            for hours in [1, 12, 10] {
                world.advance(by: .seconds(hours * 3600))
                #expect(try await world.belongs("wangwu", groups))
            }
            world.advance(by: .seconds(2 * 3600))
            let error = await #expect(throws: PeopleUnavailable.self) { try await world.belongs("wangwu", groups) }
            #expect(error?.isTransient == true)
            world.wecom.faults.clear()
            world.advance(by: .seconds(30))
            #expect(try await world.belongs("wangwu", groups))
        }
    }

    @Test("a failed question is repeated after a second, later after half a minute", arguments: [true, false])
    func failures(isKnown: Bool) async throws {
        try await withContacts { (world) async throws in
            let groups = AllowedGroups(tags: [7])
            if isKnown { #expect(try await world.belongs("wangwu", groups)) }
            world.advance(by: .seconds(600))
            let before = world.calls("tag/get")
            world.wecom.faults.always(.contacts, .garbage)
            for (failures, pause) in zip(1..., [1, 2, 4, 8, 16, 30, 30]) {
                for left in [.milliseconds(pause * 1000 - 1), .milliseconds(1)] as [Duration] {
                    let answer = try? await world.belongs("wangwu", groups)
                    #expect(answer == (isKnown ? true : nil))
                    #expect(world.calls("tag/get") == before + failures)
                    world.advance(by: left)
                }
            }
            world.wecom.faults.clear()
            #expect(try await world.belongs("wangwu", groups))
            #expect(world.calls("tag/get") == before + 8)
        }
    }

    @Test("who has left the corp is in no group as soon as WeCom says so")
    func gone() async throws {
        try await withContacts { (world) async throws in
            let groups = AllowedGroups(departments: [2])
            #expect(try await world.belongs("lisi", groups))
            world.wecom.changeCorp(CorpID("ww_corp")) { $0.remove(UserID("lisi")) }
            #expect(try await world.belongs("lisi", groups), "what was asked a moment ago is not asked again")
            world.advance(by: .seconds(24 * 3600))
            #expect(try await world.belongs("lisi", groups) == false)
        }
    }

    @Test("an app whose questions hang holds up no other")
    func apart() async throws {
        try await withContacts { (world) async throws in
            let goOn = Signpost()
            world.wecom.faults.next(1, .contacts, of: .init(app: world.appOfA), .hold(goOn))
            let held = Task { try await world.contacts.person(UserID("lisi"), in: world.a) }
            await world.hasAsked("user/get")
            #expect(try await world.contacts.person(UserID("lisi"), in: world.b).name == "李四")
            goOn.reach()
            #expect(try await held.value.name == "李四")
            let nowhere = AppKey(corpID: CorpID("ww_other"), agentID: AgentID(1))
            await #expect(throws: PeopleUnavailable.self) {
                try await world.contacts.person(UserID("lisi"), in: nowhere)
            }
        }
    }

    @Test("whoever gives up leaves the others their answer")
    func cancelled() async throws {
        try await withContacts { (world) async throws in
            let goOn = Signpost()
            world.wecom.faults.next(.contacts, .hold(goOn))
            let first = Task { try await world.contacts.person(UserID("lisi"), in: world.a) }
            await world.hasAsked("user/get")
            let others = (0..<10).map { _ in
                Task { try await world.contacts.person(UserID("lisi"), in: world.a).name }
            }
            first.cancel()
            await #expect(throws: CancellationError.self) { try await first.value }
            goOn.reach()
            for other in others { #expect(try await other.value == "李四") }
        }
    }
}

/// Two apps of one simulated corp, their contacts, and a clock.
private struct ContactsWorld: Sendable {
    let wecom: FakeWeCom
    let contacts: Contacts
    let appOfA: FakeApp
    let a: AppKey
    let b: AppKey
    fileprivate let transport: CountingTransport
    fileprivate let clock: Lock<MonotonicTime>

    func belongs(_ user: String, _ groups: AllowedGroups) async throws -> Bool {
        try await contacts.belongs(UserID(user), to: groups, in: a)
    }

    func advance(by duration: Duration) { clock.withLock { $0 = $0.advanced(by: duration) } }

    /// Counts the requests that went out whose path has this in it, those for tokens apart.
    func calls(_ path: String) -> Int { transport.paths.count { $0.contains(path) && !$0.hasSuffix("/gettoken") } }

    func hasAsked(_ path: String) async { while calls(path) == 0 { await beforeLookingAgain() } }
}

private func withContacts(_ body: (ContactsWorld) async throws -> Void) async throws {
    let apps = [try TestApp("a", agent: 1), try TestApp("b", agent: 2)]
    let loop = try EventLoop(named: "test wecom")
    let sink = LogSink(format: .text) { _ in }
    let transport = CountingTransport()
    let wecom = FakeWeCom(apps: apps.map(\.fake), port: 0, transport: transport, on: loop, log: Logger(to: sink))
    wecom.changeCorp(CorpID("ww_corp")) { corp in
        corp.isOpen = false
        for (id, parent) in [(2, 1), (3, 1), (5, 2), (9, 5)] as [(Int64, Int64)] {
            corp.add(FakeDepartment(id: id, name: "D\(id)", parent: parent))
        }
        corp.add(FakeTag(id: 7, name: "pilot"))
        corp.add(FakeTag(id: 8, name: "research", departments: [2]))
        corp.add(FakeMember(UserID("lisi"), name: "李四", departments: [5]))
        corp.add(FakeMember(UserID("wangwu"), name: "王五", departments: [3], tags: [7]))
    }
    let port = try await wecom.listener.open()
    let clock = Lock(MonotonicTime.now)
    let clients = apps.map { app in
        let credentials = AppCredentials(
            corpID: app.fake.corpID, agentID: app.fake.agentID, secret: app.fake.secret,
            apiBaseURL: "http://127.0.0.1:\(port)")
        return (app.key, WeComClient(credentials, transport: transport))
    }
    let contacts = Contacts(Dictionary(uniqueKeysWithValues: clients)) { clock.withLock { $0 } }
    let world = ContactsWorld(
        wecom: wecom, contacts: contacts, appOfA: apps[0].fake, a: apps[0].key, b: apps[1].key,
        transport: transport, clock: clock)
    try await attempt {
        try await body(world)
    } finally: {
        await transport.curl.close()
        await wecom.listener.quiesce(by: .now)
        loop.stop()
        sink.close()
    }
}

/// The real transport, which notes what went through it.
private final class CountingTransport: HTTPTransport {
    let curl = CurlTransport()
    private let seen = Lock<[String]>([])

    var paths: [String] { seen.withLock { $0 } }

    func send(_ request: HTTPRequest, _ options: HTTPRequestOptions) async throws(HTTPTransportError) -> HTTPResponse {
        seen.withLock { $0.append(String(request.path)) }
        return try await curl.send(request, options)
    }

    func stream(
        _ request: HTTPRequest, _ options: HTTPRequestOptions
    ) async throws(HTTPTransportError) -> HTTPStreamedResponse {
        try await curl.stream(request, options)
    }
}
