import Foundation
import JSON
import System

/// The wire that the mocks of programs have in common which speak in lines.
enum Wire {
    static func say(_ line: String) { StandardOutput.write(line + "\n") }

    static func say(_ value: JSONValue) { say(value.text) }

    /// The next line of standard input; nil at its end. What is no JSON ends the program, as it ends Claude Code.
    static func hear() -> JSONValue? {
        while let line = readLine() {
            if line.isEmpty { continue }
            guard let value = try? JSONValue(parsing: Array(line.utf8)) else { end(1, "that is no JSON: \(line)") }
            return value
        }
        return nil
    }

    static func end(_ status: Int32, _ complaint: String = "") -> Never {
        if !complaint.isEmpty { StandardError.write(complaint + "\n") }
        System.Process.exitNow(status)
    }

    /// Sleeps until a signal ends it.
    static func sleepForEver() -> Never {
        while true { pause() }
    }

    /// Does `body` once at SIGINT.
    static func onInterrupt(_ body: @escaping @Sendable () -> Void) {
        do {
            try Signals.onArrival { if $0 == .interrupt { body() } }
        } catch {
            end(70, "\(error)")
        }
    }
}
