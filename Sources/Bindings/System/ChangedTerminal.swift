internal import CLinux

/// The terminal at standard input while it does not do as it usually does. Ctrl-C and its like remain signals.
package struct ChangedTerminal: Sendable {
    package enum Change: Int32, Sendable {
        /// Each key is handed over as it is pressed, and none is shown.
        case keyByKey = 0
        /// Lines are read as ever, and are not shown.
        case hidden = 1
    }

    private let before: termios

    /// nil where standard input is no terminal.
    package init?(_ change: Change) {
        var before = termios()
        guard unsafe clinux_change_terminal(0, change.rawValue, &before) == 0 else { return nil }
        self.before = before
    }

    /// Makes it as it was.
    package func restore() {
        var before = before
        _ = unsafe tcsetattr(0, TCSANOW, &before)
    }
}
