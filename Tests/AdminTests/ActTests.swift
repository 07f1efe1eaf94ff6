import HTTP
import Lifecycle
import Router
import RouterServer
import RouterTesting
import Simulator
import Testing
import WeCom

@Suite("What is done on the administration's pages", .timeLimit(.minutes(5))) struct ActTests {
    @Test("a failed job is retried, and the page leads to its retry; the audit says who did")
    func retry() async throws {
        try await withAdmin { visitor in
            let visitor = try await visitor.signedIn()
            await visitor.say("FAIL no key", untilDelivered: 1)
            let job = try await visitor.newestJob()
            let answer = try await visitor.press("\(job)/retry", on: job)
            let retry = try #require(answer.headers["Location"])
            #expect(retry != job && retry.hasPrefix("/admin/jobs/j-"))
            try await visitor.page(job, having: retry)
            let audit = try await visitor.page("/admin/audit")
            #expect(audit.contains("retry") && audit.contains(job.dropFirst("/admin/jobs/".count)))
            // Once is enough.
            #expect(try await visitor.page(retry).contains(job))
        }
    }

    @Test("a running turn is listed with what it is at, stopped, and said to be")
    func stop() async throws {
        try await withAdmin { visitor in
            let visitor = try await visitor.signedIn()
            await visitor.say("HOLD it")
            await visitor.agent.isHolding.wait()
            let page = try await visitor.page("/admin/running")
            #expect(page.contains("on page 3") && page.contains("zhangsan"))
            let job = try await visitor.newestJob()
            #expect(try await visitor.page(job).contains("Running for"))
            #expect(
                try await visitor.press("\(job)/stop", on: "/admin/running").headers["Location"] == "/admin/running")
            try await visitor.page(job, having: "Cancelled")
            try await visitor.page("/admin/running", having: "No turn is running")
        }
    }

    @Test("a dead letter is replayed, and is none any more")
    func replay() async throws {
        try await withAdmin { visitor in
            let visitor = try await visitor.signedIn()
            visitor.world.wecom.faults.next(.send, .errorCode(60111, message: "userid not found"))
            await visitor.say("hello")
            let page = try await visitor.page("/admin/deliveries", having: "60111")
            let path = try #require(page.firstMatch(of: /\/admin\/deliveries\/d-[0-9a-z]{13}\/replay/))
            let job = try await visitor.newestJob()
            #expect(try await visitor.page(job).contains("1 of 1 parts did not arrive"))
            #expect(try await visitor.press(String(path.0), on: "/admin/deliveries").status == HTTPStatus(303))
            _ = await visitor.world.wecom.transcript.delivered(atLeast: 1)
            try await visitor.page("/admin/deliveries", having: "Nothing. Good.")
            try await visitor.page(job, having: "all delivered after")
        }
    }

    @Test("all dead letters of a filter are replayed by one button, which names their number")
    func replayAll() async throws {
        try await withAdmin { visitor in
            let visitor = try await visitor.signedIn()
            for user in ["u1", "u2", "u3"] {
                visitor.world.wecom.faults.next(.send, .errorCode(60111, message: "userid not found"))
                await visitor.say("hello", as: user)
                try await visitor.page("/admin/deliveries?user=\(user)", having: "60111")
            }
            try await visitor.page("/admin/deliveries", having: "Replay these 3")
            #expect(!(try await visitor.page("/admin/deliveries?user=u1")).contains("Replay these"))
            let answer = try await visitor.press("/admin/deliveries/replay", on: "/admin/deliveries")
            #expect(answer.status == HTTPStatus(303))
            _ = await visitor.world.wecom.transcript.delivered(atLeast: 3)
            try await visitor.page("/admin/deliveries", having: "Nothing. Good.")
        }
    }

    @Test("a session is reset, and the next message begins another")
    func reset() async throws {
        try await withAdmin { visitor in
            let visitor = try await visitor.signedIn()
            await visitor.say("REMEMBER x", untilDelivered: 1)
            try await visitor.page("/admin/sessions", having: "zhangsan", "/admin/sessions/reset")
            #expect(try await visitor.press("/admin/sessions/reset", on: "/admin/sessions").status == HTTPStatus(303))
            let page = try await visitor.page("/admin/sessions")
            #expect(page.contains("over") && !page.contains("action=\"/admin/sessions/reset\""))
            await visitor.say("again", untilDelivered: 2)
            #expect(visitor.agent.turns.last?.session == nil)
        }
    }

    @Test("a bot is disconnected and reconnected")
    func bots() async throws {
        try await withAdmin(adjust: { configuration in
            var bot = Configuration.Bot(name: "helper", .socket(.init(secret: Secret("bot-secret"))), agent: "echo")
            bot.botID = BotID("aibHelper")
            bot.policy = .all
            configuration.bots = [bot]
        }) { visitor in
            let visitor = try await visitor.signedIn()
            await visitor.world.untilBotsConnect()
            try await visitor.page("/admin/bots", having: "helper", "ready")
            #expect(
                try await visitor.press("/admin/bots/helper/disconnect", on: "/admin/bots").status == HTTPStatus(303))
            try await visitor.page("/admin/bots", having: "stopped")
            #expect(
                try await visitor.press("/admin/bots/helper/reconnect", on: "/admin/bots").status == HTTPStatus(303))
            try await visitor.page("/admin/bots", having: "t ok")
        }
    }

    @Test("the configuration is read again where there is one, and what came of it is told")
    func reload() async throws {
        try await withAdmin { visitor in
            let visitor = try await visitor.signedIn()
            try await visitor.page("/admin/nodes", having: "alive", "/admin/reload")
            let answer = try await visitor.press("/admin/reload", on: "/admin/nodes")
            // This router was given its configuration, and has no file to read.
            #expect(answer.status == .conflict)
            #expect(answer.text.contains("Not done") && answer.text.contains("was started with a configuration"))
            #expect(try await visitor.page("/admin/audit").contains("reload the configuration"))
        }
    }

    @Test("search leads to a job by its number, to an app by its name, to a person by their id")
    func search() async throws {
        try await withAdmin { visitor in
            let visitor = try await visitor.signedIn()
            await visitor.say("hello", untilDelivered: 1)
            let job = try await visitor.newestJob()
            let id = job.dropFirst("/admin/jobs/".count)
            #expect(try await visitor.get("/admin/search?q=\(id)").headers["Location"] == job)
            #expect(try await visitor.get("/admin/search?q=dept-a").headers["Location"] == "/admin/jobs?app=dept-a")
            #expect(
                try await visitor.get("/admin/search?q=zhangsan").headers["Location"]
                    == "/admin/jobs?user=zhangsan&since=all")
            #expect(try await visitor.page("/admin/search?q=nobody").contains("Nothing was found"))
            #expect(try await visitor.get("/admin/jobs/j-0000000000000").status == .notFound)
        }
    }

    @Test("the list of jobs is filtered; a filter that is none is told, and nothing is hidden by it")
    func filters() async throws {
        try await withAdmin { visitor in
            let visitor = try await visitor.signedIn()
            await visitor.say("hello", as: "u1", untilDelivered: 1)
            await visitor.say("FAIL x", as: "u2", untilDelivered: 2)
            try await visitor.page("/admin/jobs?state=failed&user=u2", having: "FAIL x", "state: ")
            #expect(try await visitor.page("/admin/jobs?state=failed&user=u1").contains("No such job"))
            let wrong = try await visitor.get("/admin/jobs?app=nobody")
            #expect(wrong.status == .badRequest && wrong.text.contains("there is no app"))
        }
    }

    @Test("a conversation shows what was said on both sides")
    func conversation() async throws {
        try await withAdmin { visitor in
            let visitor = try await visitor.signedIn()
            await visitor.say("how do you do", untilDelivered: 1)
            let list = try await visitor.page("/admin/conversations", having: "done")
            let link = try #require(list.firstMatch(of: /href="(\/admin\/conversations\?app=[^"]+)"/))
            let page = try await visitor.page(String(link.1).replacing("&amp;", with: "&"))
            #expect(page.contains("how do you do") && page.contains("re: how do you do"))
        }
    }
}
