import Agents
import HTTPClient
import Router
import System
import WeCom

/// One turn of an agent in a process of its own, which says how it ended, and how much memory it took at its height beyond
/// what the process had before: `MemoryTrial openai|http URL`, `MemoryTrial command|acp DIRECTORY PROGRAM WORDS…`.
@main
enum MemoryTrial {
    static func main() async throws {
        if SpawnerProcess.isAskedFor(by: CommandLine.arguments) { SpawnerProcess.run() }
        var words = CommandLine.arguments.dropFirst()
        guard let kind = words.popFirst(), let place = words.popFirst() else { Process.exitNow(64) }
        let agent = try agent(kind, at: place, Array(words))
        let before = status("VmRSS")
        var end: String
        do {
            end = "\(try await agent.run(turn, attendedBy: Deaf()).text.utf8.count) bytes"
        } catch let failure as AgentFailure {
            end = failure.reason
        }
        StandardOutput.write("\(status("VmHWM") - before)\n\(end)\n")
        if let agent = agent as? ACPAgent { await agent.close() }
    }

    private static func agent(_ kind: String, at place: String, _ words: [String]) throws -> any Agent {
        switch kind {
        case "openai":
            return ChatCompletionsAgent(
                options: ChatCompletionsOptions(baseURL: place, model: "m"), transport: CurlTransport())
        case "http":
            return WebhookAgent(
                options: WebhookOptions(url: place, secret: Secret("s3cret-of-ours")), transport: CurlTransport())
        case "command":
            return CommandAgent(command: AgentCommand(words), format: .jsonl, host: try host(at: place))
        case "acp": return ACPAgent(command: AgentCommand(words), host: try host(at: place))
        default: Process.exitNow(64)
        }
    }

    private static func host(at place: String) throws -> ProgramHost {
        ProgramHost(
            spawner: Spawner(on: try EventLoop(named: "programs")), workspaces: try WorkspaceFolder(at: place),
            environment: ["PATH": "/usr/bin:/bin"])
    }

    private static var turn: Turn {
        let app = Endpoint.app(AppKey(corpID: CorpID("ww1"), agentID: AgentID(1_000_002)))
        return Turn(
            job: JobID(42), attempt: 1, conversation: ConversationKey(endpoint: app, user: UserID("zhangsan")),
            epoch: 0,
            text: "?", attachments: [])
    }

    /// Bytes, of a figure that the kernel keeps of this process.
    private static func status(_ figure: String) -> Int {
        let text = (try? readFile("/proc/self/status", limit: 16 << 10)) ?? []
        let line = String(decoding: text, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix(figure + ":") }
        return (line?.split { $0 == " " || $0 == "\t" }.dropFirst().first.flatMap { Int($0) } ?? 0) << 10
    }
}

/// Hears and keeps nothing.
private struct Deaf: TurnAttendant {
    func hear(_ event: TurnEvent) async throws {}
    func ask(_ question: Question) async throws -> Answer { .expired }
    func returnPath() async throws -> ReturnPath? { nil }
    func calls(after arrival: Int64) async throws -> [AgentCall] { throw CancellationError() }
}
