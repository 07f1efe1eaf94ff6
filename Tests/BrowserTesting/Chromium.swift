import Foundation
import HTTP
import HTTPClient
package import JSON
import Lifecycle
import ProgramTesting
import System
import TestSupport

/// A browser without a window, driven over the DevTools protocol.
package final class Chromium: Sendable {
    /// The path of the program; nil where it is not installed.
    package static let program: String? = [
        ProcessInfo.processInfo.environment["CHROMIUM"], "/usr/lib/chromium/chromium", "/usr/bin/chromium",
        "/usr/bin/chromium-browser", "/usr/bin/google-chrome",
    ].compactMap { $0 }.first { FileManager.default.isExecutableFile(atPath: $0) }

    /// True where a browser has to be, so that its absence is a failure.
    package static let isRequired = ProcessInfo.processInfo.environment["WECOM_ROUTER_TEST_BROWSER"] == "required"

    private struct State {
        var lastID: Int64 = 0
        var waiting: [Int64: CheckedContinuation<JSONValue, Never>] = [:]
        var troubles: [String: [String]] = [:]
        var requests: [String: [String]] = [:]
    }

    private let socket: any WebSocket
    private let state = Lock(State())

    private init(_ socket: any WebSocket) { self.socket = socket }

    package static func with(_ body: (Chromium) async throws -> Void) async throws {
        guard let program else { throw Unexpected("chromium is not installed") }
        let directory = FileManager.default.temporaryDirectory.appending(path: "chromium-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let process = try ChildProcess(
            program,
            [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage",
                "--no-first-run", "--remote-debugging-port=0", "--user-data-dir=\(directory.path)", "about:blank",
            ], environment: ["HOME": directory.path, "PATH": "/usr/bin:/bin"])
        defer {
            process.send(SIGKILL)
            _ = process.wait()
        }
        let file = directory.appending(path: "DevToolsActivePort")
        var lines: [Substring] = []
        try await eventually {
            lines = ((try? String(contentsOf: file, encoding: .utf8)) ?? "").split(separator: "\n")
            return lines.count == 2
        }
        let loop = try EventLoop(named: "chromium")
        let transport = CurlWebSockets(on: loop)
        var options = WebSocketOptions()
        options.limits.message = 64 << 20
        let socket = try await transport.connect("ws://127.0.0.1:\(lines[0])\(lines[1])", options)
        let browser = Chromium(socket)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await browser.read() }
            try await body(browser)
            group.cancelAll()
        }
        await transport.close()
        loop.stop()
    }

    private func read() async {
        while let message = try? await socket.receive(), let json = try? JSONValue(parsing: message.bytes) {
            if let id = json["id"]?.integer {
                state.withLock { $0.waiting.removeValue(forKey: id) }?.resume(returning: json)
            } else if let session = json["sessionId"]?.string {
                note(json, in: session)
            }
        }
        for waiter in state.withLock({ state in
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }) { waiter.resume(returning: .null) }
    }

    private func note(_ event: JSONValue, in session: String) {
        let trouble: String? =
            switch event["method"]?.string {
            case "Runtime.exceptionThrown":
                event["params"]?["exceptionDetails"]?["exception"]?["description"]?.string ?? event.text
            case "Log.entryAdded": event["params"]?["entry"]?["text"]?.string
            default: nil
            }
        if let trouble { state.withLock { $0.troubles[session, default: []].append(trouble) } }
        if event["method"] == "Network.requestWillBeSent", let url = event["params"]?["request"]?["url"]?.string {
            state.withLock { $0.requests[session, default: []].append(url) }
        }
    }

    /// The troubles of a page: exceptions, and what the browser logs, as of a policy that was offended.
    package func troubles(in session: String) -> [String] { state.withLock { $0.troubles[session] ?? [] } }
    package func requests(in session: String) -> [String] { state.withLock { $0.requests[session] ?? [] } }

    @discardableResult
    package func send(
        _ method: String, _ parameters: JSONValue = [:], in session: String? = nil
    ) async throws -> JSONValue {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        var members: [JSONValue.Member] = [
            .init("id", .integer(id)), .init("method", .string(method)), .init("params", parameters),
        ]
        if let session { members.append(.init("sessionId", .string(session))) }
        let message = JSONValue.object(members).bytes
        let answer = await withCheckedContinuation { continuation in
            state.withLock { $0.waiting[id] = continuation }
            Task { try? await socket.send(.text(message)) }
        }
        guard let result = answer["result"] else { throw Unexpected("\(method): \(answer.text)") }
        return result
    }

    /// Opens a tab of a browser of its own, which shares no cookies with others, or in the window of another one.
    package func tab(
        _ width: Int = 1440, _ height: Int = 900, isDark: Bool = false, language: String = "zh-CN",
        hasScript: Bool = true, beside other: Tab? = nil
    ) async throws -> Tab {
        let own = other == nil ? try await send("Target.createBrowserContext")["browserContextId"] : nil
        let context = other?.context ?? own ?? .null
        let target = try await send("Target.createTarget", ["url": "about:blank", "browserContextId": context])
        let attached = try await send(
            "Target.attachToTarget", ["targetId": target["targetId"] ?? .null, "flatten": true])
        let tab = Tab(browser: self, context: context, session: attached["sessionId"]?.string ?? "")
        for domain in ["Page", "Runtime", "Log", "Network"] { try await tab.send("\(domain).enable") }
        try await tab.resize(width, height)
        let scheme: JSONValue = ["name": "prefers-color-scheme", "value": isDark ? "dark" : "light"]
        try await tab.send("Emulation.setEmulatedMedia", ["features": [scheme]])
        try await tab.send("Network.setExtraHTTPHeaders", ["headers": ["Accept-Language": .string(language)]])
        if !hasScript { try await tab.send("Emulation.setScriptExecutionDisabled", ["value": true]) }
        return tab
    }
}

