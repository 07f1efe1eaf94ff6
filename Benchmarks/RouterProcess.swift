import HTTP
import HTTPClient
import Lifecycle
import System

/// The program itself, as it is shipped, in a process of its own on free ports of loopback.
struct RouterProcess: Sendable {
    let url: String
    private let program: RunningProgram
    private let spawner: Spawner
    private let loop: EventLoop
    private let management: Int

    struct Resources {
        let kilobytes: Int
        let threads: Int
        /// The processor's time so far.
        let processor: Duration
        /// The part of it that reads from agents.
        let reading: Duration

        /// The time between two looks for all but that.
        func processorBesideReading(since earlier: Resources) -> Duration {
            (processor - earlier.processor) - (reading - earlier.reading)
        }
    }

    /// Starts it with `configuration`, which leaves out the server, the store and the log.
    init(in directory: String, configuration: String) async throws {
        loop = try EventLoop(named: "router")
        spawner = Spawner(on: loop)
        let text = """
            server: { host: 127.0.0.1, port: 0 }
            management: { port: 0 }
            store: { url: "sqlite:\(directory)/router.db", min_free: 0 }
            log: { format: json }
            \(configuration)
            """
        try writeFile("\(directory)/config.yaml", Array(text.utf8))
        let path = Process.path.split(separator: "/").dropLast().joined(separator: "/")
        program = try await spawner.start(
            ProgramStart(
                "sh",
                ["-c", "exec \"$0\" serve --config \"$1\" 2>&1", "/\(path)/wecom-router", "\(directory)/config.yaml"],
                environment: Process.environment, in: directory))
        let ports = try await RouterProcess.ports(of: program)
        (url, management) = ("http://127.0.0.1:\(ports.callbacks)", ports.management)
        // What it logs is not to hold it up.
        let program = program
        Task { while try await program.read() != nil {} }
    }

    /// Room for so many turns at once: the last eighth of the places is for other apps.
    static func workers(for turns: Int) -> String { "workers: { concurrency: \(turns * 8 / 7 + 8) }" }

    private static func ports(of program: RunningProgram) async throws -> (callbacks: Int, management: Int) {
        var text = ""
        while !text.contains("\"ready\"") {
            guard let bytes = try await program.read() else { throw NotAsExpected(text: text) }
            text += String(decoding: bytes, as: UTF8.self)
        }
        func port(_ name: String) -> Int? {
            guard let range = text.firstRange(of: "\(name) listens on 127.0.0.1:") else { return nil }
            return Int(text[range.upperBound...].prefix { $0.isNumber })
        }
        guard let callbacks = port("public"), let management = port("management") else {
            throw NotAsExpected(text: text)
        }
        return (callbacks, management)
    }

    func waitForTurns(_ count: Int, _ transport: CurlTransport) async throws {
        let deadline = MonotonicTime.now.advanced(by: .seconds(120))
        while try await metric("turns_running", transport) != count {
            guard MonotonicTime.now < deadline else { throw NotAsExpected(text: "the turns did not all begin") }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// The value of a metric without labels; nil where there is none of that name.
    func metric(_ name: String, _ transport: CurlTransport) async throws -> Int? {
        let page = try await transport.send(
            HTTPRequest(.get, "http://127.0.0.1:\(management)/metrics"), HTTPRequestOptions())
        let start = "wecom_router_\(name) "
        return String(decoding: page.bytes, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix(start) }
            .flatMap { Int($0.dropFirst(start.count)) }
    }

    /// Measures the router alone, without the programs it started.
    func resources() throws -> Resources {
        let status = try text("status")
        func number(_ name: String) -> Int {
            let line = status.split(separator: "\n").first { $0.hasPrefix(name) } ?? ""
            return line.split(whereSeparator: { $0.isWhitespace }).dropFirst().first.flatMap { Int($0) } ?? 0
        }
        return Resources(
            kilobytes: number("VmRSS:"), threads: number("Threads:"),
            processor: processorTime(in: try text("stat")), reading: try reading)
    }

    /// The threads that read from agents and do nothing else, but for a client of WeCom's that has nothing to do in what is
    /// measured by them.
    private static let readers = ["http-client", "turn-"]

    private var reading: Duration {
        get throws {
            try entries(of: "/proc/\(program.processID)/task").reduce(.zero) { sum, thread in
                // One that ends meanwhile is none of them.
                guard let stat = try? text("task/\(thread.name)/stat"), let name = stat.split(separator: "(").last,
                    RouterProcess.readers.contains(where: { name.hasPrefix($0) })
                else { return sum }
                return sum + processorTime(in: stat)
            }
        }
    }

    private func text(_ file: String) throws -> String {
        String(decoding: try readFile("/proc/\(program.processID)/\(file)", limit: 1 << 16), as: UTF8.self)
    }

    func stop() async {
        await program.stop(StopLadder([.init(.terminate, grace: .seconds(15))]))
        await spawner.close()
        loop.stop()
    }

    struct NotAsExpected: Error, CustomStringConvertible {
        let text: String
        var description: String { "the router did not do as it should: \(text.suffix(2000))" }
    }
}
