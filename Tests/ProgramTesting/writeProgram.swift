import Foundation

/// Writes a script that can be started at once.
///
/// Another program does it: a child of this process that is begun while this one writes would have the script open for writing for a moment,
/// and nothing starts what is being written.
package func writeProgram(_ script: String, to path: String) throws {
    let writer = try ChildProcess(
        "/bin/sh", ["-c", #"printf %s "$1" > "$2" && chmod 700 "$2""#, "sh", script, path],
        environment: ["PATH": "/usr/bin:/bin"])
    guard writer.wait() == .exited(0) else { throw CocoaError(.fileWriteUnknown) }
}
