import Foundation
import Lifecycle
import ProgramTesting
import System
import Testing

/// A spawner of its own for one test, and what tests often do with it.
struct World {
    let loop: EventLoop
    let spawner: Spawner
    static let environment = ["PATH": "/usr/bin:/bin"]

    /// Runs `body` and sees to it that nothing it started is left.
    static func with(
        limit: Int = 1024, rank: OSThread.Rank = .usual, _ body: (World) async throws -> Void
    ) async throws {
        let loop = try EventLoop(named: "programs", rank: rank)
        defer { loop.stop() }
        let world = World(loop: loop, spawner: Spawner(on: loop, executable: product("wecom-router"), limit: limit))
        try await attempt {
            try await body(world)
        } finally: {
            await world.spawner.close()
        }
    }

    /// Starts a command of the shell.
    func shell(
        _ command: String, limits: ProgramLimits = ProgramLimits(), in directory: String = "/"
    ) async throws
        -> RunningProgram
    {
        try await start("sh", ["-c", command], limits: limits, in: directory)
    }

    func start(
        _ program: String, _ arguments: [String] = [], limits: ProgramLimits = ProgramLimits(),
        in directory: String = "/", environment: [String: String] = World.environment
    ) async throws -> RunningProgram {
        try await spawner.start(
            ProgramStart(program, arguments, environment: environment, in: directory, limits: limits))
    }

    /// Runs a command of the shell to its end, and returns what it writes.
    func output(
        of command: String, limits: ProgramLimits = ProgramLimits(), in directory: String = "/"
    ) async throws
        -> String
    {
        let program = try await shell(command, limits: limits, in: directory)
        let text = try await program.readAll()
        await program.stop(.kill)
        return text
    }
}

extension RunningProgram {
    /// Standard output to its end.
    func readAll() async throws -> String {
        var bytes: [UInt8] = []
        while let more = try await read() { bytes += more }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Standard output until it has so many whole lines.
    func readLines(_ count: Int) async throws -> [String] {
        var bytes: [UInt8] = []
        while bytes.count(where: { $0 == 0x0A }) < count {
            bytes += try #require(try await read(), "the output ended after \(String(decoding: bytes, as: UTF8.self))")
        }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}

extension StopLadder {
    /// The ladder for a test that climbs all of it.
    static let short = StopLadder([
        Step(.interrupt, grace: .milliseconds(300)), Step(.terminate, grace: .milliseconds(300)),
    ])
}

/// True if a process is there; one that has ended and that nobody has asked about is.
func exists(_ process: String) -> Bool { FileManager.default.fileExists(atPath: "/proc/\(process)") }

/// A number of `/proc/…/status`.
func status(_ field: String, of process: String = "self") throws -> Int {
    let text = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
    let line = try #require(text.split(separator: "\n").first { $0.hasPrefix(field + ":") })
    return try #require(Int(line.dropFirst(field.count + 1).split(whereSeparator: \.isWhitespace)[0]))
}

/// The number of this process's threads but for those of servers, stores and turns, which other tests have meanwhile.
func threadsForPrograms() throws -> Int {
    let others = ["sqlite-", "http", "management", "turn-", "reply-", "simulator", "log", "disk-"]
    return try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count { thread in
        // One that has ended meanwhile has no name.
        let name = (try? String(contentsOfFile: "/proc/self/task/\(thread)/comm", encoding: .utf8)) ?? "log"
        return !others.contains { name.hasPrefix($0) }
    }
}

/// The children of a process, as the system lists them.
func children(of process: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task").flatMap { thread in
        let list = (try? String(contentsOfFile: "/proc/\(process)/task/\(thread)/children", encoding: .utf8)) ?? ""
        return list.split(separator: " ").map(String.init)
    }
}

/// The number of a process's parent.
func parent(of process: pid_t) throws -> pid_t { pid_t(try status("PPid", of: "\(process)")) }
