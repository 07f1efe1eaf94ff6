import Foundation
import ProgramTesting
import Testing

/// The built `wecom-router`, or another product of the build, run as a user runs it.
final class Program: Sendable {
    let process: ChildProcess
    let input: FileHandle
    private let output: FileHandle
    private let errors: FileHandle

    /// Its input is `input` unless it sits at a terminal.
    convenience init(
        _ arguments: String..., of name: String = "wecom-router", environment: [String: String] = [:],
        at terminal: Terminal? = nil, in directory: String
    ) throws {
        try self.init(running: arguments, of: name, environment: environment, at: terminal, in: directory)
    }

    /// Its output is the terminal's, too, if that is its screen.
    init(
        running arguments: [String], of name: String = "wecom-router", environment: [String: String] = [:],
        at terminal: Terminal? = nil, isScreen: Bool = false, in directory: String
    ) throws {
        let screen = isScreen ? terminal?.line : nil
        let (standardInput, standardOutput, standardError) = (
            try ChildProcess.pipe(), try ChildProcess.pipe(), try ChildProcess.pipe()
        )
        process = try ChildProcess(
            product(name), arguments,
            environment: ["PATH": "/usr/bin:/bin", "TMPDIR": directory].merging(environment) { $1 }, in: directory,
            input: (terminal?.line ?? standardInput.reading).fileDescriptor,
            output: (screen ?? standardOutput.writing).fileDescriptor, errors: standardError.writing.fileDescriptor)
        // Ours must be closed for its end to be the end of what we read.
        for end in [standardInput.reading, standardOutput.writing, standardError.writing] { try end.close() }
        input = standardInput.writing
        output = standardOutput.reading
        errors = standardError.reading
    }

    struct Ending {
        let status: Int32
        let output: String
        let errors: String
    }

    /// Ends its input and waits for it.
    func finish() async -> Ending {
        try? input.close()
        let (process, output, errors) = (process, output, errors)
        async let text = onThread { String(decoding: output.readDataToEndOfFile(), as: UTF8.self) }
        async let complaints = onThread { String(decoding: errors.readDataToEndOfFile(), as: UTF8.self) }
        async let ending = onThread { process.wait() }
        return switch await ending {
        case .exited(let status): Ending(status: status, output: await text, errors: await complaints)
        case .killed(let signal): Ending(status: 128 + signal, output: await text, errors: await complaints)
        }
    }

    /// Reads standard error until a line holds `words`.
    func untilLogged(_ words: String) async -> String {
        await errors.text(until: words)
    }

    /// Reads standard output until it has `words`; `finish` has the rest.
    func untilPrinted(_ words: String) async -> String {
        await output.text(until: words)
    }

    /// Waits for what it writes to standard error next; nil at the end.
    func moreLogged() async -> String? {
        let errors = errors
        return await onThread {
            let bytes = errors.availableData
            return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
        }
    }

    func send(_ signal: Int32) { process.send(signal) }
}

/// A directory that goes when the body ends.
func withDirectory<Value>(_ body: (String) async throws -> Value) async throws -> Value {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("wecom-router-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: url) }
    return try await body(url.path)
}
