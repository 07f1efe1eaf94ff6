import HTTP
import JSON
import WeCom

/// The address book, as far as an app may see it.
extension FakeAPI {
    /// The app whose token it is, by its own number and no other.
    func agent(_ call: APICall) throws(Refusal) -> JSONValue {
        guard let id = call.number("agentid") else { throw Refusal(40056, "invalid agentid") }
        guard id == call.app.agentID.number else { throw Refusal(301_002, "not allow operate other agent") }
        return .success(
            .init("agentid", .integer(id)), .init("name", .string("app \(id)")), .init("description", ""),
            .init("close", call.app.isDisabled ? 1 : 0))
    }

    func user(_ call: APICall) throws(Refusal) -> JSONValue {
        guard let id = call.request.query["userid"], !id.isEmpty else { throw Refusal(41009, "userid missing") }
        guard let member = corp(of: call.app).member(UserID(id), seenBy: call.app.agentID) else {
            throw Refusal(60111, "userid not found")
        }
        return .success(member.fields)
    }

    /// Lists those who are in a department itself, not in those beneath it.
    func members(_ call: APICall, isBrief: Bool) throws(Refusal) -> JSONValue {
        let id = try visibleDepartment(call, "department_id").id
        let corp = corp(of: call.app)
        let members = corp.members(seenBy: call.app.agentID).filter { $0.departments.contains(id) }
        return .success(
            .init("userlist", .array(members.map { .object(isBrief ? $0.briefFields : $0.fields) })))
    }

    /// The most ids of one call.
    private static let mostOpenIDs = 1000

    /// Tells the plain ids of those whom the app sees.
    func plainUsers(_ call: APICall) throws(Refusal) -> JSONValue {
        guard let ids = try call.json()["open_userid_list"]?.array, (1...Self.mostOpenIDs).contains(ids.count) else {
            throw Refusal(40058, "open_userid_list must have 1 to 1000 ids")
        }
        let corp = corp(of: call.app)
        var (found, invalid): ([JSONValue], [JSONValue]) = ([], [])
        for id in ids.compactMap(\.string) {
            let member = UserID(id).ofOpenID.flatMap { corp.member($0, seenBy: call.app.agentID) }
            if let member {
                found.append(["open_userid": .string(id), "userid": .string(member.userID.text)])
            } else {
                invalid.append(.string(id))
            }
        }
        return .success(.init("userid_list", .array(found)), .init("invalid_open_userid_list", .array(invalid)))
    }

    func departments(_ call: APICall) throws(Refusal) -> JSONValue {
        let list = try branch(call).map { department -> JSONValue in
            ["id": .integer(department.id), "parentid": .integer(department.parent), "order": 10]
        }
        return .success(.init("department_id", .array(list)))
    }

    /// The older call of the same, with the names.
    func departmentList(_ call: APICall) throws(Refusal) -> JSONValue {
        .success(.init("department", .array(try branch(call).map(\.fields))))
    }

    /// The department that is asked for with those beneath it, or all there are, as far as the app sees them.
    private func branch(_ call: APICall) throws(Refusal) -> [FakeDepartment] {
        let corp = corp(of: call.app)
        let seen = corp.departments(seenBy: call.app.agentID)
        guard call.request.query["id"]?.isEmpty == false else { return seen }
        let branch = Set(corp.branch(try visibleDepartment(call, "id").id).map(\.id))
        return seen.filter { branch.contains($0.id) }
    }

    func department(_ call: APICall) throws(Refusal) -> JSONValue {
        .success(.init("department", try visibleDepartment(call, "id").fields))
    }

    /// The department of the number that a parameter has, if there is such a one and the app sees it.
    private func visibleDepartment(_ call: APICall, _ parameter: String) throws(Refusal) -> FakeDepartment {
        guard let id = call.number(parameter) else { throw Refusal(60123, "invalid department id") }
        let corp = corp(of: call.app)
        guard let department = corp.department(id) else { throw Refusal(60003, "department not found") }
        guard corp.departments(seenBy: call.app.agentID).contains(department) else {
            throw Refusal(60011, "no privilege to access/modify contact/party/agent")
        }
        return department
    }

    func tags(_ call: APICall) -> JSONValue {
        let list = corp(of: call.app).tags.map { tag -> JSONValue in
            ["tagid": .integer(tag.id), "tagname": .string(tag.name)]
        }
        return .success(.init("taglist", .array(list)))
    }

    func tag(_ call: APICall) throws(Refusal) -> JSONValue {
        let corp = corp(of: call.app)
        guard let tag = call.number("tagid").flatMap(corp.tag) else { throw Refusal(40068, "invalid tagid") }
        let members = corp.members(seenBy: call.app.agentID).filter { $0.tags.contains(tag.id) }
        let seen = Set(corp.departments(seenBy: call.app.agentID).map(\.id))
        let users = members.map { member -> JSONValue in
            ["userid": .string(member.userID.text), "name": .string(member.name)]
        }
        return .success(
            .init("tagname", .string(tag.name)), .init("userlist", .array(users)),
            .init("partylist", .array(tag.departments.filter(seen.contains).map(JSONValue.integer))))
    }
}

extension FakeMember {
    fileprivate var briefFields: [JSONValue.Member] {
        [
            .init("userid", .string(userID.text)), .init("name", .string(name)),
            .init("department", .array(departments.map(JSONValue.integer))),
        ]
    }

    /// Without what WeCom has told no app since 2022 that was made after that: portrait, gender, telephone numbers.
    fileprivate var fields: [JSONValue.Member] {
        let none = departments.map { _ in JSONValue.integer(0) }
        return briefFields + [
            .init("main_department", departments.first.map(JSONValue.integer) ?? 1), .init("order", .array(none)),
            .init("is_leader_in_dept", .array(none)), .init("direct_leader", []), .init("position", ""),
            .init("status", 1), .init("isleader", 0), .init("alias", ""), .init("telephone", ""),
            .init("extattr", ["attrs": []]), .init("external_position", ""), .init("external_profile", [:]),
        ]
    }
}

extension FakeDepartment {
    fileprivate var fields: JSONValue {
        [
            "id": .integer(id), "name": .string(name), "name_en": "", "department_leader": [],
            "parentid": .integer(parent), "order": 10,
        ]
    }
}
