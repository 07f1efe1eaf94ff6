import Foundation
import JSON
import Router
import RouterTesting
import Simulator
import Testing
import WeCom

@testable import RouterServer

@Suite("wecom-router bots", .timeLimit(.minutes(5)))
struct BotsCommandTests {
    private func ask(_ arguments: String..., in world: LoopbackWorld) async throws -> Program.Ending {
        try await Program(running: arguments, in: world.directory).finish()
    }

    /// Writes `config.yaml` with the bot of `SteeredBot`, and one that WeCom calls.
    private func writeConfiguration(of world: LoopbackWorld, defaultBot: String? = nil) throws {
        try world.writeConfiguration()
        let path = "\(world.directory)/config.yaml"
        let text =
            try String(contentsOfFile: path, encoding: .utf8) + """

                bots:
                  - { name: helper, mode: socket, bot_id: aibHelper, secret: bot-secret, agent: echo, allow_all_users: true }
                  - name: desk
                    mode: webhook
                    bot_id: aibDesk
                    token: t
                    encoding_aes_key: abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG
                    agent: echo
                    allow_all_users: true
                \(defaultBot.map { "default_bot: \($0)" } ?? "")

                """
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }

    @Test("lists bots, shows one, and disconnects and reconnects it over the server that runs")
    func served() async throws {
        try await SteeredBot.with { helper in
            let world = helper.world
            try writeConfiguration(of: world)
            try await helper.untilState("ready")
            let list = try await ask("bots", in: world)
            #expect(
                list.status == 0 && list.output.contains("helper") && list.output.contains("ready"), "\(list.errors)")
            let shown = try await ask("bots", "show", in: world)
            #expect(
                shown.output.contains("bot/aibHelper") && shown.output.contains("state       ready\n"),
                "\(shown.output)")
            let json = try JSONValue(
                parsing: Array(try await ask("bots", "show", "helper", "--json", in: world).output.utf8))
            #expect(json["bot_id"] == "aibHelper" && json["mode"] == "socket")

            let off = try await ask("bots", "disconnect", "helper", in: world)
            #expect(off.status == 0 && off.output.contains("until: wecom-router bots reconnect helper"))
            await helper.untilGone()
            let on = try await ask("bots", "reconnect", "helper", in: world)
            #expect(on.status == 0 && on.output == "helper is connected\n", "\(on.errors)")
            #expect(world.wecom.sockets.isConnected(helper.bot.id))

            let unknown = try await ask("bots", "reconnect", "helpr", in: world)
            #expect(unknown.status == 1 && unknown.errors.contains("did you mean helper?"))
            let stray = try await ask("bots", "recnnect", "helper", in: world)
            #expect(stray.status == 2 && stray.errors.contains("did you mean reconnect?"))
            #expect(try await ask("bots", "disconnect", in: world).status == 2)
            #expect(try await ask("bots", "show", "--limit", "2", in: world).errors.contains("--limit goes with list"))
        }
    }

    @Test("sends through a bot over the server's connection")
    func send() async throws {
        try await SteeredBot.with { helper in
            try writeConfiguration(of: helper.world)
            try await helper.untilState("ready")
            await helper.hear()
            let sent = try await ask("send", "--bot", "helper", "--to", "u1", "--wait", "news", in: helper.world)
            #expect(sent.status == 0 && sent.output.hasSuffix(" is sent\n"), "\(sent.errors)")
            #expect(helper.world.wecom.transcript.bubbles.last?.text == "news")
            await helper.hear("@helper OK", in: .group(ChatID("wrGroup")))
            let all = try await ask("send", "--chat", "wrGroup", "--wait", "all", in: helper.world)
            #expect(all.status == 0 && helper.world.wecom.transcript.bubbles.last?.text == "all", "\(all.errors)")
        }
    }

    @Test("where no server runs a bot sends nothing, is told of as it was, and is noted to stay disconnected")
    func unserved() async throws {
        try await withWorld(adjust: { configuration in
            configuration.management.token = Secret(ProgrammingInterface.token)
            configuration.bots = [SteeredBot.configured()]
        }) { world in
            try writeConfiguration(of: world, defaultBot: "helper")
            try await SteeredBot.running(world) { helper in
                try await helper.untilState("ready")
                await helper.hear()
            }
            let sent = try await ask("send", "--bot", "helper", "--to", "u1", "news", in: world)
            #expect(sent.status == 1 && sent.errors.contains("no server runs here"), "\(sent.errors)")
            let called = try await ask("send", "--bot", "desk", "--to", "u1", "news", in: world)
            #expect(called.status == 2 && called.errors.contains("which can only answer: send through an app (dept-a)"))

            let shown = try await ask("bots", "show", in: world)
            #expect(shown.output.contains("state       stopped\n") && shown.output.contains("no server runs here"))
            #expect(shown.output.contains("heard       20"), "\(shown.output)")
            #expect(try await ask("bots", "disconnect", "helper", in: world).status == 0)
            #expect(try await ask("bots", "disconnect", "desk", in: world).errors.contains("WeCom calls it"))
            try await SteeredBot.running(world) { helper in
                try await helper.untilState("stopped")
                #expect(!world.wecom.sockets.isConnected(helper.bot.id))
            }
            #expect(try await ask("bots", "reconnect", "helper", in: world).output.contains("when a server starts"))
            try await SteeredBot.running(world) { try await $0.untilState("ready") }
        }
    }

    @Test("serve --only refuses what there is not, with what there is, before anything is served")
    func only() async throws {
        try await withWorld { world in
            try writeConfiguration(of: world)
            let ending = try await ask("serve", "--only", "bot/helpr", in: world)
            #expect(ending.status == 2, "\(ending.errors)")
            #expect(ending.errors.contains("did you mean bot/helper?. There are: app/dept-a, bot/helper, bot/desk."))
            #expect(try await ask("serve", "--only", "helper", in: world).status == 2)
        }
    }

    @Test("serve --only keeps to what it names: a reload in which that has gone is refused, and what is left out waits")
    func selection() async throws {
        let bots =
            "bots:\n  - { name: work, mode: socket, bot_id: aib1, secret: s, agent: echo, allow_all_users: true }"
        try await ServedWorld.with(agents: "echo: { kind: echo }", rest: bots) { world in
            try await world.start("--only", "app/dept-a")
            #expect(world.logged.contains("1 apps and bots of the configuration are not served"))
            await world.say("hello")
            #expect(await world.texts(1) == ["hello"])
            func run(_ arguments: String...) async throws -> Program.Ending {
                try await Program(running: arguments, in: world.directory).finish()
            }
            #expect(try await run("bots").output.contains("left_out"))
            let path = "\(world.directory)/config.yaml"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            try text.replacing("name: dept-a", with: "name: dept-b").write(
                toFile: path, atomically: true, encoding: .utf8)
            let reload = try await run("reload")
            #expect(
                reload.status != 0 && reload.errors.contains("--only names app/dept-a, which there is not"), "\(reload)"
            )
            await world.say("again")
            #expect(await world.texts(2) == ["hello", "again"])
        }
    }

    @Test("check names a bot that is disabled")
    func check() async throws {
        try await withWorld { world in
            try writeConfiguration(of: world)
            let path = "\(world.directory)/config.yaml"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            try text.replacing("name: helper,", with: "name: helper, enabled: false,").write(
                toFile: path, atomically: true, encoding: .utf8)
            let ending = try await ask("check", in: world)
            #expect(
                ending.output.contains("bot helper: bot/aibHelper, answered by echo")
                    && ending.output.contains("; disabled: it hears nobody"), "\(ending.output)")
        }
    }
}
