package import JSON
package import WeCom

extension Unreached {
    /// A sentence for people, with each list that is not empty.
    package var words: String {
        let lists: [(what: String, ids: [String])] = [
            ("users", users.map(\.text)), ("departments", parties.map(String.init)), ("tags", tags.map(String.init)),
            ("users without a licence", unlicensed.map(\.text)),
        ]
        return "not reached: "
            + lists.filter { !$0.ids.isEmpty }.map { "\($0.what) \($0.ids.joined(separator: ", "))" }
            .joined(separator: "; ")
    }

    // MARK: In a store

    /// The lists by WeCom's names for them, each one there.
    package var members: [JSONValue.Member] {
        [
            .init("invaliduser", .array(users.map { .string($0.text) })),
            .init("invalidparty", .array(parties.map { .integer($0) })),
            .init("invalidtag", .array(tags.map { .integer($0) })),
            .init("unlicenseduser", .array(unlicensed.map { .string($0.text) })),
        ]
    }

    /// The form in which a delivery that went has it for a reason.
    package var stored: String { JSONValue.object(members).text }

    /// Reads the stored form; nil for another reason.
    package init?(storedAs text: String) {
        guard text.utf8.first == UInt8(ascii: "{"),
            let json = JSONValue(storedAs: text)
        else { return nil }
        self.init(
            users: json["invaliduser"]?.array?.compactMap(\.string).map { UserID($0) } ?? [],
            parties: json["invalidparty"]?.array?.compactMap(\.integer) ?? [],
            tags: json["invalidtag"]?.array?.compactMap(\.integer) ?? [],
            unlicensed: json["unlicenseduser"]?.array?.compactMap(\.string).map { UserID($0) } ?? [])
    }
}
