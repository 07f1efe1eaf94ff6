import WeCom

/// People who are made up. The first of a corp are always the same; further ones follow from the seed.
struct InventedPeople {
    struct Department {
        let id: Int64
        let name: String
    }

    let seed: WorldSeed
    let corp: CorpID
    /// The number of the corp among all.
    let index: Int

    static let corpNames = ["云杉集团", "青石制造", "海燕物流", "松果教育", "长河能源", "白鹭医疗"]

    private static let departments = [
        [Department(id: 2, name: "平台部"), Department(id: 3, name: "客服部"), Department(id: 4, name: "海外")],
        [Department(id: 2, name: "采购部"), Department(id: 3, name: "财务部"), Department(id: 4, name: "质检部")],
    ]

    private static let first: [[(id: String, name: String, department: Int64)]] = [
        [("zhangsan", "张三", 2), ("lisi", "李思", 2), ("wangwu", "王五", 3), ("maya", "Maya Chen", 4)],
        [("zhaomin", "赵敏", 2), ("sunyang", "孙阳", 3), ("zhouqi", "周琪", 4)],
    ]

    private static let surnames = [
        ("wang", "王"), ("li", "李"), ("zhang", "张"), ("liu", "刘"), ("chen", "陈"), ("yang", "杨"), ("huang", "黄"),
        ("zhao", "赵"), ("wu", "吴"), ("zhou", "周"), ("xu", "徐"), ("sun", "孙"), ("ma", "马"), ("zhu", "朱"), ("hu", "胡"),
        ("guo", "郭"), ("he", "何"), ("lin", "林"), ("gao", "高"), ("luo", "罗"),
    ]
    private static let givenNames = [
        ("wei", "伟"), ("fang", "芳"), ("na", "娜"), ("min", "敏"), ("jing", "静"), ("qiang", "强"), ("lei", "磊"),
        ("yan", "艳"),
        ("jie", "杰"), ("tao", "涛"), ("ming", "明"), ("chao", "超"), ("xia", "霞"), ("ping", "平"), ("gang", "刚"),
        ("guiying", "桂英"), ("xiaolong", "小龙"), ("yuchen", "雨辰"), ("zihan", "子涵"), ("siyuan", "思远"),
    ]
    private static let englishNames = [
        "Ada", "Ben", "Clara", "David", "Elena", "Frank", "Grace", "Hugo", "Iris", "Jack",
    ]
    private static let englishSurnames = [
        "Chen", "Lee", "Tan", "Smith", "Wong", "Brown", "Lim", "Garcia", "Khan", "Ng",
    ]

    var name: String { Self.corpNames[index % Self.corpNames.count] }

    var departments: [FakeDepartment] {
        Self.departments[index % Self.departments.count].map { FakeDepartment(id: $0.id, name: $0.name) }
    }

    /// Those whom every such corp has.
    var members: [World.Member] {
        Self.first[index % Self.first.count].map { person in
            World.Member(
                UserID(person.id), name: person.name, departments: [person.department],
                language: person.name.utf8.allSatisfy { $0 < 0x80 } ? .english : .chinese)
        }
    }

    /// The name of somebody of whom only the id is known, if it is one of ours.
    static func name(of user: UserID) -> String? { first.joined().first { UserID($0.id) == user }?.name }

    /// Makes up `count` people besides `others`, each with an id of their own, spread over `departments`.
    func members(_ count: Int, besides others: [World.Member], in departments: [FakeDepartment]) -> [World.Member] {
        var taken = Set(others.map(\.userID))
        // The last number behind each name that came more than once.
        var numbers: [String: Int] = [:]
        let places = departments.isEmpty ? [1] : departments.map(\.id)
        return (0..<count).map { number in
            let (id, name, language) = person(number)
            var user = UserID(id)
            while !taken.insert(user).inserted {
                numbers[id, default: 1] += 1
                user = UserID("\(id)\(numbers[id, default: 2])")
            }
            return World.Member(
                user, name: name, departments: [places[pick(places.count, "department", number)]], language: language)
        }
    }

    /// One in ten writes English.
    private func person(_ number: Int) -> (id: String, name: String, World.Language) {
        if pick(10, "language", number) == 0 {
            let given = Self.englishNames[pick(Self.englishNames.count, "given", number)]
            let surname = Self.englishSurnames[pick(Self.englishSurnames.count, "surname", number)]
            return ("\(given).\(surname)".lowercased(), "\(given) \(surname)", .english)
        }
        let surname = Self.surnames[pick(Self.surnames.count, "surname", number)]
        let given = Self.givenNames[pick(Self.givenNames.count, "given", number)]
        return (surname.0 + given.0, surname.1 + given.1, .chinese)
    }

    private func pick(_ count: Int, _ what: String, _ number: Int) -> Int {
        seed.number(below: count, for: "\(corp.text)/\(number)/\(what)")
    }
}
