import Simulator
package import WeCom

extension Roster {
    /// Invents people around apps and bots: the same for the same apps each time. Those who are named come first in their corp,
    /// and in some corps there are no others.
    package init(
        apps: [App], bots: [Bot], named: [CorpID: [UserID]] = [:], onlyNamed closed: Set<CorpID> = []
    ) {
        var ids: [CorpID] = []
        for app in apps where !ids.contains(app.app.corpID) { ids.append(app.app.corpID) }
        // Bots alone have no corp to be in.
        if ids.isEmpty { ids = [CorpID("ww0000000000000001")] }
        let corps = ids.enumerated().map { index, id in
            Corp(id: id, name: Roster.corpNames[index % Roster.corpNames.count], members: [])
        }
        self.apps = apps
        self.bots = bots
        self.corps = corps.enumerated().map { index, corp in
            var corp = corp
            corp.members = Roster.members(
                of: corp.id, number: index, named: named[corp.id] ?? [], isClosed: closed.contains(corp.id))
            return corp
        }
        let botIDs = bots.map(\.id)
        groups = bots.isEmpty ? [] : self.corps.enumerated().map { Roster.group(of: $1, number: $0, bots: botIDs) }
    }

    private static let corpNames = ["云杉集团", "青石制造", "海燕物流", "松果教育", "长河能源", "白鹭医疗"]

    private static let people: [[(id: String, name: String, department: String)]] = [
        [("zhangsan", "张三", "平台部"), ("lisi", "李思", "平台部"), ("wangwu", "王五", "客服部"), ("maya", "Maya Chen", "海外")],
        [("zhaomin", "赵敏", "采购部"), ("sunyang", "孙阳", "财务部"), ("zhouqi", "周琪", "质检部")],
    ]

    /// More than these would not fit a dialog.
    private static let mostMembers = 200

    private static func members(of corp: CorpID, number: Int, named: [UserID], isClosed: Bool) -> [Member] {
        let invented = isClosed ? [] : people[number % people.count]
        let names = Dictionary(people.joined().map { (UserID($0.id), ($0.name, $0.department)) }) { first, _ in first }
        var members = named.prefix(mostMembers).map { user in
            Member(corp: corp, user: user, name: names[user]?.0 ?? user.text, department: names[user]?.1 ?? "")
        }
        for person in invented where !members.contains(where: { $0.user == UserID(person.id) }) {
            members.append(
                Member(corp: corp, user: UserID(person.id), name: person.name, department: person.department))
        }
        return members
    }

    private static func group(of corp: Corp, number: Int, bots: [BotID]) -> Group {
        Group(
            id: ChatID("wrPlayground\(number + 1)"), name: number == 0 ? "发布群" : "\(corp.name)群", corp: corp.id,
            members: corp.members.map(\.user), bots: bots)
    }
}
