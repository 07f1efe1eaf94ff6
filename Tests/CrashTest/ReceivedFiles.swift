import Foundation
import PromiseTesting

/// The files that the server had from WeCom, whole, when it died.
struct ReceivedFiles {
    private let folder: String
    private var known: Set<String> = []

    /// The server keeps its files beside its configuration in `directory`.
    init(in directory: String) { folder = "\(directory)/data/received" }

    /// Those that no server had when one died before, by whose they are and what they are called.
    mutating func fresh() -> [(line: Line, name: String)] {
        names(in: folder).filter { known.insert($0).inserted }.compactMap { entry in
            // One that has a dot before it was not whole yet.
            let file = names(in: "\(folder)/\(entry)").first { !$0.hasPrefix(".") }
            guard let file, let content = FileManager.default.contents(atPath: "\(folder)/\(entry)/\(file)") else {
                known.remove(entry)
                return nil
            }
            return Line(file: Array(content)).map { (line: $0, name: file) }
        }
    }

    private func names(in folder: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    }
}
