import System

/// The place where somebody types lines and sees what comes of them. At a terminal that can, the line is edited as it is
/// typed, and stays below what is printed meanwhile.
final class Console: Sendable {
    let isInteractive: Bool
    private let prompt: String
    private let terminal: ChangedTerminal?
    private let write: @Sendable (String) -> Void
    /// nil while nobody is asked for a line.
    private let editor = Lock<LineEditor?>(nil)

    init(prompt: String, environment: [String: String], write: @escaping @Sendable (String) -> Void) {
        self.prompt = prompt
        self.write = write
        isInteractive = StandardInput.isTerminal
        let kind = environment["TERM"] ?? ""
        let canEdit = isInteractive && StandardOutput.isTerminal && !["", "dumb"].contains(kind)  // short: two words
        terminal = canEdit ? ChangedTerminal(.keyByKey) : nil
    }

    /// True while the line that is typed can be edited: whatever is printed past it garbles it.
    var isEdited: Bool { editor.withLock { $0 != nil } }

    /// Reads lines until the input ends, or Ctrl-D at the beginning of one.
    func lines() -> AsyncStream<String> {
        guard terminal != nil else { return StandardInput.lines() }
        editor.withLock { editor in
            editor = LineEditor()
            show(editor)
        }
        return StandardInput.lines { [self] in take($0) }
    }

    /// Says that the next line may come, where the terminal does not edit.
    func invite() {
        if isInteractive, terminal == nil { write(prompt) }
    }

    func print(_ text: String) {
        editor.withLock { editor in
            guard editor != nil else { return write(text) }
            write("\r\u{1B}[K" + text)
            show(editor)
        }
    }

    /// Gives the terminal back as it was.
    func close() {
        editor.withLock { editor in
            if editor != nil { write("\r\u{1B}[K") }
            editor = nil
        }
        terminal?.restore()
    }

    /// nil once there is no more to come.
    private func take(_ bytes: [UInt8]) -> [String]? {
        editor.withLock { editor in
            guard let events = editor?.take(bytes) else { return nil }
            var lines: [String] = []
            for event in events {
                switch event {
                case .line(let line):
                    // It stays above what comes of it.
                    write("\r\u{1B}[K\(prompt)\(line)\n")
                    lines.append(line)
                case .end:
                    write("\n")
                    editor = nil
                    return nil
                }
            }
            show(editor)
            return lines
        }
    }

    private func show(_ editor: LineEditor?) {
        guard let editor else { return }
        write(editor.shown(behind: prompt, columns: StandardOutput.columns ?? 80))
    }
}
