import HTTP
import TestSupport
import Testing
import WeCom

@Suite("Calls of the address book", .timeLimit(.minutes(5))) struct ContactsCallsTests {
    @Test("a member is asked for by their id, and comes with what the app may see")
    func member() async throws {
        try await answering(
            #"{"errcode":0,"errmsg":"ok","userid":"zhangsan","name":"张三","department":[1,2],"main_department":2,"alias":"jack"}"#
        ) { client, wecom in
            let member = try await client.member(UserID("Zhang&San"))
            #expect(member.user == UserID("zhangsan") && member.name == "张三" && member.alias == "jack")
            #expect(member.departments == [1, 2] && member.mainDepartment == 2)
            #expect(wecom.requests.first?.path == "/cgi-bin/user/get")
            #expect(wecom.requests.first?.query["userid"] == "Zhang&San")
            #expect(wecom.requests.first?.query["access_token"] == "token-1")
        }
        try await answering(#"{"errcode":0,"userid":"u"}"#) { client, _ in
            let member = try await client.member(UserID("u"))
            #expect(member.name.isEmpty && member.departments.isEmpty && member.mainDepartment == nil)
        }
    }

    @Test("departments come in an array called department_id, all or those below one")
    func departments() async throws {
        try await answering(
            #"{"errcode":0,"department_id":[{"id":1,"parentid":0,"order":1},{"id":2,"parentid":1},{"parentid":1}]}"#
        ) { client, wecom in
            #expect(try await client.departments() == [.init(id: 1, parent: 0), .init(id: 2, parent: 1)])
            _ = try await client.departments(below: 2)
            #expect(wecom.requests.map { $0.query["id"] } == [nil, "2"])
            #expect(wecom.requests.allSatisfy { $0.path == "/cgi-bin/department/simplelist" })
        }
    }

    @Test("fifty thousand departments are no more than fit")
    func many() async throws {
        let list = (1...50_000).map { #"{"id":\#($0),"parentid":\#($0 / 2),"order":\#(100_000_000 - $0)}"# }
        try await answering(#"{"errcode":0,"department_id":[\#(list.joined(separator: ","))]}"#) { client, _ in
            let departments = try await client.departments()
            #expect(departments.count == 50_000 && departments.last == .init(id: 50_000, parent: 25_000))
        }
    }

    @Test("a tag has members and departments")
    func tag() async throws {
        let answer = #"{"errcode":0,"tagname":"pilot","userlist":[{"userid":"Lisi","name":"x"}],"partylist":[2]}"#
        try await answering(answer) { client, wecom in
            let tag = try await client.tag(7)
            #expect(tag.name == "pilot" && tag.users == [UserID("lisi")] && tag.departments == [2])
            #expect(wecom.requests.map(\.path) == ["/cgi-bin/tag/get"])
            #expect(wecom.requests[0].query["tagid"] == "7")
        }
    }

    @Test("a failure that carries an empty list is a failure")
    func addresses() async throws {
        try await answering(#"{"ip_list":["1.2.3.4","2.3.3.0/24"],"errcode":0,"errmsg":"ok"}"#) { client, _ in
            let addresses = try await client.callbackAddresses()
            #expect(addresses == ["1.2.3.4", "2.3.3.0/24"])
        }
        try await answering(#"{"ip_list":[],"errcode":48002,"errmsg":"no"}"#) { client, _ in
            let error = await failure { () async throws(WeComError) in try await client.callbackAddresses() }
            #expect(error == .refused(ErrorCode(48002), message: "no"))
        }
    }

    @Test("an answer without what was asked for is nobody's")
    func missing() async throws {
        try await answering(#"{"errcode":0}"#) { client, _ in
            let errors = [
                await failure { () async throws(WeComError) in try await client.member(UserID("u")) },
                await failure { () async throws(WeComError) in try await client.departments() },
                await failure { () async throws(WeComError) in try await client.tag(1) },
                await failure { () async throws(WeComError) in try await client.callbackAddresses() },
            ]
            for error in errors {
                guard case .unreadable(.ok, _) = error else { throw Unexpected("\(String(describing: error))") }
                #expect(error?.isTransient == true)
            }
        }
    }

    private func answering(
        _ text: String, _ body: (WeComClient, LoopbackWeCom) async throws -> Void
    ) async throws {
        try await withLoopbackWeCom(answering: { _ in json(text) }, body)
    }
}
