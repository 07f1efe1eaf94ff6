import BrowserTesting
import Foundation
import JSON
import Simulator
import System
import TestSupport
import Testing
import WeCom

@testable import Playground

@Suite("A page of the playground in a flood", .serialized, .timeLimit(.minutes(5))) struct BrowserCrowdTests {
    private static let isHere = Chromium.program != nil

    private func withTab(_ body: @escaping (Bench, Tab) async throws -> Void) async throws {
        try await withBench { bench in
            bench.wecom.limitMembers(to: .none)
            try await Chromium.with { browser in
                let tab = try await browser.tab()
                try await tab.open("\(bench.address)/?as=\(Bench.corp):zhangsan&chat=app-1000002")
                try await tab.wait("document.body.dataset.state === 'live'")
                try await tab.evaluate(
                    """
                    globalThis.tasks = [];
                    new PerformanceObserver(list => tasks.push(...list.getEntries().map(task => Math.round(task.duration))))
                        .observe({ type: 'longtask' });
                    globalThis.read = [];
                    new MutationObserver(list => { for (const { addedNodes } of list) for (const node of addedNodes)
                        if (node.matches?.('.turn') && node.ariaLive !== 'off') read.push(node.id); })
                        .observe(document.querySelector('#scroll'), { childList: true, subtree: true });
                    """)
                try await body(bench, tab)
                #expect(tab.troubles == [])
            }
        }
    }

    /// Has somebody say so many things in a row, and waits until the page has the last answer.
    private func flood(_ numbers: ClosedRange<Int>, _ bench: Bench, _ tab: Tab) async throws {
        for number in numbers { await bench.wecom.say("Nr. \(number).", as: UserID("zhangsan"), to: bench.apps[0]) }
        try await tab.wait(
            """
            [...document.querySelectorAll('#log .turn')].filter(turn => turn.textContent.includes('Nr. \(numbers.upperBound).')).length === 2
                && !document.querySelector('#log .pend')
            """)
        // What was still to be put is put with the next frames.
        try await tab.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    }

    private func counts(_ tab: Tab) async throws -> (nodes: Int64, listeners: Int64, tasks: String) {
        let tasks = try await tab.evaluate("`${tasks.length}, the longest ${Math.max(0, ...tasks)}`").string ?? ""
        try await tab.send("HeapProfiler.collectGarbage")
        let counters = try await tab.send("Memory.getDOMCounters")
        return (counters["nodes"]?.integer ?? 0, counters["jsEventListeners"]?.integer ?? 0, tasks)
    }

    @Test(
        "of a thousand messages it holds the newest, in order, at its end, and grows no more",
        .enabled(if: isHere, "chromium is not installed"))
    func flood() async throws {
        try await withTab { bench, tab in
            try await flood(1...250, bench, tab)
            let first = try await counts(tab)
            try await flood(251...500, bench, tab)
            let second = try await counts(tab)
            print("nodes \(first.nodes), \(second.nodes); long tasks: \(first.tasks), then \(second.tasks) ms")
            #expect(second.nodes <= first.nodes + first.nodes / 10 && second.listeners <= first.listeners + 10)
            let numbers = "[...document.querySelectorAll('#log > *')].map(item => Number(item.id.slice(2)))"
            #expect(
                try await tab.evaluate("\(numbers).every((number, at, all) => !at || all[at - 1] < number)") == true)
            #expect(try await tab.evaluate("document.querySelectorAll('#log > *').length") == 300)
            #expect(try await tab.evaluate("document.querySelectorAll('#rows > *').length") == 300)
            let end = "(box => box.scrollHeight - box.scrollTop - box.clientHeight < 4)"
            #expect(try await tab.evaluate("\(end)(document.querySelector('#scroll'))") == true)
            // Each of them is read out once, though its marks changed several times.
            #expect(try await tab.evaluate("read.length === new Set(read).size") == true)
            // Whoever wants what was before has gone to the top.
            let toTop = """
                for (const id of ['scroll', 'rows']) document.getElementById(id).scrollTop = 0;
                new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))
                """
            try await tab.evaluate(toTop)
            try await tab.evaluate("document.querySelector('[data-of=log]').click()")
            try await tab.wait("document.querySelectorAll('#log > *').length === 350")
            #expect(
                try await tab.evaluate("\(numbers).every((number, at, all) => !at || all[at - 1] < number)") == true)
            try await tab.evaluate("document.querySelector('[data-of=rows]').click()")
            try await tab.wait("document.querySelectorAll('#rows > *').length === 400")
        }
    }

    /// Seven minutes of ten messages a second, as fast as the page takes them; with `WECOM_ROUTER_TEST_HOUR` the hour.
    @Test("in fast motion it stays as small as it was", .enabled(if: isHere, "chromium is not installed"))
    func fastMotion() async throws {
        try await withTab { bench, tab in
            let rounds = ProcessInfo.processInfo.environment["WECOM_ROUTER_TEST_HOUR"] == nil ? 20 : 180
            let chat = ChatKey.app(bench.apps[0].identity, UserID("zhangsan"))
            var seen: [Int64] = []
            for round in 1...rounds {
                let places = bench.playground.book.withLock { book in
                    (1...200).map { number in
                        book.add(
                            .said(Said(words: .text("\(round): \(number)."))), by: .person(UserID("zhangsan")),
                            to: chat,
                            at: bench.wecom.clock.wall)
                    }
                }
                bench.playground.tell(places)
                try await tab.wait(
                    "document.querySelector('#log').lastElementChild.textContent.includes('\(round): 200.')")
                guard round % 10 == 0 else { continue }
                seen.append(try await tab.evaluate("document.querySelectorAll('*').length").integer ?? 0)
            }
            let long = try await tab.evaluate("`${tasks.length}, the longest ${Math.max(0, ...tasks)}`").string ?? ""
            try await tab.send("HeapProfiler.collectGarbage")
            let heap = try await tab.send("Runtime.getHeapUsage")["usedSize"]?.integer ?? 0
            print("\(rounds * 200) messages: elements \(seen), heap \(heap >> 10) KiB, long tasks: \(long) ms")
            #expect(seen.allSatisfy { $0 <= seen[0] + seen[0] / 10 }, "\(seen)")
            #expect(try await tab.evaluate("document.querySelectorAll('#log > *').length") == 300)
        }
    }

    @Test(
        "what changes of a message that the page has let go of stays away",
        .enabled(if: isHere, "chromium is not installed"))
    func gone() async throws {
        try await withTab { bench, tab in
            try await tab.say("cards")
            try await tab.wait("document.querySelectorAll('.card').length === 5")
            let form = "new URLSearchParams(new FormData(document.querySelector('button[value=once]').form))"
            try await tab.evaluate("globalThis.press = \(form); press.set('key', 'once')")
            try await flood(1...160, bench, tab)
            try await tab.wait("!document.querySelector('.card')")
            try await tab.evaluate("fetch('/act/press', { method: 'POST', body: press })")
            try await eventually { bench.answerer.heard.contains { $0.content.type == "event" } }
            try await flood(161...162, bench, tab)
            #expect(try await tab.evaluate("!document.querySelector('.card')") == true)
        }
    }

    @Test(
        "a bot's answer is read out once, when it is whole",
        .enabled(if: isHere, "chromium is not installed"))
    func readOnce() async throws {
        try await withTab { bench, tab in
            try await tab.evaluate("document.querySelector('#chats a[href*=bot]').click()")
            try await tab.wait("document.querySelector('#talk').getAttribute('aria-label') === '小路'")
            try await tab.evaluate(
                """
                globalThis.read = [];
                new MutationObserver(list => { for (const { addedNodes } of list) for (const node of addedNodes)
                    if (node.matches?.('.turn') && node.ariaLive !== 'off') read.push(node.textContent); })
                    .observe(document.querySelector('#scroll'), { childList: true, subtree: true });
                """)
            try await tab.say("为什么慢了？")
            try await tab.wait(
                "document.querySelector('#log .turn:last-child th') && !document.querySelector('#log .grows')")
            try await tab.wait("read.length >= 2")
            let read = try await tab.evaluate("read.join('\\n---\\n')").string ?? ""
            #expect(read.components(of: "为什么慢了？") == 1 && read.components(of: "索引在发布时被重建") == 1, "\(read)")
        }
    }
}
