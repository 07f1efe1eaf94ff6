/// The text of a value once its `${NAME}` and `${NAME:-default}` have been put in. `$${` stands for `${` itself.
///
/// As in a shell, the default is for a variable that is not set or empty. What is put in is not looked at again.
struct Substitution {
    private(set) var text = ""
    /// The names that were asked for.
    private(set) var variables: [String] = []
    private(set) var complaints: [String] = []

    init(_ written: String, environment: [String: String]) {
        var rest = Substring(written)
        while let dollar = rest.firstIndex(of: "$") {
            text += rest[..<dollar]
            rest = rest[dollar...]
            if rest.hasPrefix("$${") {
                text += "${"
                rest = rest.dropFirst(3)
            } else if rest.hasPrefix("${") {
                guard let end = rest.firstIndex(of: "}") else {
                    complaints.append("has a ${ without its }: write ${NAME}, or $${ for the characters themselves")
                    return
                }
                putIn(rest[..<end].dropFirst(2), environment)
                rest = rest[rest.index(after: end)...]
            } else {
                text += "$"
                rest = rest.dropFirst()
            }
        }
        text += rest
    }

    private mutating func putIn(_ reference: Substring, _ environment: [String: String]) {
        let colon = reference.firstIndex(of: ":")
        let name = String(reference[..<(colon ?? reference.endIndex)])
        let fallback = colon.map { reference[$0...].dropFirst() }
        guard isVariableName(name), fallback?.hasPrefix("-") ?? true else {
            complaints.append("has a ${…} that names no variable: write ${NAME} or ${NAME:-default}")
            return
        }
        variables.append(name)
        let value = environment[name]
        if let fallback {
            text += value.flatMap { $0.isEmpty ? nil : $0 } ?? String(fallback.dropFirst())
        } else if let value {
            text += value
        } else {
            complaints.append("needs the environment variable \(name), which is not set")
        }
    }
}

func isVariableName(_ text: String) -> Bool {
    guard let first = text.utf8.first, !first.isASCIIDigit, text.utf8.count <= 255 else { return false }
    return text.utf8.allSatisfy { $0.isASCIILetterOrDigit || $0 == UInt8(ascii: "_") }
}
