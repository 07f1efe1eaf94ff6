/// Something that XML has and WeCom never sends, or never so much of.
package enum XMLMark: String, Sendable, Equatable, CaseIterable {
    case attribute = "an attribute"
    case namespace = "a name with a colon"
    case instruction = "a processing instruction"
    case declaration = "a declaration"
    case entity = "an entity other than XML's own five"
    case comment = "too many comments"
    case reference = "too many references"
    case longName = "a name that is too long"
}
