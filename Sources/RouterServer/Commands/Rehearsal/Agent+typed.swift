import Agents
import Router
import System
import WeCom

extension Configuration.Agent {
    /// Reads the agent that somebody names at the command line: the URL of a server, or a program with its arguments. What
    /// such an agent needs besides stands in the variables by which an agent can be set up without a file.
    init(typed text: String, environment: [String: String], landlock: Int = Landlock.version) throws {
        let isURL = ["http://", "https://"].contains { text.hasPrefix($0) }  // short: an option
        let kind = try isURL ? Kind.server(text, environment) : Kind.program(text, landlock)
        self.init(kind: kind)
        limits = kind.limits
    }
}

extension Configuration.Agent.Kind {
    /// A URL that ends with the version of OpenAI's interface is a server of it; any other takes signed jobs.
    fileprivate static func server(_ text: String, _ environment: [String: String]) throws -> Self {
        guard case .fits(let url, _) = Form<String>.webURL.fit(text) else {
            throw UsageError(
                "--agent \(shown(text)) is no URL: write a host and perhaps a port and a path.", command: "demo")
        }
        if url.hasSuffix("/v1") {  // short: an option
            guard let model = environment["\(Variables.agent)_MODEL"], !model.isEmpty else {
                throw UsageError(
                    "--agent \(url) is a server of many models: set \(Variables.agent)_MODEL to one of them.",
                    command: "demo")
            }
            var options = ChatCompletionsOptions(baseURL: url, model: model)
            options.access.key = environment["\(Variables.agent)_API_KEY"].flatMap { $0.isEmpty ? nil : Secret($0) }
            return .openai(options)
        }
        guard let secret = environment["\(Variables.agent)_SECRET"], !secret.isEmpty else {
            throw UsageError(
                "--agent \(url) is sent signed jobs: set \(Variables.agent)_SECRET to the secret by which it checks them. "
                    + "(A URL that ends with /v1 is a server of OpenAI's Chat Completions.)", command: "demo")
        }
        return .http(WebhookOptions(url: url, secret: Secret(secret)))
    }

    /// A relative path is one from here, wherever the program will run.
    fileprivate static func program(_ text: String, _ landlock: Int) throws -> Self {
        var words = text.split(separator: " ").map(String.init)
        if let whole = try? realPath(text) { words = [whole] }
        guard let program = words.first else { throw UsageError("--agent is empty.", command: "demo") }
        if program.contains("/") {  // short: an option
            guard let path = try? realPath(program) else {
                throw UsageError("--agent: there is no file \(shown(program)).", command: "demo")
            }
            words[0] = path
        }
        var command = AgentCommand(words)
        command.isShutIn = landlock > 0
        return .command(Configuration.Program(command), .text)
    }
}
