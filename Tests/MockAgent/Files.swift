import Foundation

/// Makes a file, and the directories above it, in the current directory.
func makeFile(_ path: String) {
    let url = URL(fileURLWithPath: path)
    try? FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try? Data("made".utf8).write(to: url)
}
