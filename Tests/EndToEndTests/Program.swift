import Foundation
import Testing

/// The built `wecom-router`, or another product of the build, run as a user runs it.
final class Program {
    let process = Foundation.Process()
    private let output = Pipe()
    private let errors = Pipe()
    let input = Pipe()

    /// Beside the running tests, where the build puts every product.
    private static func path(of product: String) -> URL {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appendingPathComponent(product)
    }

    /// Its input is `input` unless it sits at a terminal.
    init(
        _ arguments: String..., of product: String = "wecom-router", environment: [String: String] = [:],
        at terminal: Terminal? = nil, in directory: String
    ) throws {
        process.executableURL = Program.path(of: product)
        process.arguments = arguments
        process.environment = ["PATH": "/usr/bin:/bin", "TMPDIR": directory].merging(environment) { $1 }
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        process.standardOutput = output
        process.standardError = errors
        if let terminal { process.standardInput = terminal.line } else { process.standardInput = input }
        try process.run()
    }

    struct Ending {
        let status: Int32
        let output: String
        let errors: String
    }

    /// Ends its input and waits for it.
    func finish() async -> Ending {
        try? input.fileHandleForWriting.close()
        let (standardOutput, standardError) = (output.fileHandleForReading, errors.fileHandleForReading)
        async let out = readAll(standardOutput)
        async let err = readAll(standardError)
        let (text, complaints) = (await out, await err)
        process.waitUntilExit()
        return Ending(status: process.terminationStatus, output: text, errors: complaints)
    }

    /// Reads standard error until a line holds `words`.
    func untilLogged(_ words: String) async -> String {
        let handle = errors.fileHandleForReading
        return await onThread {
            var seen = ""
            while !seen.contains(words) {
                let bytes = handle.availableData
                if bytes.isEmpty { return seen }
                seen += String(decoding: bytes, as: UTF8.self)
            }
            return seen
        }
    }

    func send(_ signal: Int32) { kill(process.processIdentifier, signal) }
}

private func readAll(_ handle: FileHandle) async -> String {
    await onThread { String(decoding: handle.readDataToEndOfFile(), as: UTF8.self) }
}

/// Blocks a thread of its own instead of one of the few that run tasks.
private func onThread(_ body: @escaping @Sendable () -> String) async -> String {
    await withCheckedContinuation { continuation in
        Thread.detachNewThread { continuation.resume(returning: body()) }
    }
}

/// A directory that goes when the body ends.
func withDirectory(_ body: (String) async throws -> Void) async throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("wecom-router-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: url) }
    try await body(url.path)
}
