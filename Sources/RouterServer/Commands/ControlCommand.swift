import HTTP
import JSON

/// A command that asks after what is stored: a verb, perhaps an operand, options, and one request or a few.
struct ControlCommand {
    let name: String
    /// The first is meant when none is given.
    let verbs: [String]
    /// Options with a value besides those of lists.
    var extra: [String] = []
    /// The number of operands the verbs take, but for the first, which takes none.
    var operandCount = 1

    /// The arguments of a verb.
    struct Call {
        let options: Options
        let filters: ListOptions
        let client: ControlClient
        fileprivate let operands: [String]
        fileprivate let usage: String

        /// Finds what the verb is about; it is for the user to say.
        func operand(_ placeholder: String, at place: Int = 0) throws -> String {
            guard let operand = operands.dropFirst(place).first else {
                throw UsageError("\(placeholder) is missing.", command: usage)
            }
            guard operand.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"/?#%".utf8.contains($0) }) else {
                throw UsageError("\(shown(operand)) is no \(placeholder).", command: usage)
            }
            return operand
        }
    }

    /// The result, for programs and for people.
    struct Report: Sendable {
        let json: JSONValue
        let text: String
    }

    func run(
        _ context: CommandContext, help: String, _ body: (String, Call) async throws -> Report
    ) async throws -> ExitStatus {
        let options = try Options(
            context.arguments, of: name, flags: ["--json"], values: ListOptions.names + extra + ["--config"],
            operands: 3)
        if options.asksForHelp {
            context.print(help)
            return .done
        }
        let verb = try verb(options.operands.first)
        let filters = try ListOptions(options, of: name)
        let operands = Array(options.operands.dropFirst())
        if let stray = operands.dropFirst(verb == verbs[0] ? 0 : operandCount).first {
            throw UsageError("\(stray) is not understood here.", command: name)
        }
        let report: Report
        do {
            report = try await ControlClient.use(context, options) { client in
                try await body(
                    verb, Call(options: options, filters: filters, client: client, operands: operands, usage: name))
            }
        } catch let complaint as ControlComplaint where complaint.status == .badRequest {
            throw UsageError(complaint.text + ".", command: name)
        }
        context.print(options.has("--json") ? report.json.text + "\n" : report.text)
        return .done
    }

    private func verb(_ word: String?) throws -> String {
        guard let word else { return verbs[0] }
        guard verbs.contains(word) else {
            throw UsageError("\(name) cannot \(shown(word)); \(hint(for: word, among: verbs))", command: name)
        }
        return word
    }
}
