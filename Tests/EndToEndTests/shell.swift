import Foundation

/// A configured agent `bot` that is a command of the shell; `more` are further keys of its.
func shell(_ script: String, format: String = "text", more: String = "") -> String {
    let lines = script.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")
    return
        "bot:\n  kind: command\n  format: \(format)\n  command:\n    - sh\n    - -c\n    - |\n  \(lines.replacing("\n", with: "\n  "))"
        + (more.isEmpty ? "" : "\n  \(more)")
}

extension ServedWorld {
    /// Puts the world's directory where the configuration has a place for it.
    func homeIsDirectory() throws {
        let path = "\(directory)/config.yaml"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try text.replacing("$${PWD}", with: directory).write(toFile: path, atomically: true, encoding: .utf8)
    }
}
