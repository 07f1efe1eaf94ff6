import HTTP
import JSON

extension WeComClient {
    /// A member of the corp whom the app can see.
    package struct Member: Sendable, Equatable {
        package let user: UserID
        package let name: String
        package let alias: String
        package let departments: [Int64]
        package let mainDepartment: Int64?
    }

    package struct Department: Sendable, Equatable {
        package let id: Int64
        package let parent: Int64

        package init(id: Int64, parent: Int64) {
            self.id = id
            self.parent = parent
        }
    }

    /// The bearers of a tag, as far as the app can see them: members, and departments with all that is below them.
    package struct TagMembers: Sendable, Equatable {
        package let name: String
        package let users: Set<UserID>
        package let departments: Set<Int64>
    }

    /// A member, as the app sees them.
    package func member(_ user: UserID) async throws(WeComError) -> Member {
        let answer = try await get("/cgi-bin/user/get", [("userid", user.text)])
        guard let id = answer["userid"]?.stringOrInteger else { throw .missing("userid", from: "user/get") }
        return Member(
            user: UserID(id), name: answer["name"]?.string ?? "", alias: answer["alias"]?.string ?? "",
            departments: integers(answer["department"]), mainDepartment: answer["main_department"]?.integer)
    }

    /// The plain id of a member whom a bot knows by an encrypted one; nil where WeCom does not convert it: it is no such id, or
    /// the app does not see the member.
    package func plainUserID(of user: UserID) async throws(WeComError) -> UserID? {
        let answer = try await post(
            "/cgi-bin/batch/openuserid_to_userid", ["open_userid_list": .array([.string(user.text)])])
        guard let list = answer["userid_list"]?.array else {
            throw .missing("userid_list", from: "batch/openuserid_to_userid")
        }
        let found = list.first { $0["open_userid"]?.string.map { $0 == user.text } ?? false }  // short: an id
        return found?["userid"]?.stringOrInteger.map { UserID($0) }
    }

    /// The departments that the app can see: those below `id` and itself, or all.
    package func departments(below id: Int64? = nil) async throws(WeComError) -> [Department] {
        let parameters = id.map { [(name: "id", value: String($0))] } ?? []
        let answer = try await get("/cgi-bin/department/simplelist", parameters, .forLists)
        guard let list = answer["department_id"]?.array else {
            throw .missing("department_id", from: "department/simplelist")
        }
        return list.compactMap { entry in
            entry["id"]?.integer.map { Department(id: $0, parent: entry["parentid"]?.integer ?? 0) }
        }
    }

    package func tag(_ id: Int64) async throws(WeComError) -> TagMembers {
        let answer = try await get("/cgi-bin/tag/get", [("tagid", String(id))], .forLists)
        guard let users = answer["userlist"]?.array else { throw .missing("userlist", from: "tag/get") }
        return TagMembers(
            name: answer["tagname"]?.string ?? "",
            users: Set(users.compactMap { $0["userid"]?.stringOrInteger.map(UserID.init) }),
            departments: Set(integers(answer["partylist"])))
    }

    /// The app as WeCom has it, found by its number with the token of its secret.
    package struct RegisteredApp: Sendable, Equatable {
        package let name: String
        /// It was switched off in the console.
        package let isDisabled: Bool
    }

    /// The app itself. WeCom refuses if `agentID` is not the app whose secret this is.
    package func registeredApp() async throws(WeComError) -> RegisteredApp {
        let answer = try await get("/cgi-bin/agent/get", [("agentid", String(credentials.agentID.number))])
        guard let name = answer["name"]?.string else { throw .missing("name", from: "agent/get") }
        return RegisteredApp(name: name, isDisabled: answer["close"]?.integer == 1)
    }

    /// The addresses that callbacks come from. A hint: who signs a callback is what counts.
    package func callbackAddresses() async throws(WeComError) -> [String] {
        let answer = try await get("/cgi-bin/getcallbackip")
        guard let list = answer["ip_list"]?.array else { throw .missing("ip_list", from: "getcallbackip") }
        return list.compactMap(\.string)
    }
}

extension HTTPRequestOptions {
    /// A large corp has tens of thousands of departments.
    fileprivate static var forLists: HTTPRequestOptions {
        var options = HTTPRequestOptions()
        options.maxBodySize = 16 << 20
        return options
    }
}

extension WeComError {
    fileprivate static func missing(_ member: String, from call: String) -> WeComError {
        .unreadable(status: .ok, reason: "\(call) answered without \(member)")
    }
}

private func integers(_ list: JSONValue?) -> [Int64] { list?.array?.compactMap(\.integer) ?? [] }
