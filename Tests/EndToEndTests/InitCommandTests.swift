import Foundation
import RouterServer
import RouterTesting
import Testing
import WeCom

@Suite("wecom-router init", .timeLimit(.minutes(5))) struct InitCommandTests {
    private let environment = ["WECOM_ROUTER_MANAGEMENT_PORT": "0"]

    private func write(_ text: String, _ name: String, in directory: String) throws {
        try text.write(toFile: "\(directory)/\(name)", atomically: true, encoding: .utf8)
    }

    private func read(_ name: String, in directory: String) throws -> String {
        try String(contentsOfFile: "\(directory)/\(name)", encoding: .utf8)
    }

    private func mode(_ name: String, in directory: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: "\(directory)/\(name)")[.posixPermissions] as? Int
    }

    @Test("with options it asks WeCom, writes both files, and ends in a server whose callbacks answer")
    func options() async throws {
        try await withWorld { world in
            let app = world.configuration.apps[0]
            try await withDirectory { directory in
                try write(app.corpSecret.reveal() + "\n", "secret", in: directory)
                let program = try Program(
                    "init", "--name", "desk", "--corp-id", "\(app.corpID)", "--agent-id", "\(app.agentID)",
                    "--corp-secret-file", "secret", "--users", "zhangsan,lisi", "--port", "0", "--api-base-url",
                    app.apiBaseURL, "--public-url", "http://127.0.0.1:1", environment: environment, in: directory)
                let printed = await program.untilPrinted("The server runs.")
                program.send(SIGTERM)
                let ending = await program.finish()
                #expect(ending.status == 0, "\(printed)\(ending.errors)")
                #expect(printed.contains("WeCom gives a token"))
                #expect(printed.contains("http://127.0.0.1:1/wecom/callback/desk: it cannot be reached from here"))
                #expect(printed.contains("/wecom/callback/desk: answered as WeCom expects it"))
                let configuration = try read("config.yaml", in: directory)
                #expect(!(printed + configuration + ending.errors).contains(app.corpSecret.reveal()))
                #expect(configuration.contains("allowed_users: [zhangsan, lisi]"))
                #expect(try mode("config.yaml", in: directory) == 0o600 && mode(".env", in: directory) == 0o600)
                let check = try await Program("check", "--online", environment: environment, in: directory).finish()
                #expect(check.output.contains("app desk: WeCom gives a token"), "\(check.output)\(check.errors)")

                let again = try await Program(
                    "init", "--corp-id", "ww1", "--agent-id", "1", "--corp-secret-file", "secret", in: directory
                ).finish()
                #expect(again.status == 1 && again.errors.contains("config.yaml is there already"))
            }
        }
    }

    @Test("at a terminal it asks for each value and says where it stands, and again for one that cannot be")
    func interview() async throws {
        try await withWorld { world in
            let app = world.configuration.apps[0]
            try await withDirectory { directory in
                let terminal = try Terminal()
                let program = try Program(
                    "init", "--port", "0", "--api-base-url", app.apiBaseURL, "--no-serve", at: terminal, in: directory)
                for answer in [
                    "app", "\(app.corpID)", "one", "\(app.agentID)", "wrong-secret", "change", "", "",
                    app.corpSecret.reveal(),
                    "", "", "",
                    "", "*", "openai", "http://127.0.0.1:11434/v1", "llama", "hush-key",
                ] { terminal.keyboard.write(Data("\(answer)\n".utf8)) }
                let ending = await program.finish()
                #expect(ending.status == 0, "\(ending.output)\(ending.errors)")
                #expect(ending.output.contains("企业ID (我的企业 → 企业信息 → 企业ID): "))
                #expect(ending.output.contains("It is one: "))
                #expect(ending.output.contains("40001") && ending.output.contains("WeCom gives a token"))
                let configuration = try read("config.yaml", in: directory)
                #expect(configuration.contains("allow_all_users: true") && configuration.contains("model: llama"))
                #expect(try read(".env", in: directory).contains("HELPER_API_KEY=hush-key\n"))
                #expect(!(configuration + ending.output).contains("hush-key"))
                #expect(try await Program("check", in: directory).finish().status == 0)
            }
        }
    }

    private static let appOptions = ["init", "--no-test", "--no-serve", "--corp-id", "ww1", "--agent-id", "1000002"]

    @Test("a secret that is typed is not shown, and what is typed after it is")
    func hiddenSecret() async throws {
        try await withDirectory { directory in
            let terminal = try Terminal()
            let program = try Program(running: Self.appOptions, at: terminal, isScreen: true, in: directory)
            _ = await terminal.until("not shown: ")
            terminal.type("hush-secret")
            let afterSecret = await terminal.until("in paths and logs")
            terminal.type("desk")
            let afterName = await terminal.until("Token (")
            terminal.type("")
            _ = await terminal.until("EncodingAESKey (")
            terminal.typeEnd()
            #expect(await program.finish().status == 1)
            #expect(!afterSecret.contains("hush") && afterName.contains("desk"), "\(afterSecret)\(afterName)")
        }
    }

    @Test(
        "a signal that comes while a secret is typed gives the terminal back as it was", arguments: [SIGINT, SIGTERM])
    func signalWhileHidden(signal: Int32) async throws {
        try await withDirectory { directory in
            let terminal = try Terminal()
            let program = try Program(running: Self.appOptions, at: terminal, isScreen: true, in: directory)
            _ = await terminal.until("not shown: ")
            program.send(signal)
            #expect(await program.finish().status == 128 + signal)
            terminal.type("after it")
            #expect(await terminal.until("after it").contains("after it"))
        }
    }

    @Test("without a terminal and without options it prints a configuration to fill in, which check reads")
    func template() async throws {
        try await withDirectory { directory in
            let printed = try await Program("init", in: directory).finish()
            #expect(printed.status == 0 && printed.output.contains("我的企业 → 企业信息 → 企业ID"))
            try write(printed.output, "config.yaml", in: directory)
            let variables = [
                "MY_APP_CORP_ID": "ww0000000000000001", "MY_APP_AGENT_ID": "1000002", "MY_APP_SECRET": "hush",
                "MY_APP_TOKEN": "QDG6eK", "MY_APP_AES_KEY": "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C",
            ]
            let check = try await Program("check", environment: variables, in: directory).finish()
            #expect(check.status == 0, "\(check.errors)")
            let bent = try await Program("init", "--corp-id", "a b", in: directory).finish()
            #expect(bent.status == 2 && bent.errors.contains("--corp-id"))
        }
    }
}
