import Foundation
import JSON
import ProgramTesting

/// Jobs that were there at three crashes and taken for the cause of them: their people were told that there is no answer.
package enum GivenUp {
    /// True if these are the words by which they were told, below those on a file or alone.
    static func isTold(by text: String) -> Bool {
        (LossNotice.rest(of: text) ?? text).hasPrefix("抱歉，这条消息没有处理成功。")
    }

    /// Those that there are, by their ids, as the operator's command tells.
    package static func jobs(
        in directory: String, environment: [String: String] = [:]
    ) async throws -> [String: Conversation] {
        let output = try ChildProcess.pipe()
        let command = try ChildProcess(
            product("wecom-router"),
            ["jobs", "list", "--state", "failed", "--limit", "200", "--json", "--config", "config.yaml"],
            environment: environment.merging(["PATH": "/usr/bin:/bin"]) { $1 }, in: directory,
            output: output.writing.fileDescriptor)
        try output.writing.close()
        let text = await onThread { output.reading.readDataToEndOfFile() }
        _ = await onThread { command.wait() }
        var jobs: [String: Conversation] = [:]
        for job in try JSONValue(parsing: Array(text))["jobs"]?.array ?? [] {
            guard job["reason"]?.string?.hasPrefix("poison") == true,
                let door = job["app"]?.string.flatMap({ Door($0) }),
                let peer = job["user"]?.string?.split(separator: ":").last, let id = job["id"]?.string
            else { continue }
            jobs[id] = Conversation(door: door, peer: String(peer))
        }
        return jobs
    }
}
