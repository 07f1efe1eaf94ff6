import HTTP
import JSON
import System
import Text

/// A command that asks after what is stored: a verb, perhaps operands, options, and one request or a few.
struct ControlCommand {
    let help: CommandHelp
    /// The first is meant when none is given.
    let verbs: [Verb]
    /// The filters of its lists.
    var filters = ListOptions.names

    private var name: String { help.command }

    struct Verb {
        let name: String
        /// At most so many operands.
        var operands = 0
        /// Options of its own.
        var flags: [String] = []
        /// … with a value.
        var values: [String] = []
        var hasFilters = false
    }

    /// The arguments of a verb, and what to show its result by.
    struct Call {
        let options: Options
        let filters: ListOptions
        let client: ControlClient
        /// In which times are shown.
        let zone: TimeZone
        /// The columns of the terminal; nil where it goes elsewhere.
        let width: Int?
        let operands: [String]
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

        func misuse(_ complaint: String) -> UsageError { UsageError(complaint, command: usage) }

        /// The heading above times to the minute.
        var when: TextTable.Column { .init("WHEN (\(zone.place))") }
    }

    /// The result, for programs and for people.
    struct Report: Sendable {
        let json: JSONValue
        let text: String
        /// The failures, a line each; with any the command has failed.
        var failures: [String] = []
    }

    /// The outcome of a verb.
    enum Outcome {
        case report(Report)
        /// Something is done only if it is wanted by whoever sees what it is.
        case proposal(String, carryOut: (Call) async throws -> Report)
    }

    func run(
        _ context: CommandContext, _ body: (String, Call) async throws -> Outcome
    ) async throws -> ExitStatus {
        let options = try Options(context.arguments, of: help, operands: ControlCommand.mostOperands)
        if options.asksForHelp {
            context.print(help.text)
            return .done
        }
        let verb = try verb(options.operands.first)
        try check(options, of: verb)
        let zone = options.has("--utc") ? TimeZone.utc : context.timeZone(options)
        let filters = try ListOptions(options, of: name, in: zone)
        func call(_ client: ControlClient) -> Call {
            Call(
                options: options, filters: filters, client: client, zone: zone, width: StandardOutput.columns,
                operands: Array(options.operands.dropFirst()), usage: name)
        }
        do {
            let report: Report
            switch try await ControlClient.use(context, options, { try await body(verb.name, call($0)) }) {
            case .report(let done): report = done
            case .proposal(let words, let carryOut):
                // Nobody waits for us while somebody thinks about it.
                guard try await isWanted(words, options) else { return .failed }
                report = try await ControlClient.use(context, options) { try await carryOut(call($0)) }
            }
            return print(report, options, context)
        } catch let complaint as ControlComplaint where complaint.status == .badRequest {
            throw UsageError(complaint.text + ".", command: name)
        }
    }

    private static let mostOperands = 10_000

    private func print(_ report: Report, _ options: Options, _ context: CommandContext) -> ExitStatus {
        context.print(options.has("--json") ? report.json.text + "\n" : report.text)
        for failure in report.failures { StandardError.write("wecom-router: \(failure)\n") }
        return report.failures.isEmpty ? .done : .failed
    }

    // MARK: Arguments

    private func verb(_ word: String?) throws -> Verb {
        guard let word else { return verbs[0] }
        guard let verb = verbs.first(where: { $0.name == word }) else {
            throw UsageError(
                "\(name) cannot \(shown(word)); \(hint(for: word, among: verbs.map(\.name)))", command: name)
        }
        return verb
    }

    /// Refuses what the command knows and this verb has no use for.
    private func check(_ options: Options, of verb: Verb) throws {
        if let stray = options.operands.dropFirst(1 + verb.operands).first {
            throw UsageError("\(stray) is not understood here.", command: name)
        }
        let shared = ["--json", "--utc", "--config", "--env-file"]
        for option in options.given where !shared.contains(option) && !verb.takes(option, filters) {
            let others = verbs.filter { $0.takes(option, filters) }.map(\.name).joined(separator: " and ")
            throw UsageError("\(option) goes with \(others), not with \(verb.name).", command: name)
        }
    }

    // MARK: Proposals

    private func isWanted(_ words: String, _ options: Options) async throws -> Bool {
        StandardError.write(words + "\n")
        if options.has("--yes") { return true }
        guard StandardInput.isTerminal else {
            throw UsageError("Nothing was done: say --yes where nobody can be asked.", command: name)
        }
        StandardError.write("Go on? [y/N] ")
        var lines = StandardInput.lines().makeAsyncIterator()
        let answer = await lines.next()?.lowercased() ?? ""
        if ["y", "yes"].contains(answer) { return true }
        StandardError.write("nothing was done\n")
        return false
    }
}

extension ControlCommand.Verb {
    fileprivate func takes(_ option: String, _ filters: [String]) -> Bool {
        flags.contains(option) || values.contains(option) || hasFilters && filters.contains(option)
    }
}
