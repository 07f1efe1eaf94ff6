import HTTP
import JSON
import Lifecycle
import Router
import RouterTesting
import Simulator
import System
import TestSupport
import Testing
import WeCom

@testable import RouterServer

@Suite("AI bots, seen and steered", .timeLimit(.minutes(3)))
struct BotSteeringTests {
    @Test("a bot that another connection has taken stays so, and says what to do, until reconnect takes it back")
    func displaced() async throws {
        try await SteeredBot.with { helper in
            try await helper.untilState("ready")
            await helper.hear()
            await helper.take()
            let lost = try await helper.untilState("displaced")
            #expect(lost["off"]?.string?.contains("find who else connects") == true && lost["owner"] == .null)
            #expect(lost["last_error"] == lost["off"] && lost["last_disconnected_at"] != .null)
            #expect(try await helper.api.metric("bot_losses_total{app=\"helper\",state=\"displaced\"}") == 1)

            let answer = try await helper.api(.post, "/bots/helper/reconnect")
            #expect(answer.status == .ok)
            let back = try await helper.untilState("ready")
            #expect(helper.world.wecom.sockets.isConnected(helper.bot.id))
            #expect(back["reconnects"] == 1 && back["off"] == .null)
            #expect(back["owner"]?.string?.hasSuffix(":\(Process.id)") == true)
            #expect(try await helper.api.metric("bot_reconnects_total{app=\"helper\"}") == 1)
            #expect(try await helper.api.metric("bot_connected{app=\"helper\"}") == 1)
            let text = ["last_connected_at", "last_callback_at", "last_heartbeat_at"]
            for name in text { #expect(back[name]?.string?.isEmpty == false, "\(name)") }
        }
    }

    @Test("a disconnect stays over reloads and restarts, with all that was known of the bot, until reconnect")
    func disconnected() async throws {
        let file = Lock<Configuration?>(nil)
        let source = ConfigurationSource { try #require(file.withLock { $0 }) }
        try await withWorld(adjust: { configuration in
            configuration.management.token = Secret(ProgrammingInterface.token)
            configuration.bots = [SteeredBot.configured()]
        }) { world in
            file.withLock { $0 = world.configuration }
            var before = JSONValue.null
            try await SteeredBot.running(world, from: source) { helper in
                try await helper.untilState("ready")
                await helper.hear()
                let answer = try await helper.api(.post, "/bots/helper/disconnect")
                #expect(answer.state == "stopped" && answer.json["off"]?.string?.contains("an operator") == true)
                await helper.untilGone()
                file.withLock { configuration in
                    guard case .socket(var socket)? = configuration?.bots[0].wire else { return }
                    socket.pingInterval = .seconds(29)
                    configuration?.bots[0].wire = .socket(socket)
                }
                #expect(try await helper.router.server.reloader.reload().bots.changed == ["helper"])
                before = try await helper.untilState("stopped")
                #expect(before["last_connected_at"] != .null && before["last_callback_at"] != .null)
            }
            try await SteeredBot.running(world) { helper in
                let after = try await helper.api(.get, "/bots/helper").json
                #expect(after["state"] == "stopped")
                for name in ["last_connected_at", "last_callback_at", "last_disconnected_at", "reconnects", "off"] {
                    #expect(after[name] == before[name], "\(name)")
                }
                #expect(!world.wecom.sockets.isConnected(helper.bot.id))
                #expect(try await helper.readiness()["degraded"] == [], "nobody wants it to hear")
                #expect(try await helper.api(.post, "/bots/helper/reconnect").status == .ok)
                #expect(try await helper.untilState("ready")["reconnects"] == 1)
            }
            try await SteeredBot.running(world) { try await $0.untilState("ready") }
        }
    }

    @Test(
        "a bot that has heard nothing for two minutes is told of to operators, with its reason, and leaves the light green while others hear"
    )
    func deaf() async throws {
        let clock = ManualClock()
        try await SteeredBot.with(change: { $0.turnClock = clock }) { helper in
            try await helper.untilState("ready")
            await helper.take()
            try await helper.untilState("displaced")
            clock.advance(by: .seconds(119))
            #expect(try await helper.readiness()["degraded"] == [])
            // Timestamps are rounded to the millisecond.
            clock.advance(by: .seconds(1) + .milliseconds(2))
            let light = try await helper.readiness()
            #expect(light["status"] == "ready" && light["reasons"] == [])
            let degraded = light["degraded"]?.array ?? []
            #expect(degraded.count == 1)
            #expect(
                degraded.first?.string?.hasPrefix("bot helper has heard nothing for two minutes: another connection")
                    == true)
            #expect(try await helper.readiness(onPublic: true) == ["status": "ready"])
            #expect(try await helper.api.metric("ready") == 1)
            #expect(try await helper.api(.post, "/bots/helper/reconnect").status == .ok)
            try await helper.untilState("ready")
            #expect(try await helper.readiness()["degraded"] == [])
        }
    }

    @Test("where nobody but bots that are deaf would hear anything the light is red, until one of them hears")
    func allDeaf() async throws {
        let clock = ManualClock()
        try await withWorld(adjust: { configuration in
            configuration.management.token = Secret(ProgrammingInterface.token)
            configuration.apps = []
            configuration.bots = [
                SteeredBot.configured(),
                SteeredBot.configured { ($0.name, $0.botID) = ("second", BotID("aibSecond")) },
            ]
        }) { world in
            var world = world
            world.turnClock = clock
            try await SteeredBot.running(world) { helper in
                func take(_ name: String, _ id: BotID) async throws {
                    while try await helper.api(.get, "/bots/\(name)").state != "ready" { await beforeLookingAgain() }
                    await world.wecom.sockets.write(BotFrame.kick(reason: nil).json.bytes, to: id)
                    while try await helper.api(.get, "/bots/\(name)").state != "displaced" {
                        await beforeLookingAgain()
                    }
                    clock.advance(by: .seconds(120) + .milliseconds(2))
                }
                try await take("helper", BotID("aibHelper"))
                let one = try await helper.readiness()
                #expect(one["status"] == "ready" && one["degraded"]?.array?.count == 1)
                try await take("second", BotID("aibSecond"))
                let all = try await helper.readiness()
                #expect(all["status"] == "not ready" && all["degraded"] == [])
                #expect(all["reasons"]?.array?.count == 2, "\(all)")
                #expect(try await helper.readiness(onPublic: true) == ["status": "not ready"])
                #expect(try await helper.api.metric("ready") == 0)
                // Nobody wants this one to hear: the other is still deaf alone.
                #expect(try await helper.api(.post, "/bots/second/disconnect").status == .ok)
                #expect(try await helper.readiness()["reasons"]?.array?.count == 1)
                #expect(try await helper.api(.post, "/bots/helper/reconnect").status == .ok)
                try await helper.untilState("ready")
                #expect(try await helper.readiness()["reasons"] == [])
            }
        }
    }

    @Test("a bot that is disabled hears nothing, and what waits for it goes out once it is enabled again")
    func disabled() async throws {
        let file = Lock<Configuration?>(nil)
        try await SteeredBot.with(
            change: { world in file.withLock { $0 = world.configuration } },
            from: ConfigurationSource { try #require(file.withLock { $0 }) }
        ) { helper in
            try await helper.untilState("ready")
            await helper.hear()
            _ = try await helper.api(.post, "/bots/helper/disconnect")
            let posted = try await helper.api.post(["bot": "helper", "touser": "u1", "content": "news"])
            file.withLock { $0?.bots[0].isEnabled = false }
            #expect(try await helper.router.server.reloader.reload().bots.changed == ["helper"])
            #expect(try await helper.untilState("disabled")["off"]?.string?.contains("enabled is false") == true)
            #expect(try await helper.api(.post, "/bots/helper/reconnect").error.contains("helper is disabled"))
            // A try that had begun before may take a moment to find that nobody is connected.
            while try await helper.api(.get, "/messages/\(posted.id)").state == "sending" {}
            #expect(try await helper.api(.get, "/messages/\(posted.id)").state == "pending")
            #expect(try await helper.api(.get, "/messages/\(posted.id)").json["app"] == "helper")

            file.withLock { $0?.bots[0].isEnabled = true }
            _ = try await helper.router.server.reloader.reload()
            try await helper.untilState("stopped")
            _ = try await helper.api(.post, "/bots/helper/reconnect")
            #expect(try await helper.api.end(of: posted).state == "sent")
            #expect(helper.world.wecom.transcript.bubbles.last?.text == "news")
        }
    }

    @Test("another secret leaves the bot what it was: its sessions, its jobs, and all that is known of it")
    func otherSecret() async throws {
        let file = Lock<Configuration?>(nil)
        try await SteeredBot.with(
            change: { world in file.withLock { $0 = world.configuration } },
            from: ConfigurationSource { try #require(file.withLock { $0 }) }
        ) { helper in
            let before = try await helper.untilState("ready")
            await helper.hear("REMEMBER tea")
            helper.world.wecom.sockets.add(FakeSocketBot(id: helper.bot.id, secret: Secret("another")))
            file.withLock { configuration in
                guard case .socket(var socket)? = configuration?.bots[0].wire else { return }
                socket.secret = Secret("another")
                configuration?.bots[0].wire = .socket(socket)
            }
            #expect(try await helper.router.server.reloader.reload().bots.changed == ["helper"])
            let after = try await helper.untilState("ready")
            #expect(after["bot_key"] == before["bot_key"] && after["last_callback_at"] != .null)
            await helper.hear("hello")
            #expect(helper.world.wecom.transcript.bubbles.last?.text == "tea, re: hello")
            let jobs = try await helper.router.server.store.store.jobs(in: .done, matching: LedgerFilter()).items
            #expect(jobs.count == 2 && Set(jobs.map(\.endpoint)).count == 1)
        }
    }

    @Test("where no agent is bound to a bot that WeCom calls, log and status name the four things to look at")
    func unbound() async throws {
        let log = LogCapture()
        try await withWorld(
            log: log.log,
            adjust: { configuration in
                configuration.management.token = Secret(ProgrammingInterface.token)
                let key = Secret("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG")
                configuration.bots = [
                    SteeredBot.configured { bot in
                        bot.wire = .webhook(.init(token: Secret("t"), encodingAESKey: key))
                        bot.agent = ""
                    },
                    SteeredBot.configured { bot in
                        (bot.name, bot.botID, bot.agent) = ("idle", BotID("aibIdle"), "")
                    },
                ]
            }
        ) { world in
            try await SteeredBot.running(world) { helper in
                let bubble = await world.wecom.say(
                    "hello", as: UserID("u1"), to: world.bots[0], asking: .milliseconds(20))
                #expect(bubble?.isFinished == true && bubble?.text.isEmpty == false)
                for name in ["helper", "idle"] {
                    let bot = try await helper.api(.get, "/bots/\(name)")
                    #expect(bot.state == "unbound" && bot.json["off"] == .string(App.absentAgentAdvice))
                }
                #expect(!world.wecom.sockets.isConnected(BotID("aibIdle")))
                #expect(try await helper.api(.get, "/bots/helper").json["last_callback_at"] != .null)
                let refused = try await helper.api(.post, "/bots/helper/reconnect")
                #expect(refused.status == .conflict && refused.error.contains("WeCom calls it"))
            }
        }
        let lines = log.finish()
        for words in ["nobody answers: the agent is not there", "bound", "enabled", "bot_id", "configured (agents)"] {
            #expect(lines.contains(words), "\(words)")
        }
    }

    @Test("a list has pages by name, and what is unknown or no parameter is refused")
    func pages() async throws {
        try await withWorld(adjust: { configuration in
            configuration.management.token = Secret(ProgrammingInterface.token)
            configuration.bots = ["c", "a", "b"].map { name in
                SteeredBot.configured { bot in
                    (bot.name, bot.botID, bot.isEnabled) = (name, BotID("aib-\(name)"), name != "b")
                }
            }
            configuration.defaultBot = "c"
        }) { world in
            try await SteeredBot.running(world) { helper in
                func names(_ query: String) async throws -> ([JSONValue?], JSONValue?) {
                    let answer = try await helper.api(.get, "/bots\(query)")
                    #expect(answer.json["default_bot"] == "c")
                    return (answer.json["bots"]?.array?.map { $0["bot"] } ?? [], answer.json["next"])
                }
                let (first, next) = try await names("?limit=2")
                #expect(first == ["a", "b"] && next == "b")
                let (last, end) = try await names("?before=b")
                #expect(last == ["c"] && end == .null)
                #expect(try await helper.api(.get, "/bots?limit=0").status == .badRequest)
                #expect(try await helper.api(.get, "/bots?state=ready").status == .badRequest)
                #expect(try await helper.api(.post, "/bots/a").status == .methodNotAllowed)
                #expect(try await helper.api(.get, "/bots/a/reconnect").status == .methodNotAllowed)
                #expect(try await helper.api(.get, "/bots/aib-a").json["bot"] == "a")
                let unknown = try await helper.api(.post, "/bots/nobody/disconnect")
                #expect(unknown.status == .notFound && unknown.error.contains("known here: a, b, c"))
                #expect(try await helper.api(.get, "/apps?before=a").status == .notFound, "it is no app")
            }
        }
    }
}
