import System
import Text
import WeCom

extension Step {
    /// Reads a step as a scenario has it: a verb with its value.
    package init(_ written: Written) throws(StepFault) {
        let verbs = Verb.allCases.map(\.rawValue).joined(separator: ", ")
        guard case .fields(let fields) = written.content, let field = fields.first else {
            throw StepFault(written.line, "a step is one of \(verbs), with what belongs to it")
        }
        guard fields.count == 1 else {
            throw StepFault(fields[1].line, "\(fields[1].name.shortened) begins a step of its own: write - before it")
        }
        guard let verb = Verb.allCases.first(where: { $0.rawValue.isSame(as: field.name) }) else {
            throw StepFault(field.line, "\(field.name.shortened) is no step: the steps are \(verbs)")
        }
        try self.init(verb, field.value, .init())
    }

    /// Reads the value of a verb.
    init(_ verb: Verb, _ value: Written, _ limits: WrittenFields.Limits) throws(StepFault) {
        let name = verb.rawValue
        switch verb {
        case .say: self = .say(try Saying(value, limits))
        case .click: self = .click(try Click(value))
        case .enter: self = .enter(try Who(value, of: name))
        case .save: self = .save(try Who(value, of: name, hasUser: false))
        case .fault: self = .fault(try FaultOrder(value, limits))
        case .clock: self = .clock(try ClockChange(value))
        case .kill: self = .kill(try value.word(of: name))
        case .start: self = .start(try value.word(of: name))
        case .expect: self = .expect(try Expectation(value, of: name, "within", .seconds(10), limits))
        case .expectNothing: self = .expectNothing(try Expectation(value, of: name, "for", .seconds(2), limits))
        case .wait: self = .wait(try Duration(value.single("for", of: name), as: name, atMost: limits.longest))
        }
    }
}

extension Written {
    /// The value of a step that has but one, alone or under a field's name.
    fileprivate func single(_ name: String, of verb: String) throws(StepFault) -> Written {
        guard case .fields = content else { return self }
        var fields = try WrittenFields(self, of: verb)
        let value = fields.value(name)
        try fields.finish()
        guard let value else { throw StepFault(line, "\(verb).\(name) is missing") }
        return value
    }

    fileprivate func word(of verb: String) throws(StepFault) -> String {
        guard case .text(let text, _) = try single("name", of: verb).content,
            (1...WrittenFields.longestName).contains(text.utf8.count)
        else { throw StepFault(line, "\(verb) takes the name of a process") }
        return text
    }
}

extension Step.Who {
    /// Alone, it is the name of an app or a bot.
    fileprivate init(_ written: Written, of verb: String, hasUser: Bool = true) throws(StepFault) {
        if case .text = written.content {
            let names = try written.names(
                atMost: 1, orElse: StepFault(written.line, "\(verb) takes the name of an app or a bot"))
            self.init(user: nil, party: names[0])
            return
        }
        var fields = try WrittenFields(written, of: verb)
        try self.init(&fields, hasUser: hasUser)
        try fields.finish()
    }

    init(_ fields: inout WrittenFields, hasUser: Bool = true) throws(StepFault) {
        let app = try fields.name("app")
        let bot = try fields.name("bot")
        guard app == nil || bot == nil else { throw fields.fault("bot", "and an app: it goes to one of them") }
        party = app ?? bot
        user = hasUser ? try fields.name("user") : nil
        if let user, !UserID(user).isWellFormed {
            throw fields.fault("user", "must be letters, digits and _-@., 64 at most")
        }
    }
}

extension Step.Click {
    fileprivate init(_ written: Written) throws(StepFault) {
        var fields = try WrittenFields(written, of: "click")
        who = try Step.Who(&fields)
        card = try fields.text("card").map { Words(pattern: $0) } ?? .any
        let button = try fields.text("button", most: 1024)
        choices = [:]
        if let chosen = fields.value("choose") {
            guard case .fields(let questions) = chosen.content, questions.count <= 32 else {
                throw fields.fault("choose", "must be the keys of questions, each with the ids of options")
            }
            let complaint = fields.fault("choose", "must be the keys of questions, each with the ids of options")
            for question in questions {
                choices[question.name] = try question.value.names(atMost: 32, orElse: complaint)
            }
        }
        try fields.finish()
        guard let button else { throw fields.fault("button", "is missing: a button's text or key") }
        self.button = button
    }
}

extension Step.ClockChange {
    fileprivate init(_ written: Written) throws(StepFault) {
        let value = try written.single("advance", of: "clock")
        let complaint = StepFault(value.line, "clock takes a time as +15m or -1h, or 0 for the real clock")
        // Years: certificates aside, nothing of WeCom's lives longer.
        let most = Duration.seconds(10 * 366 * 86_400)
        let text: String
        switch value.content {
        case .text(let written, _): text = written
        case .number(0): text = "0"
        default: throw complaint
        }
        let isBack = text.begins(with: "-")
        let amount = text.after("-") ?? text.after("+") ?? text[...]
        guard let duration = Duration(written: amount), duration <= most else { throw complaint }
        guard text.begins(with: "+") || isBack || duration == .zero else { throw complaint }
        self = duration == .zero ? .real : .ahead(isBack ? .zero - duration : duration)
    }
}

extension Expectation {
    fileprivate init(
        _ written: Written, of verb: String, _ timeName: String, _ usual: Duration, _ limits: WrittenFields.Limits
    ) throws(StepFault) {
        var fields = try WrittenFields(written, of: verb)
        from = try fields.name("from")
        to = try fields.name("to")
        let text = try fields.text("text")
        let pattern = try fields.text("match")
        guard text == nil || pattern == nil else { throw fields.fault("match", "and a text: one of them is due") }
        words = text.map { .exactly($0) } ?? pattern.map { Words(pattern: $0) } ?? .any
        kind = try fields.word("kind")
        within = try fields.duration(timeName, atMost: limits.longest) ?? usual
        // What must not come must not come once.
        times = timeName.isSame(as: "for") ? 1 : Int(try fields.number("times", in: 1...1000) ?? 1)
        try fields.finish()
    }
}
