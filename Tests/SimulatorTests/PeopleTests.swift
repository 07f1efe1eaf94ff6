import HTTP
import HTTPClient
import JSON
import Simulator
import System
import Testing
import Text
import WeCom

@Suite("Whom messages of the simulated WeCom reach", .timeLimit(.minutes(5))) struct PeopleTests {
    /// Leaves nobody but these people, of whom the second app sees only zhangsan.
    private func close(_ world: World) {
        world.wecom.changeCorp(world.apps[0].corpID) { corp in
            corp.isOpen = false
            corp.add(FakeDepartment(id: 2, name: "研发部"))
            corp.add(FakeDepartment(id: 3, name: "前端组", parent: 2))
            corp.add(FakeTag(id: 7, name: "值班"))
            corp.add(FakeMember(UserID("zhangsan"), name: "张三", departments: [2], tags: [7]))
            corp.add(
                FakeMember(
                    UserID("LiSi"), name: "李四", departments: [3], visibleTo: [world.apps[0].agentID]))
        }
    }

    private func send(_ world: World, _ to: [JSONValue.Member], app: Int = 0) async throws -> JSONValue {
        let agent = world.apps[app].agentID.number
        let rest: [JSONValue.Member] = [
            .init("msgtype", "text"), .init("agentid", .integer(agent)), .init("text", ["content": "hi"]),
        ]
        return try await world.call("message/send", .object(to + rest), app: app)
    }

    @Test("those who are not there or out of sight are named in lower case, and the message goes to the rest")
    func invalid() async throws {
        try await withWorld { world async throws in
            close(world)
            let answer = try await send(
                world, [.init("touser", "zhangsan|lisi|Nobody|bad id"), .init("toparty", "2|9")])
            #expect(answer["errcode"] == 0)
            #expect(answer["invaliduser"] == "nobody|bad id")
            #expect(answer["invalidparty"] == "9")
            #expect(world.wecom.transcript.delivered.first?.recipients == [UserID("zhangsan"), UserID("lisi")])
            let neighbour = try await send(world, [.init("touser", "lisi|zhangsan")], app: 1)
            #expect(neighbour["invaliduser"] == "lisi")
        }
    }

    @Test("the older calls list departments with their names, and who is in one itself")
    func olderCalls() async throws {
        try await withWorld { world async throws in
            close(world)
            let departments = try await world.getJSON("department/list?id=2")["department"]?.array
            #expect(departments?.compactMap { $0["name"]?.string } == ["研发部", "前端组"])
            #expect(departments?.last?["parentid"] == 2)
            let brief = try await world.getJSON("user/simplelist?department_id=2")["userlist"]
            #expect(brief == [["userid": "zhangsan", "name": "张三", "department": [2]]])
            let whole = try await world.getJSON("user/list?department_id=3")["userlist"]?.array
            #expect(whole?.count == 1 && whole?.first?["main_department"] == 3)
            #expect(whole?.first?["order"] == [0] && whole?.first?["avatar"] == nil)
            #expect(try await world.getJSON("user/list?department_id=3", app: 1)["errcode"] == 60011)
            #expect(try await world.getJSON("user/list?department_id=9")["errcode"] == 60003)
            #expect(try await world.getJSON("user/simplelist")["errcode"] == 60123)
        }
    }

    @Test("a message that reaches nobody is refused, and so is one to nobody")
    func nobody() async throws {
        try await withWorld { world async throws in
            close(world)
            #expect(try await send(world, [.init("touser", "nobody"), .init("totag", "9")])["errcode"] == 81013)
            #expect(try await send(world, [])["errcode"] == 82001)
            #expect(try await send(world, [.init("touser", ["zhangsan"])])["errcode"] == 40035)
            let many = (0...1000).map { "u\($0)" }.joined(separator: "|")
            #expect(try await send(world, [.init("touser", .string(many))])["errcode"] == 40032)
            let parties = (0...100).map(String.init).joined(separator: "|")
            #expect(try await send(world, [.init("toparty", .string(parties))])["errcode"] == 82002)
            #expect(try await send(world, [.init("totag", .string(parties))])["errcode"] == 82003)
            #expect(world.wecom.transcript.messages.isEmpty)
        }
    }

    @Test("@all is everybody in sight, a department all beneath it, a tag those who bear it")
    func groups() async throws {
        try await withWorld { world async throws in
            close(world)
            _ = try await send(world, [.init("touser", "@all"), .init("toparty", "99")])
            _ = try await send(world, [.init("touser", "@all")], app: 1)
            _ = try await send(world, [.init("toparty", "1")])
            _ = try await send(world, [.init("toparty", "3")])
            _ = try await send(world, [.init("totag", "7"), .init("touser", "zhangsan")])
            let reached = world.wecom.transcript.delivered.map { $0.recipients.map(\.folded) }
            #expect(reached == [["lisi", "zhangsan"], ["zhangsan"], ["lisi", "zhangsan"], ["lisi"], ["zhangsan"]])
        }
    }

    @Test("the thirty-first message within a minute is answered like the others and shown to nobody")
    func perMinute() async throws {
        try await withWorld { world async throws in
            for number in 1...31 {
                #expect(try await world.send("text", ["content": .string("\(number)")])["errcode"] == 0)
            }
            #expect(world.wecom.transcript.messages.count == 31 && world.wecom.transcript.delivered.count == 30)
            #expect(world.wecom.transcript.messages.last?.fate == .dropped)
            _ = try await world.send("text", ["content": "both"], to: "u1|u2")
            #expect(world.wecom.transcript.delivered.last?.unshown == [UserID("u1")])
            _ = try await world.send("text", ["content": "another app"], app: 1)
            #expect(world.wecom.transcript.delivered.last?.text == "another app")
            world.wecom.clock.advance(by: .seconds(60))
            _ = try await world.send("text", ["content": "later"])
            #expect(world.wecom.transcript.delivered.last?.text == "later")
        }
    }

    @Test("a thousand an hour is the other limit, and no limit is none")
    func perHour() async throws {
        try await withWorld { world async throws in
            world.wecom.limitMembers(to: FakeMemberLimits(perMinute: 30, perHour: 40))
            for _ in 1...3 {
                for _ in 1...20 { _ = try await world.send("text", ["content": "x"]) }
                world.wecom.clock.advance(by: .seconds(61))
            }
            #expect(world.wecom.transcript.delivered.count == 40)
            world.wecom.limitMembers(to: .none)
            _ = try await world.send("text", ["content": "x"])
            #expect(world.wecom.transcript.delivered.count == 41)
        }
    }

    @Test("who is in sight has a name, and who is not cannot be asked for")
    func names() async throws {
        try await withWorld { world async throws in
            #expect(try await world.getJSON("user/get?userid=stranger")["name"] == "stranger")
            close(world)
            let known = try await world.getJSON("user/get?userid=lisi")
            #expect(known["name"] == "李四" && known["userid"] == "LiSi" && known["department"] == [3])
            #expect(try await world.getJSON("user/get?userid=lisi", app: 1)["errcode"] == 60111)
            #expect(try await world.getJSON("user/get?userid=stranger")["errcode"] == 60111)
            #expect(try await world.getJSON("user/get")["errcode"] == 41009)
        }
    }

    @Test("departments and tags can be read, and unknown ones are refused")
    func groupsToRead() async throws {
        try await withWorld { world async throws in
            close(world)
            let branch = try await world.getJSON("department/simplelist?id=2")["department_id"]?.array ?? []
            #expect(branch.map { $0["id"] } == [2, 3] && branch.map { $0["parentid"] } == [1, 2])
            #expect(try await world.getJSON("department/simplelist")["department_id"]?.array?.count == 3)
            #expect(try await world.getJSON("department/simplelist?id=9")["errcode"] == 60003)
            #expect(try await world.getJSON("department/get?id=3")["department"]?["name"] == "前端组")
            #expect(try await world.getJSON("department/get?id=9")["errcode"] == 60003)
            #expect(try await world.getJSON("tag/list")["taglist"] == [["tagid": 7, "tagname": "值班"]])
            #expect(try await world.getJSON("tag/get?tagid=7")["userlist"]?.array?.map { $0["userid"] } == ["zhangsan"])
            #expect(try await world.getJSON("tag/get?tagid=8")["errcode"] == 40068)
        }
    }

    @Test("an app from which people are hidden sees the departments of the others, with those above, and no more")
    func visibleRange() async throws {
        try await withWorld { world async throws in
            close(world)
            world.wecom.changeCorp(world.apps[0].corpID) { corp in
                corp.add(FakeDepartment(id: 4, name: "无人组"))
                corp.add(FakeTag(id: 8, name: "部门", departments: [2, 3]))
            }
            func ids(_ path: String, app: Int) async throws -> [JSONValue?]? {
                try await world.getJSON(path, app: app)["department_id"]?.array?.map { $0["id"] }
            }
            #expect(try await ids("department/simplelist", app: 0) == [1, 2, 3, 4])
            #expect(try await ids("department/simplelist", app: 1) == [1, 2])
            #expect(try await ids("department/simplelist?id=2", app: 0) == [2, 3])
            #expect(try await ids("department/simplelist?id=2", app: 1) == [2])
            for call in ["department/get?id=3", "department/list?id=3", "user/simplelist?department_id=4"] {
                #expect(try await world.getJSON(call, app: 1)["errcode"] == 60011)
                #expect(try await world.getJSON(call)["errcode"] == 0)
            }
            #expect(try await world.getJSON("department/get?id=9", app: 1)["errcode"] == 60003)
            #expect(try await world.getJSON("tag/get?tagid=8", app: 1)["partylist"] == [2])
            #expect(try await world.getJSON("tag/get?tagid=8")["partylist"] == [2, 3])
        }
    }

    @Test("an app's messages of a day, counted by receivers, have a limit until it is the next day in China")
    func perDay() async throws {
        try await withWorld { world async throws in
            close(world)
            world.wecom.limitMembers(to: .none)
            world.wecom.limitDays(toAccounts: 1)
            // The middle of a day, so that none ends meanwhile.
            let now = world.wecom.clock.wall.seconds
            world.wecom.clock.setLead(.seconds(4 * 3600 - now % 86_400))
            for number in 1...99 {
                _ = try await world.send("text", ["content": .string("\(number)")], to: "zhangsan|lisi")
            }
            #expect(try await world.send("text", ["content": "199"], to: "zhangsan")["errcode"] == 0)
            #expect(try await world.send("text", ["content": "201"], to: "zhangsan|lisi")["errcode"] == 45009)
            #expect(try await world.send("text", ["content": "200"], to: "zhangsan")["errcode"] == 0)
            #expect(try await world.send("text", ["content": "201"], to: "zhangsan")["errcode"] == 45009)
            #expect(try await world.send("text", ["content": "1"], to: "zhangsan", app: 1)["errcode"] == 0)
            // 23:00 in China, and 00:00.
            world.wecom.clock.advance(by: .seconds(11 * 3600))
            #expect(try await world.send("text", ["content": "201"], to: "zhangsan")["errcode"] == 45009)
            world.wecom.clock.advance(by: .seconds(3600))
            #expect(try await world.send("text", ["content": "1"], to: "zhangsan")["errcode"] == 0)
            world.wecom.limitDays(toAccounts: nil)
            #expect(world.wecom.transcript.delivered.count == 103)
        }
    }

    @Test("too many wrong secrets in an hour block their address for an hour, for every app and the right secret")
    func wrongSecrets() async throws {
        try await withWorld { world async throws in
            func token(_ app: Int, _ secret: String? = nil) async throws -> JSONValue? {
                let app = world.apps[app]
                let target = "\(world.url)/gettoken?corpid=\(app.corpID.text)&corpsecret="
                let request = HTTPRequest(.get, target + (secret ?? percentEncoded(app.secret.reveal())))
                return try JSONValue(parsing: try await world.transport.send(request, HTTPRequestOptions()).bytes)[
                    "errcode"]
            }
            world.wecom.limitWrongSecrets(to: 3)
            for _ in 1...2 { #expect(try await token(0, "wrong") == 40001) }
            world.wecom.clock.advance(by: .seconds(3600))
            for _ in 1...2 { #expect(try await token(0, "wrong") == 40001) }
            #expect(try await token(0) == 0)
            let before = try await world.token()
            #expect(try await token(2, "wrong") == 40001)
            for app in 0...2 { #expect(try await token(app) == 45009) }
            let sent = try await world.post(
                "message/send", Array(world.message("text", ["content": "hi"]).text.utf8), token: before)
            #expect(try JSONValue(parsing: sent.bytes)["errcode"] == 0)
            world.wecom.clock.advance(by: .seconds(3599))
            #expect(try await token(0) == 45009)
            world.wecom.clock.advance(by: .seconds(2))
            #expect(try await token(0) == 0)
        }
    }

    @Test("a list of addresses comes with the answer, and an empty one with an error")
    func addresses() async throws {
        try await withWorld { world async throws in
            #expect(try await world.getJSON("getcallbackip")["ip_list"] == ["127.0.0.1"])
            #expect(try await world.getJSON("get_api_domain_ip")["ip_list"] == ["127.0.0.1"])
            let token = try await world.token()
            world.wecom.clock.advance(by: .seconds(7200))
            let late = try await world.post("getcallbackip", [], token: token)
            #expect(try JSONValue(parsing: late.bytes)["ip_list"] == [])
        }
    }
}
