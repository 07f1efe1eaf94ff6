import JSON
import Router
import System
import Text

/// Reads the lines of our own protocol for programs, `jsonl`.
struct JobReader: LineReader {
    private var said = BoundedText()
    private var files: [ProgramReply.File] = []
    private var usage: Usage?
    private(set) var ending: Result<ProgramReply, AgentFailure>?

    mutating func take(_ line: JSONValue) -> [LineEffect] {
        guard ending == nil else { return [] }
        switch line["type"]?.shortString {
        case "started": return JobMemory(line).map { [.tell(.started($0.json))] } ?? []
        case "delta": return delta(line["text"]?.string ?? "")
        case "progress": return [.tell(.progress((line["text"]?.string ?? "").onOneLine(atMost: 200)))]
        case "approval": return JobApproval(line).map { [.ask($0)] } ?? []
        case "file": note(file: line)
        case "usage": usage = Usage(job: line)
        case "final": finish(line)
        case "error": fail(line)
        default: break
        }
        return []
    }

    private mutating func delta(_ text: String) -> [LineEffect] {
        guard !text.isEmpty else { return [] }
        said.append(text)
        return [.tell(.text(text))]
    }

    private mutating func note(file line: JSONValue) {
        guard let path = line["path"]?.string, !path.isEmpty, files.count < Workspace.maxOutgoing else { return }
        files.append(ProgramReply.File(path: path, name: line["name"]?.string))
    }

    private mutating func finish(_ line: JSONValue) {
        let text = line["text"]?.string.map { BoundedText($0).text } ?? said.text
        ending = .success(
            ProgramReply(text: text, files: files, session: JobMemory(line)?.json, usage: usage))
    }

    private mutating func fail(_ line: JSONValue) {
        let kind = line["class"]?.shortString.flatMap(AgentFailure.Class.init) ?? .config
        let message = line["message"]?.string.flatMap { $0.hasWords ? $0 : nil }
        ending = .failure(
            AgentFailure(
                kind, message ?? "the program reported an error", partialText: said.text, isForPeople: message != nil))
    }

    func failure(endingWith end: ProgramEnd, complaint: String, log: String) -> AgentFailure {
        AgentFailure(end, complaint, otherwise: .interrupted, partialText: said.text)
    }
}

extension Usage {
    /// Reads the usage of the whole turn: the last one that a program tells counts.
    fileprivate init(job line: JSONValue) {
        self.init(
            input: line["input"]?.count ?? 0, output: line["output"]?.count ?? 0, cached: line["cached"]?.count ?? 0,
            microdollars: line["cost"]?.microdollars ?? 0)
    }
}

extension CommandTalk {
    func inJobLines() async throws -> ProgramReply {
        // The input stays open for answers.
        try await run(
            LineTalk(
                command: command, input: turn.jobInput(in: workspace).line, isInputWhole: false, reader: JobReader()))
    }
}
