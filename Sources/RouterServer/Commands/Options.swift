import Text

/// A command's options: flags, and options with a value written `--name value` or `--name=value`. Behind `--` there are
/// operands only.
struct Options: Sendable {
    private var values: [String: [String]] = [:]
    private var flags: Set<String> = []
    /// The arguments that are neither an option nor the value of one, in order.
    private(set) var operands: [String] = []

    /// Reads all arguments, up to `most` operands among them; anything that the command's help does not have is refused, with
    /// the nearest name that it has.
    init(_ arguments: [String], of help: CommandHelp, operands most: Int = 0) throws {
        let (command, known, valued) = (help.command, help.flags, help.valued)
        let repeated = help.options.filter(\.isRepeated).map(\.name)
        var rest = arguments[...]
        var optionsHaveEnded = false
        while let argument = rest.popFirst() {
            let name = String(argument.prefix { $0 != "=" })
            let isOption = argument.hasPrefix("-") && argument != "-" && !optionsHaveEnded
            if argument == "--", isOption {
                optionsHaveEnded = true
            } else if !isOption, operands.count < most {
                operands.append(argument)
            } else if !isOption {
                throw UsageError("\(argument) is not understood here.", command: command)
            } else if argument == "-h" || argument == "--help" {
                flags.insert("--help")
            } else if valued.contains(name) {
                guard values[name] == nil || repeated.contains(name) else {
                    throw UsageError("\(name) is given twice.", command: command)
                }
                values[name, default: []].append(try Options.value(of: name, in: argument, &rest, command))
            } else if known.contains(argument) {
                flags.insert(argument)
            } else {
                throw UsageError(
                    Options.complaint(about: argument, name, among: known + valued), command: command)
            }
        }
    }

    /// The names of all options that were given, in the order of the alphabet.
    var given: [String] { flags.union(values.keys).sorted() }

    var asksForHelp: Bool { flags.contains("--help") }
    func has(_ flag: String) -> Bool { flags.contains(flag) }
    func value(_ name: String) -> String? { values[name]?.first }
    /// All values of an option that may be given more than once, in order.
    func all(_ name: String) -> [String] { values[name] ?? [] }

    /// The value as a port.
    func port(_ name: String, default fallback: Int, of command: String) throws -> Int {
        guard let text = value(name) else { return fallback }
        guard let port = Int(text), (0...65535).contains(port) else {
            throw UsageError("\(name) takes a port from 0 to 65535 (0 is any free one), not \(text).", command: command)
        }
        return port
    }

    private static func value(
        of name: String, in argument: String, _ rest: inout ArraySlice<String>, _ command: String
    ) throws -> String {
        if argument.count > name.count { return String(argument.dropFirst(name.count + 1)) }
        guard let value = rest.popFirst() else { throw UsageError("\(name) needs a value.", command: command) }
        return value
    }

    private static func complaint(about argument: String, _ name: String, among known: [String]) -> String {
        if known.contains(name) { return "\(name) takes no value." }
        let nearest = nearest(to: name, among: known)
        return "there is no option \(name)." + (nearest.map { " Did you mean \($0)?" } ?? "")
    }
}
