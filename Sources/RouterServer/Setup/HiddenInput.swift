import System

/// A terminal that does not show what is typed while a secret is asked for, and does again however that ends.
enum HiddenInput {
    private static let hidden = Lock<ChangedTerminal?>(nil)

    /// Has signals that end us give the terminal back first.
    static func restoreOnSignals() throws {
        try Signals.onArrival { signal in
            restore()
            Process.exitNow(128 + signal.rawValue)
        }
    }

    static func begin() { hidden.withLock { $0 = ChangedTerminal(.hidden) } }

    static func restore() {
        hidden.withLock { terminal in
            terminal?.restore()
            terminal = nil
        }
    }
}
