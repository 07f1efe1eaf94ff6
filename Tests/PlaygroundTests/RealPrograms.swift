import Foundation
import HTTP
import HTTPServer
import Lifecycle
import Observability
import ProgramTesting
import System
import TestSupport

/// The built `wecom-router`, once as a router and once as the WeCom that it works with, over the same files; each may be killed.
struct RealPrograms {
    let directory: URL
    private let ports: (router: Int, wecom: Int, pages: Int)
    private var router: ChildProcess?
    private var wecom: ChildProcess?
    /// The simulated WeCom ends with its input.
    private let input: (reading: FileHandle, writing: FileHandle)

    /// The agent answers what it was told as soon as there is a file `go`.
    static func with(_ body: (inout RealPrograms) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "programs-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        var programs = try await RealPrograms(in: directory)
        defer { for process in [programs.router, programs.wecom] { RealPrograms.kill(process) } }
        try await body(&programs)
    }

    private init(in directory: URL) async throws {
        self.directory = directory
        input = try ChildProcess.pipe()
        ports = (try await Self.unusedPort(), try await Self.unusedPort(), try await Self.unusedPort())
        let wait = "text=$(cat); while [ ! -e \(directory.path)/go ]; do sleep 0.1; done; printf %s \"$text\""
        try write(wait, to: "agent")
        try write(
            """
            server: { host: 127.0.0.1, port: \(ports.router), public_url: "http://router.example" }
            management: { port: 0 }
            store: { min_free: 0 }
            agents: { slow: { kind: command, command: [/bin/sh, \(directory.path)/agent], sandbox: false } }
            apps:
              - name: dept-a
                corp_id: \(Bench.corp)
                agent_id: 1000002
                corp_secret: not-a-real-secret
                token: QDG6eK
                encoding_aes_key: jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C
                allow_all_users: true
                acknowledge_after: 0
            """, to: "config.yaml")
    }

    private func write(_ text: String, to name: String) throws {
        let path = directory.appending(path: name).path
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    }

    private static func unusedPort() async throws -> Int {
        let loop = try EventLoop(named: "port")
        defer { loop.stop() }
        let log = Logger(to: LogSink(format: .text) { _ in }, level: .error)
        let listener = HTTPListener(
            name: "port", at: .host("127.0.0.1", port: 0), on: loop, metrics: Metrics(), log: log
        ) { _ in HTTPResponse(.ok) }
        let port = try await listener.open()
        await listener.quiesce(by: .now)
        return port
    }

    /// The address of the pages, without a slash at the end.
    var address: String { "http://127.0.0.1:\(ports.pages)" }

    /// Has the agent answer, from now on.
    func letAgentAnswer() throws { try write("", to: "go") }

    mutating func startRouter() async throws {
        router = try await start(
            ["serve", "--api-base-url", "http://127.0.0.1:\(ports.wecom)"], until: #""message":"ready""#)
    }

    mutating func startWeCom() async throws {
        wecom = try await start(
            ["simulate", "--config", "config.yaml", "--port", "\(ports.wecom)", "--playground", "\(ports.pages)"],
            until: address)
    }

    private func start(_ arguments: [String], until words: String) async throws -> ChildProcess {
        let path = directory.appending(path: "\(arguments[0]).log")
        try Data().write(to: path)
        let log = try FileHandle(forWritingTo: path)
        let process = try ChildProcess(
            product("wecom-router"), arguments,
            environment: ["PATH": "/usr/bin:/bin", "TMPDIR": directory.path, "SWIFT_BACKTRACE": "enable=no"],
            in: directory.path, input: input.reading.fileDescriptor, output: log.fileDescriptor,
            errors: log.fileDescriptor)
        try log.close()
        try await eventually { try String(contentsOf: path, encoding: .utf8).contains(words) }
        return process
    }

    mutating func killRouter() {
        Self.kill(router)
        router = nil
    }

    mutating func killWeCom() {
        Self.kill(wecom)
        wecom = nil
    }

    private static func kill(_ process: ChildProcess?) {
        process?.send(SIGKILL)
        _ = process?.wait()
    }
}
