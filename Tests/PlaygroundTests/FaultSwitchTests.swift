import HTTP
import Simulator
import System
import TestSupport
import Testing
import WeCom

@Suite("The switches by which WeCom misbehaves", .timeLimit(.minutes(5))) struct FaultSwitchTests {
    private func turn(_ visitor: Visitor, _ fault: String, _ setting: String, scope: String = "app") async throws {
        try await visitor.act("fault", ["fault": fault, "on": "1", "setting": setting, "scope": scope])
    }

    @Test("a fault is counted, ends by itself, and the page says so meanwhile")
    func counted() async throws {
        try await withVisitor { visitor in
            try await turn(visitor, "rate", "3")
            var page = try await visitor.page()
            #expect(page.contains("有故障生效：") && page.contains("已命中 0 / 3"))
            try await visitor.say("eins")
            try await visitor.page(showing: "已命中 1 / 3")
            for text in ["zwei", "drei"] { try await visitor.say(text) }
            try await eventually { visitor.bench.wecom.faults.orders.isEmpty }
            page = try await visitor.page()
            #expect(!page.contains("已命中"))
            try await visitor.say("vier")
            try await visitor.page(showing: "send 0")
        }
    }

    @Test("a fault meets those whom it is for: an app, its corp, or all", arguments: ["app", "corp", "all"])
    func scope(scope: String) async throws {
        try await withVisitor { visitor in
            try await turn(visitor, "rate", "always", scope: scope)
            var (sister, other) = (visitor, visitor)
            sister.chat = "app-1000004"
            (other.corp, other.user) = ("ww02b9d41c7730ee58", "zhaomin")
            for one in [visitor, sister, other] { try await one.say("x") }
            try await eventually {
                visitor.bench.wecom.wire.entries.filter { $0.name == "message/send" && !$0.isOpen }.count == 3
            }
            let met = visitor.bench.wecom.wire.entries.filter { $0.code == 45009 }.count
            #expect(met == ["app": 1, "corp": 2, "all": 3][scope])
        }
    }

    @Test("a lost answer makes WeCom repeat the callback, whose number of tries is told")
    func lost() async throws {
        try await withVisitor(patience: .seconds(1)) { visitor in
            try await turn(visitor, "lost", "callback-2")
            try await visitor.say("zweimal verloren")
            try await visitor.page(showing: "send 0", "↻")
            try await eventually { visitor.bench.answerer.heard.count == 3 }
            let tries = visitor.bench.wecom.wire.entries.filter { $0.name == "callback" }
            #expect(tries.count == 3 && tries.first?.failure != nil && tries.first?.fault != nil)
            #expect(tries.last?.attempt?.number == 3 && tries.last?.attempt?.most == 4)
            let messages = visitor.bench.answerer.heard
            #expect(messages.count >= 3 && Set(messages.map(\.messageID)).count == 1)
        }
    }

    @Test("a callback that is repeated for no reason is the same message, sealed anew")
    func twice() async throws {
        try await withVisitor { visitor in
            try await turn(visitor, "twice", "1")
            try await visitor.say("doppelt")
            try await eventually { visitor.bench.answerer.heard.count == 2 }
            #expect(visitor.bench.answerer.heard[0] == visitor.bench.answerer.heard[1])
            let lines = visitor.bench.wecom.wire.entries.filter { $0.name == "callback" }.map(\.request.line)
            #expect(Set(lines).count == 2)
        }
    }

    @Test("the clock that is turned on moves CreateTime, and goes back when it is turned off")
    func skew() async throws {
        try await withVisitor { visitor in
            try await turn(visitor, "skew", "+25h")
            try await visitor.say("morgen")
            #expect(try await visitor.page().contains("+25 h"))
            try await eventually { visitor.bench.answerer.heard.count == 1 }
            let lead = try #require(visitor.bench.answerer.heard.first).createTime.since(.now)
            #expect(lead > .seconds(24 * 3600))
            try await visitor.act("fault", ["fault": "skew", "on": "0"])
            #expect(visitor.bench.wecom.clock.lead == .zero)
        }
    }

    @Test("all faults are cleared at once, the clock with them, and what hangs goes on")
    func clearing() async throws {
        try await withVisitor { visitor in
            for (fault, setting) in [("down", "hang"), ("rate", "always"), ("skew", "+15m")] {
                try await turn(visitor, fault, setting)
            }
            try await visitor.say("hängt")
            try await eventually { visitor.bench.wecom.wire.entries.contains { $0.direction == .call && $0.isOpen } }
            try await visitor.act("calm")
            #expect(visitor.bench.wecom.faults.orders.isEmpty && visitor.bench.wecom.clock.lead == .zero)
            try await eventually { !visitor.bench.wecom.wire.entries.contains { $0.isOpen } }
            #expect(
                try await visitor.page().contains(
                    "id=\"strip\" method=\"post\" action=\"/act/calm\" data-act=\"\" hidden"))
        }
    }

    @Test("another setting changes a fault that is on, and turns none on")
    func setting() async throws {
        try await withVisitor { visitor in
            try await visitor.act("fault", ["fault": "rate", "setting": "1", "scope": "app"])
            #expect(visitor.bench.wecom.faults.orders.isEmpty)
            try await turn(visitor, "rate", "3")
            try await visitor.act("fault", ["fault": "rate", "setting": "1", "scope": "app"])
            #expect(visitor.bench.wecom.faults.orders.map(\.times) == [1])
        }
    }

    @Test("a switch that there is not, and a setting that there is not, order nothing else")
    func unknown() async throws {
        try await withVisitor { visitor in
            let answer = try await visitor.act("fault", ["fault": "meteor", "on": "1"])
            #expect(answer.status == .notFound)
            #expect(visitor.bench.wecom.faults.orders.isEmpty)
        }
    }
}
