import Agents
import System
import Testing
import WeCom

@testable import RouterServer

@Suite("What is rehearsed, as the command line names it") struct RehearsalOptionTests {
    @Test(
        "WeCom is played on this machine only",
        arguments: [
            ("http://127.0.0.1:8650", "http://127.0.0.1:8650"), ("http://localhost:1/", "http://localhost:1"),
            ("http://[::1]:8650", "http://[::1]:8650"), ("http://127.1.2.3", "http://127.1.2.3"),
            ("https://127.0.0.1:1", nil), ("http://qyapi.weixin.qq.com", nil), ("http://127.0.0.1.example.com", nil),
            ("http://127.0.0.1@example.com", nil), ("http://127.0.0.1:x", nil), ("http://127.0.0.1:1/path", nil),
            ("http://localhost.example:1", nil), ("http://[::1].example", nil), ("127.0.0.1:8650", nil), ("", nil),
        ] as [(String, String?)])
    func loopback(text: String, url: String?) { #expect(LoopbackURL(text)?.text == url) }

    @Test("a configuration that is rehearsed calls no other WeCom, and through no proxy")
    func override() throws {
        let loaded = try Configuration.load(file: nil, environment: Self.variables, files: .texts([:]))
        var app = try #require(loaded.apps.first)
        app.proxy = Secret("http://proxy.example:3128")
        var configuration = Configuration()
        configuration.apps = [app, app]
        let rehearsed = configuration.withWeCom(at: try #require(LoopbackURL("http://127.0.0.1:8650")))
        #expect(rehearsed.apps.allSatisfy { $0.apiBaseURL == "http://127.0.0.1:8650" && $0.proxy == nil })
    }

    private static let variables = [
        "WECOM_CALLBACK_CORP_ID": "ww0000000000000001", "WECOM_CALLBACK_CORP_SECRET": "not-a-real-secret",
        "WECOM_CALLBACK_AGENT_ID": "1000002", "WECOM_CALLBACK_TOKEN": "QDG6eK",
        "WECOM_CALLBACK_ENCODING_AES_KEY": "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C",
        "WECOM_CALLBACK_ALLOW_ALL_USERS": "true", "WECOM_ROUTER_AGENT": "echo",
    ]

    private func kind(_ text: String, _ environment: [String: String] = [:]) throws -> Configuration.Agent.Kind {
        try Configuration.Agent(typed: text, environment: environment, landlock: 0).kind
    }

    @Test("a program is one with its arguments, and a path from here is one from anywhere")
    func program() throws {
        let directory = try TemporaryDirectory(prefix: "server-tests-")
        let path = try realPath(directory.path) + "/my agent.sh"
        try writeFile(path)
        #expect(try kind(path) == .command(Configuration.Program(AgentCommand([path])), .text))
        #expect(
            try kind("python3 -u bot.py")
                == .command(Configuration.Program(AgentCommand(["python3", "-u", "bot.py"])), .text))
        #expect(throws: UsageError.self) { try kind("./no/such/agent.sh") }
        withExtendedLifetime(directory) {}
    }

    private func writeFile(_ path: String) throws {
        let file = try NewFile(path)
        try file.append(Array("#!/bin/sh\n".utf8))
    }

    @Test("a URL is a server of models or takes signed jobs, by its end, and says what it needs")
    func server() throws {
        let model = ["WECOM_ROUTER_AGENT_MODEL": "m", "WECOM_ROUTER_AGENT_API_KEY": "k"]
        guard case .openai(let options) = try kind("http://127.0.0.1:8080/v1", model) else {
            Issue.record("another kind")
            return
        }
        #expect(
            options.access.baseURL == "http://127.0.0.1:8080/v1" && options.model == "m"
                && options.access.key == Secret("k"))
        guard case .http(let hook) = try kind("http://127.0.0.1:9/hook", ["WECOM_ROUTER_AGENT_SECRET": "s"]) else {
            Issue.record("another kind")
            return
        }
        #expect(hook.url == "http://127.0.0.1:9/hook" && hook.secret == Secret("s"))
        for (url, variable) in [("http://127.0.0.1:8080/v1", "MODEL"), ("http://127.0.0.1:9", "SECRET")] {
            let error = #expect(throws: UsageError.self) { try kind(url) }
            #expect(error?.message.contains("set WECOM_ROUTER_AGENT_\(variable)") == true)
        }
    }
}