/// A page in the browser.
package struct Tab: Sendable {
    package let browser: Chromium
    package let context: JSONValue
    package let session: String

    package var troubles: [String] { browser.troubles(in: session) }
    package var requests: [String] { browser.requests(in: session) }

    @discardableResult
    package func send(_ method: String, _ parameters: JSONValue = [:]) async throws -> JSONValue {
        try await browser.send(method, parameters, in: session)
    }

    package func resize(_ width: Int, _ height: Int) async throws {
        try await send(
            "Emulation.setDeviceMetricsOverride",
            [
                "width": .integer(Int64(width)), "height": .integer(Int64(height)), "deviceScaleFactor": 1,
                "mobile": .bool(width < 500),
            ])
    }

    package func open(_ address: String) async throws {
        try await send("Page.navigate", ["url": .string(address)])
        try await wait("document.readyState === 'complete'")
    }

    @discardableResult
    package func evaluate(_ expression: String) async throws -> JSONValue {
        let answer = try await send(
            "Runtime.evaluate", ["expression": .string(expression), "returnByValue": true, "awaitPromise": true])
        if let details = answer["exceptionDetails"] { throw Unexpected(details.text) }
        return answer["result"]?["value"] ?? .null
    }

    /// Waits until the expression is true in the page. A page that is just being left, or not there yet, cannot be asked.
    package func wait(_ expression: String) async throws {
        var last = "false"
        do {
            try await eventually {
                do {
                    return try await self.evaluate("!!(\(expression))") == true
                } catch {
                    last = "\(error)"
                    return false
                }
            }
        } catch { throw Unexpected("\(expression): \(last)") }
    }

    package func type(_ text: String) async throws { try await send("Input.insertText", ["text": .string(text)]) }

    /// Presses a key; 8 is Shift, 1 is Alt.
    package func press(_ key: String, code: Int64, modifiers: Int64 = 0) async throws {
        let shared: [JSONValue.Member] = [
            .init("key", .string(key)), .init("code", .string(key)), .init("windowsVirtualKeyCode", .integer(code)),
            .init("modifiers", .integer(modifiers)),
        ]
        let text: [JSONValue.Member] =
            key == "Enter" ? [.init("text", "\r")] : key.utf8.count == 1 ? [.init("text", .string(key))] : []
        try await send("Input.dispatchKeyEvent", .object(shared + text + [.init("type", "keyDown")]))
        try await send("Input.dispatchKeyEvent", .object(shared + [.init("type", "keyUp")]))
    }

    package func say(_ text: String) async throws {
        try await evaluate("document.querySelector('#text').focus()")
        try await type(text)
        try await press("Enter", code: 13)
    }

    /// Keeps a picture where `WECOM_ROUTER_TEST_PICTURES` says, for people to look at.
    package func picture(_ name: String) async throws {
        guard let directory = ProcessInfo.processInfo.environment["WECOM_ROUTER_TEST_PICTURES"] else { return }
        let answer = try await send("Page.captureScreenshot", ["format": "png"])
        guard let data = Data(base64Encoded: answer["data"]?.string ?? "") else { return }
        try data.write(to: URL(fileURLWithPath: "\(directory)/\(name).png"))
    }
}
