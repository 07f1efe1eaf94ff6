import HTTP
import HTTPClient
import JSON
import Pages
import Playground
import Simulator
import System
import TestSupport
import Testing
import WeCom

@Suite("What a page of the playground is told while it is open", .timeLimit(.minutes(5))) struct LiveTests {
    @Test("a piece that is told is the same markup that a page comes with")
    func sameMarkup() async throws {
        try await withVisitor { visitor in
            async let event = visitor.event(holding: "\"log\"", "send 0", "<b>37</b>")
            try await eventually { visitor.bench.playground.listenerCount == 1 }
            try await visitor.say("markdown")
            let piece = try await event
            let html = try #require(piece["html"]?.string)
            #expect(
                piece["how"] == "append" && html.hasPrefix("<li class=\"turn\" id=\"\(piece["key"]?.string ?? "?")\">"))
            #expect(try await visitor.page().contains(html))
        }
    }

    @Test("a tab is told of its own chat, and of others by their line in the list")
    func otherChat() async throws {
        try await withVisitor { visitor in
            var other = visitor
            other.chat = "app-1000004"
            let reader = other
            async let line = reader.event(holding: "\"chats\"", "c-app-1000002", "markdown")
            try await eventually { visitor.bench.playground.listenerCount == 1 }
            try await visitor.say("markdown")
            let piece = try await line
            #expect(piece["how"] == "top")
        }
    }

    @Test("a tab that comes back is told what it missed; of another run it is told to ask for all")
    func catchingUp() async throws {
        try await withVisitor { visitor in
            let page = try await visitor.page()
            let position = try #require(page.behind("data-seq=\"")?.prefix { $0 != "\"" })
            try await visitor.say("inzwischen")
            _ = try await visitor.event(holding: "\"log\"", "inzwischen", after: String(position))
            #expect(try await visitor.event(holding: "\"boot\"", after: String(position))["gap"] == false)
            #expect(try await visitor.event(holding: "\"boot\"", after: "ffffffff.1")["gap"] == true)
        }
    }

    @Test("whoever listens when the playground ends is told so")
    func draining() async throws {
        try await withVisitor { visitor in
            async let bye = visitor.event(holding: "draining")
            try await eventually { visitor.bench.playground.listenerCount == 1 }
            await visitor.bench.playground.close()
            let last = try await bye
            #expect(last["again_ms"] == 1500)
        }
    }

    @Test("a page that listens and does not read is let go, while others are told")
    func deaf() async throws {
        try await withVisitor { visitor in
            var options = HTTPRequestOptions()
            options.totalTimeout = nil
            let target = "\(visitor.bench.address)/events?as=\(Bench.corp):zhangsan&chat=app-1000002"
            let unread = try await visitor.transport.stream(HTTPRequest(.get, target), options)
            try await eventually { visitor.bench.playground.listenerCount == 1 }
            // More than what the system holds of a connection.
            let long = String(repeating: "lang ", count: 20_000)
            try await eventually {
                try await visitor.say(long)
                return visitor.bench.playground.listenerCount == 0
            }
            async let piece = visitor.event(holding: "\"log\"", "danach")
            try await eventually { visitor.bench.playground.listenerCount == 1 }
            try await visitor.say("danach")
            _ = try await piece
            withExtendedLifetime(unread) {}
        }
    }

    @Test("five hundred messages in a row are told in few pieces, and the last of them is seen")
    func flood() async throws {
        try await withVisitor { visitor in
            async let last = visitor.event(holding: "\"log\"", "Nr. 500<")
            try await eventually { visitor.bench.playground.listenerCount == 1 }
            let app = visitor.bench.apps[0]
            for number in 1...500 {
                await visitor.bench.wecom.say("Nr. \(number)", as: .init("zhangsan"), to: app)
            }
            _ = try await last
        }
    }
}
