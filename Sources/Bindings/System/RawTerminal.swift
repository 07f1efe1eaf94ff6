internal import CLinux

/// The terminal at standard input while it hands over each key as it is pressed, and shows none by itself. Ctrl-C and its like
/// remain signals.
package struct RawTerminal: Sendable {
    private let before: termios

    /// nil where standard input is no terminal.
    package init?() {
        var before = termios()
        guard unsafe clinux_take_keys(0, &before) == 0 else { return nil }
        self.before = before
    }

    /// Makes it as it was.
    package func restore() {
        var before = before
        _ = unsafe tcsetattr(0, TCSANOW, &before)
    }
}
