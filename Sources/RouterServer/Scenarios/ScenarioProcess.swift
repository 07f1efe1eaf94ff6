import Simulator
import Text

/// A program that a scenario starts before its router, and that its steps may kill and start again: the server of a model, say.
struct ScenarioProcess: Sendable {
    let name: String
    let program: String
    let arguments: [String]
    /// The line of the file where it is named.
    let line: Int

    private static let mostProcesses = 16
    private static let mostWords = 64
    private static let longestWord = 4096

    /// Reads the processes of a file. `note` is told of each fault.
    static func read(_ written: Simulator.Written, _ note: (StepFault) -> Void) -> [ScenarioProcess] {
        guard case .fields(let fields) = written.content, (1...mostProcesses).contains(fields.count) else {
            note(
                StepFault(written.line, "processes: has 1 to \(mostProcesses) names, each with [program, argument, …]"))
            return []
        }
        var processes: [ScenarioProcess] = []
        for field in fields {
            do throws(StepFault) {
                processes.append(try ScenarioProcess(field))
            } catch { note(error) }
        }
        return processes
    }

    private init(_ field: Simulator.Written.Field) throws(StepFault) {
        guard isName(field.name) else {
            throw StepFault(
                field.line,
                "the name of a process is 1 to 64 of a-z, 0-9, . _ - and begins with a letter or a digit")
        }
        guard !field.name.isSame(as: ScenarioStage.router) else {
            throw StepFault(field.line, "\(ScenarioStage.router) is the router's own name: choose another")
        }
        let complaint = StepFault(
            field.line,
            "\(field.name) must be [program, argument, …]: 1 to \(Self.mostWords) texts of at most "
                + "\(Self.longestWord) bytes")
        guard case .list(let elements) = field.value.content, (1...Self.mostWords).contains(elements.count) else {
            throw complaint
        }
        var words: [String] = []
        for element in elements {
            guard case .text(let word, _) = element.content, word.utf8.count <= Self.longestWord,
                !word.utf8.contains(0)
            else { throw complaint }
            words.append(word)
        }
        guard !words[0].isEmpty else { throw complaint }
        name = field.name
        program = words[0]
        arguments = Array(words.dropFirst())
        line = field.line ?? 1
    }
}
