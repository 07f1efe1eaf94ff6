import Foundation
import HTTP
import HTTPServer
import JSON
import Observability
import ProgramTesting
import RouterServer
import RouterTesting
import Simulator
import System
import Testing
import WeCom

@Suite("What check --online finds", .timeLimit(.minutes(5))) struct CheckOnlineTests {
    private typealias Check = (_ text: String, _ arguments: [String]) async throws -> Program.Ending

    /// Lends `body` a played WeCom and the command, run with a configuration of its app. No secret may ever stand in
    /// what it prints.
    private func withWeCom(_ body: (LoopbackWorld, Check) async throws -> Void) async throws {
        try await withWorld { world in
            try await withDirectory { directory in
                try await body(world) { text, arguments in
                    try text.write(toFile: "\(directory)/config.yaml", atomically: true, encoding: .utf8)
                    let ending = try await Program(
                        running: ["check", "--online"] + arguments, in: directory
                    ).finish()
                    let app = world.configuration.apps[0]
                    for secret in [app.corpSecret.reveal(), wrongSecret, "token-", "proxypass"] {
                        #expect(!(ending.output + ending.errors).contains(secret), "\(ending.output)")
                    }
                    return ending
                }
            }
        }
    }

    private let wrongSecret = "wrongSecretWrongSecretWrongSecretWrongSecret"

    /// The line on which `words` stand first in `text`, as places name it.
    private func line(of words: String, in text: String) throws -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return "config.yaml:\(try #require(lines.firstIndex { $0.contains(words) }) + 1):"
    }

    private func isTold(_ words: [String], at place: String, in ending: Program.Ending) -> Bool {
        ending.output.split(separator: "\n").contains { line in
            line.hasPrefix(place) && words.allSatisfy { line.contains($0) }
        }
    }

    // MARK: All is well

    @Test("all is well: a token, where callbacks come from, groups that the app sees; status 0")
    func well() async throws {
        try await withWeCom { world, check in
            world.wecom.changeCorp(world.apps[0].corpID) { corp in
                corp.add(FakeDepartment(id: 7, name: "研发"))
                corp.add(FakeTag(id: 3, name: "pilot", departments: [7]))
            }
            let text = world.text(access: "allowed_departments: [7]\n    allowed_tags: [3]")
            let ending = try await check(text, [])
            #expect(ending.status == 0, "\(ending.output)\(ending.errors)")
            #expect(ending.output.contains("app dept-a: WeCom gives a token; callbacks come from 127.0.0.1"))
            #expect(ending.output.contains("it sees its allowed_departments; it sees its allowed_tags"))
            #expect(ending.output.hasSuffix("; online all is well\n"))
            #expect(world.wecom.transcript.messages.isEmpty, "nobody is sent anything")
        }
    }

    @Test("more apps than are asked at once are all asked, and told in their order")
    func manyApps() async throws {
        let names = (0..<20).map { "app-\($0)" }
        try await withWorld(apps: names) { world in
            try await withDirectory { directory in
                try world.text().write(toFile: "\(directory)/config.yaml", atomically: true, encoding: .utf8)
                let ending = try await Program("check", "--online", "--json", in: directory).finish()
                #expect(ending.status == 0, "\(ending.output)\(ending.errors)")
                let report = try JSONValue(parsing: Array(ending.output.utf8))
                #expect(report["online"]?.array?.map { $0["app"]?.string } == names)
                #expect(report["online"]?.array?.allSatisfy { $0["ok"] == true } == true)
            }
        }
    }

    @Test("an app to which nobody may write is told of, and is still asked about")
    func nobody() async throws {
        try await withWeCom { world, check in
            let ending = try await check(world.text(access: ""), [])
            #expect(ending.status == 0)
            #expect(ending.output.contains("warning: no one may write to app dept-a"))
            #expect(ending.output.contains("but nobody may write to it"))
        }
    }

    // MARK: Refusals

    @Test("a wrong secret is named with its line, and tried once")
    func wrongSecret() async throws {
        try await withWeCom { world, check in
            let text = world.text().replacing(
                world.configuration.apps[0].corpSecret.reveal(), with: wrongSecret)
            let ending = try await check(text, [])
            #expect(ending.status == 1)
            let place = try line(of: "corp_secret", in: text)
            #expect(
                isTold(["app dept-a: apps[0].corp_secret:", "40001", "check corp_secret"], at: place, in: ending),
                "\(ending.output)")
            #expect(ending.output.hasSuffix("; online 1 thing is wrong\n"))
            #expect(world.wecom.transcript.refusals.map(\.code) == [40001])
        }
    }

    @Test("a corp that WeCom does not know is named with its line")
    func wrongCorp() async throws {
        try await withWeCom { world, check in
            let text = world.text().replacing(world.apps[0].corpID.text, with: "ww99999999999999ff")
            let ending = try await check(text, [])
            #expect(ending.status == 1)
            #expect(
                isTold(
                    ["apps[0].corp_id:", "40013", "check corp_id"], at: try line(of: "corp_id", in: text), in: ending),
                "\(ending.output)")
        }
    }

    @Test("a number that is another app's is named with its line before any message meets it")
    func wrongAgentID() async throws {
        try await withWeCom { world, check in
            let text = world.text().replacing("agent_id: 1000002", with: "agent_id: 1000009")
            let ending = try await check(text, [])
            #expect(ending.status == 1)
            let place = try line(of: "agent_id", in: text)
            #expect(
                isTold(["app dept-a: apps[0].agent_id:", "301002", "check agent_id"], at: place, in: ending),
                "\(ending.output)")
            #expect(ending.output.hasSuffix("; online 1 thing is wrong\n"))
            #expect(world.wecom.transcript.refusals.map(\.call) == ["agent/get"])
        }
    }

    @Test("an app that is switched off is told of, and one that may not be asked for is a warning")
    func agent() async throws {
        try await withWeCom { world, check in
            world.wecom.setDisabled(true, world.apps[0])
            let off = try await check(world.text(), [])
            #expect(
                off.status == 1 && isTold(["agent_id", "switched off"], at: "config.yaml:", in: off), "\(off.output)")
            world.wecom.setDisabled(false, world.apps[0])
            world.wecom.faults.always(.agent, .errorCode(48002, message: "api forbidden"))
            let forbidden = try await check(world.text(), [])
            #expect(forbidden.status == 0, "\(forbidden.output)")
            #expect(isTold(["warning: app dept-a", "agent/get", "48002"], at: "config.yaml:", in: forbidden))
        }
    }

    @Test(
        "a disabled app and an address that WeCom does not trust: what to do in the console", arguments: [50003, 60020])
    func console(code: Int64) async throws {
        try await withWeCom { world, check in
            let words = "not allow to access from your ip, hint: [1], from ip: 203.0.113.7, more info at https://x"
            world.wecom.faults.always(
                code == 50003 ? .gettoken : .addresses, .errorCode(code, message: code == 50003 ? "disabled" : words))
            let ending = try await check(world.text(), [])
            #expect(ending.status == 1)
            let advice =
                code == 50003
                ? "enable it in WeCom's console under 应用管理" : "add 203.0.113.7 to 企业可信IP in WeCom's console"
            let told = ending.output.split(separator: "\n").filter { $0.contains("errcode \(code)") }
            #expect(told.count == 1, "what all calls meet is told once: \(ending.output)")
            #expect(told.first?.hasPrefix("config.yaml:") == true && told.first?.contains(advice) == true)
        }
    }

    @Test("an address that only some calls mind is found by another call")
    func untrustedForContacts() async throws {
        try await withWeCom { world, check in
            world.wecom.faults.always(
                .contacts, .errorCode(60020, message: "not allow, from ip: 2001:db8::7, more info at https://x"))
            let ending = try await check(world.text(), [])
            #expect(ending.status == 1)
            #expect(ending.output.contains("add 2001:db8::7 to 企业可信IP"))
        }
    }

    @Test("a call that the app may not make, and the server need not, is a warning")
    func notPermitted() async throws {
        try await withWeCom { world, check in
            world.wecom.faults.always(.addresses, .errorCode(48002, message: "api forbidden"))
            let ending = try await check(world.text(), [])
            #expect(ending.status == 0, "\(ending.output)")
            #expect(isTold(["warning: app dept-a", "getcallbackip", "48002"], at: "config.yaml:", in: ending))
            #expect(ending.output.contains("app dept-a: WeCom gives a token; agent_id is its app \"app 1000002\"\n"))
        }
    }

    @Test("a department and a tag that the app does not see are told with the line of each")
    func unknownGroups() async throws {
        try await withWeCom { world, check in
            world.wecom.changeCorp(world.apps[0].corpID) { $0.add(FakeTag(id: 3, name: "nobody's")) }
            let access = """
                allowed_departments:
                      - 1
                      - 77
                    allowed_tags:
                      - 3
                      - 44
                """
            let text = world.text(access: access)
            let ending = try await check(text, [])
            #expect(ending.status == 1)
            let (department, tag) = (try line(of: "- 77", in: text), try line(of: "- 44", in: text))
            #expect(
                isTold(["apps[0].allowed_departments: department 77", "可见范围"], at: department, in: ending),
                "\(ending.output)")
            #expect(isTold(["apps[0].allowed_tags: tag 44", "可见范围"], at: tag, in: ending), "\(ending.output)")
            #expect(
                isTold(["warning:", "nobody", "tag 3"], at: try line(of: "- 3", in: text), in: ending),
                "\(ending.output)")
            #expect(!ending.output.contains("department 1 "))
            #expect(ending.output.hasSuffix("; online 2 things are wrong\n"))
        }
    }

    // MARK: The way there

    @Test("a page in place of WeCom, and an API that is down, lead to api_base_url", arguments: ["page", "down"])
    func notWeCom(kind: String) async throws {
        try await withWeCom { world, check in
            world.wecom.faults.always(.gettoken, .garbage)
            let api = world.configuration.apps[0].apiBaseURL
            let text = kind == "down" ? world.text().replacing(api, with: "http://127.0.0.1:1") : world.text()
            let ending = try await check(text, [])
            #expect(ending.status == 1)
            let words = kind == "down" ? "cannot connect" : "what answers is not WeCom"
            #expect(
                isTold(
                    ["apps[0].api_base_url:", words, "check api_base_url"], at: try line(of: "api_base_url", in: text),
                    in: ending), "\(ending.output)")
        }
    }

    @Test("a host without an address, a server without TLS, a proxy that is down: each is told apart")
    func onTheWay() async throws {
        try await withWeCom { world, check in
            let api = world.configuration.apps[0].apiBaseURL
            let nameless = try await check(world.text().replacing(api, with: "https://wecom.invalid"), [])
            #expect(nameless.status == 1 && nameless.output.contains("not found by name (DNS"), "\(nameless.output)")
            let plain = try await check(
                world.text().replacing(api, with: api.replacing("http://", with: "https://")), [])
            #expect(plain.status == 1 && plain.output.contains("no trusted connection (TLS"), "\(plain.output)")
            let proxied = world.text(access: "allow_all_users: true\n    proxy: http://me:proxypass@127.0.0.1:1")
            let proxy = try await check(proxied, [])
            #expect(proxy.status == 1)
            #expect(
                isTold(
                    ["apps[0].proxy:", "the proxy does not let us through"], at: try line(of: "proxy:", in: proxied),
                    in: proxy), "\(proxy.output)")
        }
    }

    @Test("a WeCom that never answers ends with the timeout", .timeLimit(.minutes(1)))
    func hang() async throws {
        try await withWeCom { world, check in
            world.wecom.faults.always(.gettoken, .hang)
            let ending = try await check(world.text(), ["--timeout", "300ms"])
            #expect(ending.status == 1)
            #expect(ending.output.contains("no answer in time"), "\(ending.output)")
            #expect(ending.output.contains("--timeout allows more"))
            world.wecom.faults.clear()
        }
    }

    // MARK: The public address

    @Test("a public URL that leads to a router is good news")
    func publicURL() async throws {
        try await withWeCom { world, check in
            let router = try await world.startRouter()
            let ending = try await check(world.text(publicURL: "http://127.0.0.1:\(router.port)"), [])
            #expect(ending.status == 0, "\(ending.output)")
            #expect(ending.output.contains("a server of this kind answers at /wecom/callback, and at /health"))
            router.stop()
            try await router.ended()
        }
    }

    @Test("an app's path passes the console's check; the clock goes with WeCom's; the disk of the store is measured")
    func ownCallback() async throws {
        try await withWeCom { world, check in
            let router = try await world.startRouter()
            let url = "http://127.0.0.1:\(router.port)"
            let ending = try await check(world.text(publicURL: url, store: world.configuration.store.path), [])
            #expect(ending.status == 0, "\(ending.output)")
            for words in [
                "\(url)/wecom/callback/dept-a passes the console's check", "clock: it goes with WeCom's",
                "store: its disk syncs in", "no callback was refused since the server started",
            ] {
                #expect(ending.output.contains(words), "\(words): \(ending.output)")
            }
            router.stop()
            try await router.ended()
        }
    }

    @Test("a server with another token refuses what check signs, and tells why, in the language that is asked for")
    func refusedCallback() async throws {
        try await withWeCom { world, check in
            let router = try await world.startRouter()
            let right = world.text(
                publicURL: "http://127.0.0.1:\(router.port)", store: world.configuration.store.path)
            let text = right.replacing(
                "token: \(world.configuration.apps[0].token.reveal())", with: "token: AnotherToken")
            let place = try line(of: "  token:", in: text)
            let ending = try await check(text, [])
            #expect(ending.status == 1)
            #expect(isTold(["apps[0].token", "does not pass the console's check"], at: place, in: ending))
            let words = [
                "warning: refused callback: apps[0].token:", "not signed with the Token of dept-a", "×1", "127.0.0.1",
            ]
            #expect(isTold(words, at: place, in: ending), "\(ending.output)")
            let chinese = try await check(text, ["--lang", "zh-CN"])
            #expect(isTold(["被拒的回调", "签名与dept-a的 Token 不符", "×2"], at: place, in: chinese), "\(chinese.output)")
            let json = try JSONValue(parsing: Array(try await check(text, ["--json"]).output.utf8))
            #expect(json["refusals"]?["refused"]?.array?.first?["reason"] == "token")
            #expect(json["clock"]?["ok"] == true && json["store"]?["ok"] == true)
            router.stop()
            try await router.ended()
        }
    }

    @Test("what WeCom says of an app is told in Chinese where LANG has it, with the same places and codes")
    func chinese() async throws {
        try await withWeCom { world, check in
            try await withDirectory { directory in
                let text = world.text().replacing(world.configuration.apps[0].corpSecret.reveal(), with: wrongSecret)
                try text.write(toFile: "\(directory)/config.yaml", atomically: true, encoding: .utf8)
                let ending = try await Program(
                    "check", "--online", environment: ["LANG": "zh_CN.UTF-8"], in: directory
                ).finish()
                #expect(ending.status == 1)
                let words = ["apps[0].corp_secret", "40001", "企业微信不给 access_token", "核对 corp_secret"]
                #expect(isTold(words, at: try line(of: "corp_secret", in: text), in: ending), "\(ending.output)")
                #expect(!ending.output.contains(wrongSecret))
                let well = try await check(world.text(), ["--lang", "zh-CN"])
                #expect(well.status == 0)
                #expect(well.output.contains("能取得 access_token") && well.output.contains("回调来自 127.0.0.1"))
            }
        }
    }

    @Test("a language that is none is wrong usage")
    func language() async throws {
        try await withWeCom { world, check in
            let ending = try await check(world.text(), ["--lang", "fr"])
            #expect(ending.status == 2 && ending.errors.contains("zh-CN or en"))
        }
    }

    @Test("a public URL that leads elsewhere is wrong; one that cannot be reached from here need not be")
    func wrongPublicURL() async throws {
        try await withWeCom { world, check in
            let elsewhere = world.text(publicURL: world.configuration.apps[0].apiBaseURL)
            let wrong = try await check(elsewhere, [])
            #expect(wrong.status == 1)
            #expect(
                isTold(
                    ["server.public_url:", "no server of this kind", "404"],
                    at: try line(of: "public_url", in: elsewhere), in: wrong), "\(wrong.output)")
            let away = try await check(world.text(publicURL: "http://127.0.0.1:1"), [])
            #expect(away.status == 0)
            #expect(away.output.contains("warning: server.public_url: cannot be reached from here"), "\(away.output)")
        }
    }

    // MARK: The certificate

    @Test(
        "a certificate that nobody trusts is wrong, one that ends soon is told of",
        .enabled(if: FileManager.default.isExecutableFile(atPath: openssl)))
    func certificate() async throws {
        try await withWeCom { world, check in
            try await withDirectory { directory in
                let port = try await playTLS(in: directory)
                let text = world.text(publicURL: "https://localhost:\(port.number)")
                let untrusted = try await check(text, [])
                let place = try line(of: "public_url", in: text)
                #expect(untrusted.status == 1)
                #expect(isTold(["server.public_url", "not trusted", "full chain"], at: place, in: untrusted))
                try text.write(toFile: "\(directory)/config.yaml", atomically: true, encoding: .utf8)
                let trusting = try await Program(
                    "check", "--online", environment: ["SSL_CERT_FILE": directory + "/certificate.pem"], in: directory
                ).finish()
                #expect(
                    isTold(["warning: server.public_url", "is good until", "renew it now"], at: place, in: trusting),
                    "\(trusting.output)")
                port.server.send(SIGKILL)
            }
        }
    }

    /// Answers TLS with a certificate of its own for two days, once the port that it says is open.
    private func playTLS(in directory: String) async throws -> (number: Int, server: ChildProcess) {
        _ = try await output(
            of: "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost "
                + "-addext subjectAltName=DNS:localhost -keyout key.pem -out certificate.pem", in: directory)
        let pipe = try ChildProcess.pipe()
        let server = try ChildProcess(
            openssl, ["s_server", "-accept", "127.0.0.1:0", "-cert", "certificate.pem", "-key", "key.pem", "-www"],
            in: directory, output: pipe.writing.fileDescriptor)
        try pipe.writing.close()
        let said = await onThread {
            var said = ""
            while !said.contains("ACCEPT"), let more = try? pipe.reading.read(upToCount: 1), !more.isEmpty {
                said += String(decoding: more, as: UTF8.self)
            }
            while !said.hasSuffix("\n"), let more = try? pipe.reading.read(upToCount: 1), !more.isEmpty {
                said += String(decoding: more, as: UTF8.self)
            }
            return said
        }
        let port = said.split(separator: "\n").last?.split(separator: ":").last.flatMap { Int($0) }
        return (try #require(port), server)
    }

    // MARK: For programs

    @Test(
        "--json has the place, the code and the advice of every finding; a faulty configuration is asked about nowhere")
    func json() async throws {
        try await withWeCom { world, check in
            let text = world.text(publicURL: "http://127.0.0.1:1").replacing(
                world.configuration.apps[0].corpSecret.reveal(), with: wrongSecret)
            let ending = try await check(text, ["--json"])
            #expect(ending.status == 1)
            let report = try JSONValue(parsing: Array(ending.output.utf8))
            #expect(report["ok"] == false && report["faults"] == [] && report["warnings"]?.array != nil)
            let app = try #require(report["online"]?.array?.first)
            #expect(app["app"] == "dept-a" && app["ok"] == false)
            let finding = try #require(app["findings"]?.array?.first)
            #expect(finding["place"]?.string?.hasPrefix(try line(of: "corp_secret", in: text)) == true)
            #expect(finding["code"] == 40001 && finding["key"] == "apps[0].corp_secret")
            #expect(finding["message"]?.string?.isEmpty == false && finding["advice"]?.string?.isEmpty == false)
            #expect(report["public_url"]?["ok"] == true)
            #expect(report["public_url"]?["findings"]?.array?.first?["severity"] == "warning")

            let asked = world.wecom.transcript.refusals.count
            let faulty = try await check(text.replacing("agent_id:", with: "agentid:"), ["--json"])
            #expect(faulty.status == 78)
            #expect(try JSONValue(parsing: Array(faulty.output.utf8))["online"] == nil)
            #expect(world.wecom.transcript.refusals.count == asked)
        }
    }

    @Test(
        "a timeout without --online, and one that is none, is wrong usage", arguments: ["--timeout=2s", "--timeout=0"])
    func usage(option: String) async throws {
        try await withDirectory { directory in
            let arguments = option == "--timeout=0" ? ["check", "--online", option] : ["check", option]
            let ending = try await Program(running: arguments, in: directory).finish()
            #expect(ending.status == 2)
            #expect(ending.errors.contains("--timeout"))
        }
    }
}

extension LoopbackWorld {
    /// The configuration as an operator would have written it, with the secrets that the played WeCom knows.
    fileprivate func text(
        access: String = "allow_all_users: true", publicURL: String = "", store: String? = nil
    ) -> String {
        let apps = configuration.apps.map { app in
            """
              - name: \(app.name)
                corp_id: \(app.corpID)
                agent_id: \(app.agentID)
                corp_secret: \(app.corpSecret.reveal())
                token: \(app.token.reveal())
                encoding_aes_key: \(app.encodingAESKey.reveal())
                api_base_url: \(app.apiBaseURL)
                \(access)
            """
        }
        return """
            server: { host: 127.0.0.1, public_url: "\(publicURL)" }
            agents:
              echo: { kind: echo }
            \(store.map { "store: { url: \"sqlite:\($0)\" }" } ?? "")
            apps:

            """ + apps.joined(separator: "\n") + "\n"
    }
}

private let openssl = "/usr/bin/openssl"
