/// A row of WeCom's documentation of a message: the name of a field, whether it has to be there, and what it holds.
struct Field: Sendable {
    enum Presence: Sendable {
        case required
        case optional
        /// Stands only in an update of a card that was sent.
        case updateOnly
        /// Set by us when the message is sent.
        case setBySending
    }

    /// Beside what else in the same object the field stands.
    enum Condition: Sendable {
        case always
        /// Beside a `type` of this number, or without one for 0; nowhere else.
        case ofType(Int64)
        /// The same, but beside another `type` it counts for nothing, as in WeCom's own examples.
        case leadingAs(Int64)
        /// Beside this field; nowhere else.
        case beside(String)
        /// Beside this field it counts for nothing.
        case unless(String)
    }

    let name: String
    let presence: Presence
    let kind: FieldKind
    let condition: Condition

    static func required(_ name: String, _ kind: FieldKind, _ condition: Condition = .always) -> Field {
        Field(name: name, presence: .required, kind: kind, condition: condition)
    }

    static func optional(_ name: String, _ kind: FieldKind, _ condition: Condition = .always) -> Field {
        Field(name: name, presence: .optional, kind: kind, condition: condition)
    }

    static func updateOnly(_ name: String, _ kind: FieldKind) -> Field {
        Field(name: name, presence: .updateOnly, kind: kind, condition: .always)
    }

    static func setBySending(_ name: String) -> Field {
        Field(name: name, presence: .setBySending, kind: .text(), condition: .always)
    }
}

/// The values that a field may hold.
indirect enum FieldKind: Sendable {
    /// A text; of a required field, not an empty one.
    case text(maxBytes: Int? = nil)
    /// A text that is not empty, as ids and keys are.
    case key(maxBytes: Int? = nil)
    /// A text with something in it that people can see.
    case visible(maxBytes: Int)
    /// A text with so many characters.
    case characters(ClosedRange<Int>)
    /// A text of which WeCom shows so many characters and no more: it is cut when it is read.
    case cut(toCharacters: Int)
    /// A whole URL, with its scheme.
    case url(maxBytes: Int? = nil)
    /// A key of letters, digits, `_`, `-` and `@`.
    case taskID(maxBytes: Int)
    case bool
    case integer
    case number(ClosedRange<Double>)
    case count(ClosedRange<Int64>)
    /// One of the numbers that WeCom gave to a few choices.
    case choice(ClosedRange<Int64>)
    /// 0 or 1.
    case flag
    /// One of some numbers among which there are gaps.
    case oneOf([Int64])
    /// The target of a tap: 0 for none, which only some may have, 1 for a URL, 2 for a mini program, 3 for a question
    /// to the bot.
    case leads(ClosedRange<Int64>)
    /// Numbers in one text, with `|` between them.
    case joinedNumbers
    case object(Shape)
    case list(FieldKind, ClosedRange<Int>)
    /// An object with the fields that belong to the name in one of them.
    case named(by: String, [(name: String, shape: Shape)])
}

/// The fields of an object, in the order in which they are written, and the rules between them.
struct Shape: Sendable {
    enum Rule: Sendable {
        /// The field is there and not empty, if the other is there.
        case needs(String, beside: String? = nil)
        /// The same, of a card that is sent; not of one that takes its place.
        case needsWhenSent(String, beside: String? = nil)
        /// One of the two is there and not empty.
        case oneOf(String, String)
        /// No two entries of these lists have the same value in this field.
        case unique(String, in: [String])
    }

    let fields: [Field]
    let rules: [Rule]

    init(_ fields: [Field], rules: [Rule] = []) {
        self.fields = fields
        self.rules = rules
    }
}
