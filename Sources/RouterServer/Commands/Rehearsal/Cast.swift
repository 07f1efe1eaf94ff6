import Simulator

/// The apps that somebody at a terminal can write to.
struct Cast: Sendable {
    struct Role: Sendable {
        let name: String
        let app: FakeApp
    }

    /// What a line says to an app. The remark is for whoever typed it.
    struct Addressed: Sendable {
        let role: Role
        let text: String
        var remark: String?
    }

    let roles: [Role]

    private var names: [String] { roles.map(\.name) }

    /// Finds the app that a line is for: `NAME: text` picks one, the first is meant otherwise.
    ///
    /// Where there is a choice, a name that no app has is a slip, and the line goes to nobody. Where there is none it may as
    /// well be the beginning of what is said.
    func addressed(_ line: String) throws(Typist.Trouble) -> Addressed {
        guard let first = roles.first else { throw Typist.Trouble(description: "there is no app to write to") }
        guard let (name, text) = named(line) else { return Addressed(role: first, text: line) }
        if let role = roles.first(where: { $0.name == name }) { return Addressed(role: role, text: text) }
        guard roles.count > 1 else {
            return Addressed(
                role: first, text: line, remark: "there is no app \(name): all of the line goes to \(first.name)")
        }
        throw Typist.Trouble(
            description: "there is no app \(name) (\(hint(for: name, among: names))): nothing was sent. If \(name): "
                + "belongs to what you say, put an app before it, as in \(first.name): \(name): …")
    }

    /// Takes the word before the first colon, wide or not, and what stands behind it. A word that no app is called counts only
    /// with a space behind the colon: an address of the Web has none.
    private func named(_ line: String) -> (name: String, text: String)? {
        guard let colon = line.firstIndex(where: { $0 == ":" || $0 == "：" }) else { return nil }  // short: a typed line
        let name = String(line[..<colon])
        let rest = line[line.index(after: colon)...]
        guard (1...64).contains(name.utf8.count), name.utf8.allSatisfy(isOfName) else { return nil }
        guard names.contains(name) || rest.first == " " else { return nil }  // short: the names of apps
        return (name, String(rest.drop { $0 == " " }))
    }

    private func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
        default: false
        }
    }
}
