import Foundation

/// Ends whatever was begun and has not ended when this process is gone, however it went: by the ids that it was told.
package final class Keeper: Sendable {
    private let process: ChildProcess
    private let lines: FileHandle
    private let lock = NSLock()

    /// `folder` goes as well, unless it is to be kept.
    package init(of folder: String) throws {
        let pipe = try ChildProcess.pipe()
        lines = pipe.writing
        process = try ChildProcess(
            "/bin/sh", ["-c", script, "keeper", folder], environment: ["PATH": "/usr/bin:/bin"],
            input: pipe.reading.fileDescriptor)
        try pipe.reading.close()
    }

    package func note(_ id: Int32, isThere: Bool) { write("\(isThere ? "+" : "-") \(id)") }

    /// Leaves the folder to whoever looks into it.
    package func keepFolder() { write("keep it") }

    /// Ends what there is, and waits for that.
    package func finish() {
        _ = lock.withLock { try? lines.close() }
        _ = process.wait()
    }

    private func write(_ line: String) {
        _ = lock.withLock { try? lines.write(contentsOf: Data("\(line)\n".utf8)) }
    }
}

/// The interrupts of a terminal reach us all. What PostgreSQL has begun stands still where that does.
private let script = #"""
    trap '' INT TERM HUP
    ids='' keeps=''
    while read -r sign id; do
        case $sign in
            +) ids="$ids $id" ;;
            -) left=''
                for one in $ids; do [ "$one" = "$id" ] || left="$left $one"; done
                ids=$left ;;
            keep) keeps=yes ;;
        esac
    done
    for id in $ids; do
        kill -STOP "$id" 2>/dev/null
        for one in $(cat "/proc/$id/task/$id/children" 2>/dev/null) "$id"; do kill -KILL "$one" 2>/dev/null; done
    done
    [ -n "$keeps" ] || rm -rf "$1"
    """#
