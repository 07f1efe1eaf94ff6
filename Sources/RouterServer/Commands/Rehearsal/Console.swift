import System

/// The place where somebody types lines and sees what comes of them. At a terminal that can, the line is edited as it is
/// typed, and stays below what is printed meanwhile.
final class Console: Sendable {
    let isInteractive: Bool
    private let prompt: String
    private let terminal: ChangedTerminal?
    private let write: @Sendable (String) -> Void
    private let foot = Lock(Foot())

    /// The part of the terminal that is drawn again and again.
    private struct Foot {
        /// nil while nobody is asked for a line.
        var editor: LineEditor?
        var growing = GrowingBlocks()
        /// The rows above the line that were drawn last.
        var rows = 0
    }

    init(prompt: String, environment: [String: String], write: @escaping @Sendable (String) -> Void) {
        self.prompt = prompt
        self.write = write
        isInteractive = StandardInput.isTerminal
        let kind = environment["TERM"] ?? ""
        let canEdit = isInteractive && StandardOutput.isTerminal && !["", "dumb"].contains(kind)  // short: two words
        terminal = canEdit ? ChangedTerminal(.keyByKey) : nil
    }

    /// True while the line that is typed can be edited: whatever is printed past it garbles it.
    var isEdited: Bool { foot.withLock { $0.editor != nil } }

    /// Reads lines until the input ends, or Ctrl-D at the beginning of one.
    func lines() -> AsyncStream<String> {
        guard terminal != nil else { return StandardInput.lines() }
        foot.withLock { foot in
            foot.editor = LineEditor()
            write(drawing(&foot))
        }
        return StandardInput.lines { [self] in take($0) }
    }

    /// Says that the next line may come, where the terminal does not edit.
    func invite() {
        if isInteractive, terminal == nil { write(prompt) }
    }

    func print(_ text: String) {
        foot.withLock { foot in
            guard foot.editor != nil else { return write(text) }
            write(erasing(&foot) + text + drawing(&foot))
        }
    }

    // MARK: What grows

    /// Shows a text that still changes above the line that is typed, in the place of what was shown by that id. Elsewhere than
    /// at a terminal that can it is not shown before it is whole.
    func grow(_ id: UInt64, _ text: String) {
        foot.withLock { foot in
            guard foot.editor != nil else { return }
            foot.growing.set(text, of: id)
            write(erasing(&foot) + drawing(&foot))
        }
    }

    /// Prints the whole text of what grew by that id, if it did.
    func finish(_ id: UInt64, _ text: String) {
        foot.withLock { $0.growing.remove(id) }
        print(text)
    }

    // MARK: The foot

    /// Gives the terminal back as it was.
    func close() {
        foot.withLock { foot in
            if foot.editor != nil { write(erasing(&foot)) }
            foot.editor = nil
        }
        terminal?.restore()
    }

    /// nil once there is no more to come.
    private func take(_ bytes: [UInt8]) -> [String]? {
        foot.withLock { foot in
            guard let events = foot.editor?.take(bytes) else { return nil }
            var lines: [String] = []
            for event in events {
                switch event {
                case .line(let line):
                    // It stays above what comes of it.
                    write(erasing(&foot) + "\(prompt)\(line)\n")
                    lines.append(line)
                case .end:
                    write("\n")
                    foot.editor = nil
                    return nil
                }
            }
            write(lines.isEmpty ? line(of: foot) : drawing(&foot))
            return lines
        }
    }

    /// Takes away what was drawn.
    private func erasing(_ foot: inout Foot) -> String {
        defer { foot.rows = 0 }
        return foot.rows > 0 ? "\r\u{1B}[\(foot.rows)A\u{1B}[J" : "\r\u{1B}[K"
    }

    private func drawing(_ foot: inout Foot) -> String {
        guard foot.editor != nil else { return "" }
        let rows = foot.growing.rows(columns: columns)
        foot.rows = rows.count
        return rows.map { $0 + "\n" }.joined() + line(of: foot)
    }

    private func line(of foot: Foot) -> String {
        foot.editor?.shown(behind: prompt, columns: columns) ?? ""
    }

    private var columns: Int { StandardOutput.columns ?? 80 }
}
